import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../../src/blocks/contract/block.ts";
import { orRef, ref } from "../../../src/blocks/contract/fields.ts";
import { catalogueOf } from "../../../src/blocks/registry/catalogue.ts";
import { parameterFaults } from "../../../src/daemon/input/parameter-faults.ts";
import { isFedByFrames, readInputs } from "../../../src/daemon/input/runtime-inputs.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { openPlan } from "../../helpers/open-plan.ts";

const codecs = new Map();

const { plan } = openPlan(
  documentOf([], {}, [
    { type: "WorkflowBatchInput", name: "x", kind: ["integer"] },
    { type: "WorkflowBatchInput", name: "y", kind: ["string", "integer"] },
    { type: "WorkflowBatchInput", name: "deep", kind: ["integer"], dimensionality: 3 },
    { type: "WorkflowParameter", name: "limit", kind: ["float_zero_to_one"], default_value: 0.4 },
    { type: "WorkflowParameter", name: "since", kind: ["timestamp"], default_value: "2026-01-31" },
    { type: "WorkflowParameter", name: "sloppy", kind: ["integer"], default_value: "five" },
    { type: "WorkflowParameter", name: "any" },
  ]),
);

type Given = Record<string, unknown>;

const good = { x: 1, y: "a", deep: [[[1]]] };

function told(given: Given): string {
  const { faults } = readInputs(plan, given, { codecs });
  return `\n${faults.map(({ message }) => `  ${message}`).join("\n")}\n`;
}

function read(given: Given) {
  const { size, inputs, faults } = readInputs(plan, { ...good, ...given }, { codecs });
  expect(faults).toEqual([]);
  return { size, ...inputs };
}

describe("the batch", () => {
  it("is of one element when no list is longer", () => {
    expect(read({})).toMatchObject({ size: 1, x: [1], y: ["a"], deep: [[[1]]] });
    expect(read({ x: [7], y: ["b"] })).toMatchObject({ size: 1, x: [7], y: ["b"] });
  });

  it("is as long as the first longer list, and what is single is there for all", () => {
    expect(read({ x: [1, 2, 3] })).toMatchObject({
      size: 3,
      x: [1, 2, 3],
      y: ["a", "a", "a"],
      deep: [[[1]], [[1]], [[1]]],
    });
    expect(read({ y: ["a", "b"], x: [5] })).toMatchObject({ size: 2, x: [5, 5], y: ["a", "b"] });
  });

  it("may have empty elements, on every level", () => {
    expect(read({ x: [1, null], deep: [null, [[1, null], null]] })).toMatchObject({
      x: [1, null],
      deep: [null, [[1, null], null]],
    });
  });

  it("is refused where lists are of other sizes, and where there are none", () => {
    expect(told({ ...good, x: [1, 2], y: ["a", "b", "c"] })).toMatchInlineSnapshot(`
      "
        input "y" has 3 elements, expected 2 or one for all
      "
    `);
    expect(told({ ...good, x: [] })).toMatchInlineSnapshot(`
      "
        input "x" has 0 elements, expected one
      "
    `);
    expect(told({ y: null })).toMatchInlineSnapshot(`
      "
        input "x" is missing: it takes integer
        input "y" is missing: it takes string or integer
        input "deep" is missing: it takes integer
      "
    `);
  });

  it("is nested as deeply as the definition says", () => {
    expect(read({ deep: [[[1, 2], []], []] })).toMatchObject({ size: 2, deep: [[[1, 2], []], []] });
    expect(told({ ...good, deep: [[1, [2]], 3] })).toMatchInlineSnapshot(`
      "
        input "deep"[0][0] is 1, expected a list, for the input has dimensionality 3
        input "deep"[1] is 3, expected a list, for the input has dimensionality 3
      "
    `);
    expect(told({ ...good, deep: 5 })).toMatchInlineSnapshot(`
      "
        input "deep" is 5, expected a list, for the input has dimensionality 3
      "
    `);
  });

  it("is read element by element as its kinds say, and every fault is reported", () => {
    expect(told({ x: [1, "2", 3.5], y: [1, "b", true], deep: [[[1, "2"]]] })).toMatchInlineSnapshot(`
      "
        input "x"[1] is "2", expected a whole number
        input "x"[2] is 3.5, expected a whole number
        input "y"[2] is true, which is none of its kinds: string: expected a text; integer: expected a whole number
        input "deep"[0][0][1] is "2", expected a whole number
      "
    `);
  });
});

describe("a parameter", () => {
  it("takes its default where nothing is given, read as its kind says", () => {
    expect(read({})).toMatchObject({ limit: 0.4, since: new Date(Date.UTC(2026, 0, 31)), any: null });
    expect(read({ limit: null })).toMatchObject({ limit: null });
  });

  it("keeps a default that is not of its kind", () => {
    expect(read({})).toMatchObject({ sloppy: "five" });
  });

  it("takes one value, also a list", () => {
    expect(read({ any: [1, 2, 3], limit: 1 })).toMatchObject({ size: 1, any: [1, 2, 3], limit: 1 });
  });

  it("is refused where no kind takes it", () => {
    expect(told({ ...good, limit: 40, since: "yesterday" })).toMatchInlineSnapshot(`
      "
        input "limit" is 40, expected a number from 0 to 1
        input "since" is "yesterday", expected a time such as 2026-01-31T12:00:00Z
      "
    `);
  });

  it("is refused where a number is written as text", () => {
    expect(told({ ...good, limit: "0.5" })).toContain('input "limit" is "0.5", expected a number from 0 to 1');
  });
});

it("values that are no inputs are ignored", () => {
  expect(read({ stranger: 5 })).not.toHaveProperty("stranger");
});

it("what frames feed is left to them", () => {
  const camera = openPlan(
    documentOf([], {}, [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowVideoMetadata", name: "metadata" },
      { type: "WorkflowParameter", name: "p" },
    ]),
  ).plan;
  expect(readInputs(camera, { p: 1 }, { codecs, isFed: isFedByFrames })).toEqual({
    size: 1,
    inputs: { p: 1 },
    faults: [],
  });
});

describe("the value of a parameter in the place of a property", () => {
  const strict = defineBlock({
    type: "strict",
    summary: "Block of the test.",
    example: {},
    inputs: z.object({
      size: orRef(z.int().min(1), "integer").default(1),
      mode: orRef(z.enum(["fast", "exact"]), "string").default("fast"),
      points: orRef(z.array(z.tuple([z.number(), z.number()])), "list_of_values")
        .nullable()
        .default(null),
      data: ref("*").optional(),
    }),
    outputs: { out: "*" },
    run: () => ({ out: null }),
  });
  const blocks = catalogueOf([strict]);
  const inputs = ["size", "mode", "points"].map((name) => ({ type: "WorkflowParameter", name }));

  function faultsOf(values: Given): string {
    const step = { type: "strict", name: "s", size: "$inputs.size", mode: "$inputs.mode", points: "$inputs.points" };
    const other = { type: "strict", name: "t", size: "$inputs.size", data: "$inputs.mode" };
    const document = documentOf([step, other], {}, inputs);
    const faults = parameterFaults(openPlan(document, { blocks: [strict] }).plan, values, { blocks });
    return `\n${faults.map(({ message }) => `  ${message}`).join("\n")}\n`;
  }

  it("passes where the property takes it", () => {
    expect(faultsOf({ size: 3, mode: "exact", points: [[1, 2]] })).toBe("\n\n");
  });

  it("is refused by every step that does not take it", () => {
    expect(faultsOf({ size: 0, mode: "slow", points: [[1, "2"]] })).toMatchInlineSnapshot(`
      "
        parameter "size", which is "size" of step "s" (strict), is 0, expected number to be >=1
        parameter "size", which is "size" of step "t" (strict), is 0, expected number to be >=1
        parameter "mode", which is "mode" of step "s" (strict), is "slow", expected one of "fast"|"exact"
        parameter "points", which is "points" of step "s" (strict), is "2" at /0/1, expected number
      "
    `);
    expect(faultsOf({ size: "3", mode: 5, points: "none" })).toMatchInlineSnapshot(`
      "
        parameter "size", which is "size" of step "s" (strict), is "3", expected number
        parameter "size", which is "size" of step "t" (strict), is "3", expected number
        parameter "mode", which is "mode" of step "s" (strict), is 5, expected one of "fast"|"exact"
        parameter "points", which is "points" of step "s" (strict), is "none", expected array
      "
    `);
  });

  it("is missed only where the property cannot do without", () => {
    expect(faultsOf({ size: null, mode: "fast", points: null })).toMatchInlineSnapshot(`
      "
        parameter "size", which is "size" of step "s" (strict), has no value
        parameter "size", which is "size" of step "t" (strict), has no value
      "
    `);
  });

  it("is not looked at where it became a value that JSON cannot write", () => {
    expect(faultsOf({ size: new Date(0), mode: new Uint8Array(1) })).toBe("\n\n");
  });
});
