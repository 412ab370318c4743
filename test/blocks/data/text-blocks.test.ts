import { describe, expect, it } from "vitest";
import type { Block, Context } from "../../../src/blocks/contract/block.ts";
import type { Services } from "../../../src/blocks/contract/services.ts";
import { cosineSimilarityV1 } from "../../../src/blocks/data/cosine-similarity.ts";
import { csvFormatterV1 } from "../../../src/blocks/data/csv-formatter.ts";
import { currentTimeV1 } from "../../../src/blocks/data/current-time.ts";
import { jsonParserV1 } from "../../../src/blocks/data/json-parser.ts";
import { testServices } from "../../helpers/no-services.ts";
import { openStep } from "../../query/run.ts";

const NOW = new Date("2026-11-29T00:30:05.250Z");
const services: Services = testServices({ time: { now: () => NOW, steadyMs: () => 0 } });

function contextOf(block: Block, literals: Record<string, unknown> = {}): Context {
  return { step: "step", source: "", state: undefined, prepared: block.prepare?.(literals), init: {}, services };
}

describe("json_parser", () => {
  const parse = (raw_json: string, expected_fields: string[]) =>
    openStep(jsonParserV1, { raw_json, expected_fields })({});

  it("gives the fields, and says when one is missing", () => {
    expect(parse('```json\n{"a": [1], "é": null}\n```', ["a", "é"])).toEqual({ a: [1], é: null, error_status: false });
    expect(parse('{"a": 1}', ["a", "toString"])).toEqual({ a: 1, toString: null, error_status: true });
    expect(parse("[1]", ["a"])).toEqual({ a: null, error_status: true });
    expect(parse("x", [])).toEqual({ error_status: true });
    expect(parse("3", [])).toEqual({ error_status: false });
  });

  it("refuses a field with the name of its own output", () => {
    expect(jsonParserV1.check?.({ expected_fields: ["error_status"] })).toMatchObject([
      { property: "expected_fields" },
    ]);
  });
});

describe("csv_formatter", () => {
  const write = (...columns: Record<string, unknown>[]) => {
    const elements = columns.map((columns_data) => ({ columns_data, columns_operations: {} }));
    const results = csvFormatterV1.runMany?.(
      elements,
      elements.map(() => contextOf(csvFormatterV1)),
    );
    return (results as { csv_content: string | null }[]).map((result) => result.csv_content);
  };
  const stamp = "2026-11-29T00:30:05.250000+00:00";

  it("gives a row to each element and the text to the last", () => {
    expect(write({ x: 1, "a,b": "да" }, { x: 2, "a,b": 'say "hi"' })).toEqual([
      null,
      `x,"a,b",timestamp\n1,да,${stamp}\n2,"say ""hi""",${stamp}\n`,
    ]);
    expect(write()).toEqual([]);
  });

  it("writes a column of numbers with fractions where one has a fraction", () => {
    expect(write({ x: 1 }, { x: 1.5 }, { x: null })[2]).toBe(`x,timestamp\n1.0,${stamp}\n1.5,${stamp}\n,${stamp}\n`);
    expect(write({ x: 1 }, { x: true }, { x: [1, "a"] })[2]).toBe(
      `x,timestamp\n1,${stamp}\nTrue,${stamp}\n"[1, 'a']",${stamp}\n`,
    );
  });

  it("keeps texts from being computed by a spreadsheet, but not numbers below 0", () => {
    expect(write({ x: "=1+1", y: -2 })[0]).toBe(`x,y,timestamp\n'=1+1,-2,${stamp}\n`);
  });

  it("applies the operations of a column", () => {
    const columns_operations = { x: [{ type: "SequenceLength" }] };
    const element = { columns_data: { x: "four" }, columns_operations };
    expect(csvFormatterV1.runMany?.([element], [contextOf(csvFormatterV1, { columns_operations })])).toEqual([
      { csv_content: `x,timestamp\n4,${stamp}\n` },
    ]);
  });
});

describe("current_time", () => {
  const now = (timezone: string) =>
    currentTimeV1.run?.({ timezone }, contextOf(currentTimeV1)) as Record<string, unknown>;

  it.each([
    ["UTC", "2026-11-29T00:30:05.250000+00:00", "2026-11-29", "00:30:05"],
    ["Asia/Kathmandu", "2026-11-29T06:15:05.250000+05:45", "2026-11-29", "06:15:05"],
    ["America/St_Johns", "2026-11-28T21:00:05.250000-03:30", "2026-11-28", "21:00:05"],
  ])("in %s is %s", (zone, iso_string, date, time) => {
    expect(now(zone)).toEqual({ timestamp: NOW, iso_string, date, time });
  });

  it("refuses a zone that it does not know", () => {
    expect(() => now("Mars/Olympus")).toThrow(expect.objectContaining({ code: "STEP_INPUT" }));
  });
});

describe("cosine_similarity", () => {
  const compare = (embedding_1: unknown, embedding_2: unknown) => {
    const found = cosineSimilarityV1.run?.({ embedding_1, embedding_2 }, contextOf(cosineSimilarityV1));
    return (found as { similarity: number }).similarity;
  };

  it("is 1 for one direction, 0 for square ones and -1 for opposite ones", () => {
    expect(compare([1, 2], Float32Array.of(2, 4))).toBeCloseTo(1, 12);
    expect(compare([1, 0], [0, 3])).toBe(0);
    expect(compare([1, 2], [-1, -2])).toBeCloseTo(-1, 12);
    expect(compare([0, 0], [1, 2])).toBe(0);
  });

  it("refuses embeddings of different lengths", () => {
    expect(() => compare([1], [1, 2])).toThrow(expect.objectContaining({ code: "STEP_INPUT" }));
  });
});
