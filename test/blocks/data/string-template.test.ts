import { describe, expect, it } from "vitest";
import { stringTemplateV1 } from "../../../src/blocks/data/string-template.ts";
import { detection, detectionsOf, openStep } from "../../query/run.ts";

type Data = Record<string, unknown>;

function fill(template: string, data: Data): unknown {
  return (openStep(stringTemplateV1, { template })({ data }) as { output: unknown }).output;
}

function failure(template: string, data: Data): string {
  try {
    fill(template, data);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error("it did not fail");
}

describe("string_template", () => {
  it("fills its example", () => {
    const step = openStep(stringTemplateV1, stringTemplateV1.example);
    const data = { count: detectionsOf(detection()), camera: "yard" };
    expect(step({ data })).toEqual({ output: "1 on yard" });
  });

  // Expected texts as CPython 3 gives them.
  it.each<[string, Data, string]>([
    ["{{}} {a}{a}", { a: 1 }, "{} 11"],
    ["{a} {b} {c}", { a: true, b: null, c: ["x", 1.5] }, "True None ['x', 1.5]"],
    ["{a!r} {a!s} {a!a}", { a: "é" }, "'é' é '\\xe9'"],
    ["{a:>5}|{a:<5}|{a:^5}|{a:*^6}", { a: "ab" }, "   ab|ab   | ab  |**ab**"],
    ["{a:.1}|{a:5}|", { a: "ab" }, "a|ab   |"],
    ["{a:5}|{a:<5}|{a:05}|{a:+}", { a: 42 }, "   42|42   |00042|+42"],
    ["{a:06.1f}|{a:=+8.2f}|{a: .0f}", { a: -2.25 }, "-002.2|-   2.25|-2"],
    ["{a:.2f} {b:.2f} {c:.0f}", { a: 2.675, b: 0.125, c: 2.5 }, "2.67 0.12 2"],
    ["{a:,} {a:_} {b:,.2f}", { a: 1234567, b: 1234.5 }, "1,234,567 1_234_567 1,234.50"],
    ["{a:x} {a:X} {a:#x} {a:b} {a:o} {a:c}", { a: 75 }, "4b 4B 0x4b 1001011 113 K"],
    [
      "{a:e} {a:.1E} {a:g} {b:g} {c:g}",
      { a: 12345.678, b: 0.00001, c: 1e10 },
      "1.234568e+04 1.2E+04 12345.7 1e-05 1e+10",
    ],
    ["{a:.3g} {b:.3g} {a:#.3g} {c:#.3g}", { a: 1.5, b: 1234.5, c: 514.531 }, "1.5 1.23e+03 1.50 515."],
    ["{a:%} {a:.1%}", { a: 0.255 }, "25.500000% 25.5%"],
    ["{a:{width}.{digits}f}", { a: 2.5049, width: 8, digits: 2 }, "    2.50"],
    ["{a:d} {a:5}", { a: true }, "1     1"],
    ["{a:.1f} {b:f}", { a: Number.POSITIVE_INFINITY, b: Number.NaN }, "inf nan"],
  ])("%s", (template, data, expected) => {
    expect(fill(template, data)).toBe(expected);
  });

  it("refuses templates that it cannot read, and data that does not fit", () => {
    const failures = [
      failure("{", {}),
      failure("a}", {}),
      failure("{}", {}),
      failure("{0}", {}),
      failure("{a.b}", { a: 1 }),
      failure("{a!x}", { a: 1 }),
      failure("{a:{b:{c:{d}}}}", {}),
      failure("{a} {b}", { a: 1 }),
      failure("{a:{b}}", { a: 1 }),
      failure("{a:d}", { a: 1.5 }),
      failure("{a:d}", { a: "x" }),
      failure("{a:>5}", { a: null }),
      failure("{a:y}", { a: 1 }),
      failure("{a:>>>}", { a: 1 }),
      failure("{a:20000}", { a: 1 }),
      failure("{a:010,}", { a: 1 }),
      failure("{a}{a}", { a: "x".repeat(600_000) }),
    ];
    expect(failures.join("\n")).toMatchInlineSnapshot(`
      "/template: "{" at character 1 is never closed; write "{{" for a brace [TEMPLATE_MALFORMED]
      /template: a single "}" at character 2; write "}}" for a brace [TEMPLATE_MALFORMED]
      /template: the place {} has no name [TEMPLATE_MALFORMED]
      /template: the place {0} has no name [TEMPLATE_MALFORMED]
      /template: the place {a.b} reaches into a value; let data_operations extract what is wanted [TEMPLATE_MALFORMED]
      /template: unknown conversion "!x" in {a!x} [TEMPLATE_MALFORMED]
      /template: places are nested too deeply [TEMPLATE_MALFORMED]
      the template names "b", which data lacks; there are: a
      the template names "b", which data lacks; there are: a
      the format "d" is for whole numbers, got 1.5
      the format "d" is for numbers, got the text "x"
      the format ">5" takes a text or number, got null
      the format "y" has the unknown type "y"
      cannot read the format ">>>"
      the format "20000" asks for more than 10000 characters
      the format "010," both groups and pads with zeros
      the text would have 1200000 characters, more than 1000000"
    `);
  });

  it("takes templates that come with the data", () => {
    const step = openStep(stringTemplateV1, {});
    expect(step({ template: "{a}!", data: { a: 1 } })).toEqual({ output: "1!" });
    expect(step({ template: "{a}?", data: { a: 1 } })).toEqual({ output: "1?" });
  });
});
