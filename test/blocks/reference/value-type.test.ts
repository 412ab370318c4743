import { describe, expect, it } from "vitest";
import { portOf } from "../../../src/blocks/contract/fields.ts";
import { fieldOf } from "../../../src/blocks/reference/value-type.ts";

/** Whether a type takes each of some literals. */
function takes(type: string, ...values: unknown[]): boolean[] {
  const field = fieldOf(type);
  const literal = portOf(field)?.literal ?? field;
  return values.map((value) => literal.safeParse(value).success);
}

describe("the type of a property", () => {
  it("is simple", () => {
    expect(takes("str", "a", 1)).toEqual([true, false]);
    expect(takes("int", 1, 1.5, "1")).toEqual([true, false, false]);
    expect(takes("num", 1, 1.5, true)).toEqual([true, true, false]);
    expect(takes("dict", { a: 1 }, [1])).toEqual([true, false]);
  });

  it("has bounds", () => {
    expect(takes("int1..", 0, 1, 9)).toEqual([false, true, true]);
    expect(takes("num0..1", -0.1, 0, 1, 1.1)).toEqual([false, true, true, false]);
    expect(takes("list<num>2..2", [1], [1, 2], [1, 2, 3])).toEqual([false, true, false]);
    expect(takes("list<str>1..", [], ["a"], ["a", "b"])).toEqual([false, true, true]);
  });

  it("is a choice, which may be open", () => {
    expect(takes('{a,"b (c, d)"}', "a", "b (c, d)", "c")).toEqual([true, true, false]);
    expect(takes("{a,b,...}", "a", "z", 1)).toEqual([true, true, false]);
  });

  it("is one of several", () => {
    expect(takes("int1..|map<int1..>|list<str|bool>", 1, { a: 1 }, { a: 0 }, ["x", true], [1])).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it("takes selectors, of inputs or outputs only where it says so", () => {
    expect(portOf(fieldOf("$[od|is]"))).toMatchObject({
      form: "value",
      kinds: ["object_detection_prediction", "instance_segmentation_prediction"],
      literal: null,
    });
    expect(portOf(fieldOf("$[od]"))?.only).toBeUndefined();
    expect(portOf(fieldOf("str|$in[str]"))).toMatchObject({ kinds: ["string"], only: "inputs" });
    expect(portOf(fieldOf("$out[cls]"))).toMatchObject({ kinds: ["classification_prediction"], only: "steps" });
    expect(portOf(fieldOf("str|$[list]|$in[list]"))?.only).toBeUndefined();
    expect(portOf(fieldOf("str"))).toBeUndefined();
  });

  it("connects the elements of lists and maps", () => {
    expect(portOf(fieldOf("list<$[*]>1.."))).toMatchObject({ form: "list", kinds: ["*"], literal: null });
    expect(portOf(fieldOf("map<$[str|bytes]>"))).toMatchObject({
      form: "map",
      kinds: ["string", "bytes"],
      literal: null,
    });
    expect(portOf(fieldOf("map<$[*]|scalar>"))?.literal?.safeParse([]).success).toBe(false);
    expect(portOf(fieldOf("list<step>"))).toMatchObject({ form: "list", steps: true });
    expect(portOf(fieldOf("map<step>"))).toMatchObject({ form: "map", steps: true });
  });

  it("is reported when it is none", () => {
    expect(() => fieldOf("text")).toThrow('"text" is no type of a property');
    expect(() => fieldOf("$[picture]")).toThrow('"picture" is no kind');
    expect(() => fieldOf("list<$[str]|str>")).toThrow("mixes selectors and literals");
  });
});
