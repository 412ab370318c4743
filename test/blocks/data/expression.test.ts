import { describe, expect, it } from "vitest";
import { expressionV1 } from "../../../src/blocks/data/expression.ts";
import { firstNonEmptyOrDefaultV1 } from "../../../src/blocks/data/first-non-empty.ts";
import { detection, detectionsOf, openStep } from "../../query/run.ts";

describe("expression", () => {
  it("gives the first case that holds, else the default, over operated values", () => {
    const step = openStep(expressionV1, {
      data_operations: expressionV1.example["data_operations"],
      switch: expressionV1.example["switch"],
    });
    const items = [1, 2, 3, 4].map((i) => detection({ detectionId: `d${i}` }));
    expect(step({ data: { count: detectionsOf(...items) } })).toEqual({ output: "crowded" });
    expect(step({ data: { count: detectionsOf(detection()) } })).toEqual({ output: 1 });
  });

  it("applies operations to the result", () => {
    const result = {
      type: "DynamicCaseResult",
      parameter_name: "name",
      operations: [{ type: "StringToUpperCase" }],
    };
    const step = openStep(expressionV1, { switch: { type: "CasesDefinition", cases: [], default: result } });
    expect(step({ data: { name: "car" } })).toEqual({ output: "CAR" });
    expect(() => step({ data: { other: 1 } })).toThrow('data: there is no value named "name"; there are: other');
  });

  it("refuses operations on values that are not there", () => {
    const step = openStep(expressionV1, {
      data_operations: { absent: [] },
      switch: { type: "CasesDefinition", cases: [], default: { type: "StaticCaseResult", value: 1 } },
    });
    expect(() => step({ data: { a: 1 } })).toThrow('data: there is no value named "absent"; there are: a');
  });
});

describe("first_non_empty_or_default", () => {
  it("gives the first value that is there, false and 0 included", () => {
    const step = openStep(firstNonEmptyOrDefaultV1, { default: "none" });
    expect(step({ data: [null, 0, 1] })).toEqual({ output: 0 });
    expect(step({ data: [null, null] })).toEqual({ output: "none" });
    expect(openStep(firstNonEmptyOrDefaultV1, {})({ data: [null] })).toEqual({ output: null });
  });
});
