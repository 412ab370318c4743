import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { codeBlock } from "./code-in-a-definition.ts";

// What code is given when batches and single values come together, as the reference gives it.

type Entry = Record<string, unknown>;

const input = (selectors: readonly string[], more: Entry = {}) => ({
  type: "DynamicInputDefinition",
  selector_types: selectors,
  value_types: ["any"],
  ...more,
});
const generic = input(["generic"]);

/** Shows what came: `B[…]` for a batch with the index of each element, `L[…]` for a list, else the value. */
const PYTHON = `
def show(value):
    if isinstance(value, Batch):
        return "B[" + " ".join(".".join(map(str, i)) + ":" + show(v) for i, v in value.iter_with_indices()) + "]"
    return "L[" + " ".join(map(show, value)) + "]" if isinstance(value, list) else str(value)

def text(a, b):
    return show(a) + " | " + show(b)

def count(*values):
    return max([len(value) for value in values if isinstance(value, Batch)] or [0])
`;
const JAVASCRIPT = `
const show = (value) => (Array.isArray(value) ? "L[" + value.map(show).join(" ") + "]" : value === null ? "None" : String(value));
const text = (a, b) => show(a) + " | " + show(b);
`;

const LANGUAGES = [
  ["Python", "PythonCode", "local", PYTHON],
  ["JavaScript", "JavaScriptCode", "local", JAVASCRIPT],
  ["isolated JavaScript", "JavaScriptCode", "isolated", JAVASCRIPT],
] as const;
type Language = (typeof LANGUAGES)[number];

/** Answers with one result, a list of one for each element of the batch, or a list for each. */
const RUNS = {
  one: ['def run(self, a, b):\n    return {"out": text(a, b)}', "const run = ({ a, b }) => ({ out: text(a, b) });"],
  each: [
    'def run(self, a, b):\n    return [{"out": text(a, b)}] * count(a, b)',
    "const run = ({ a, b }) => (Array.isArray(a) ? a : b).map(() => ({ out: text(a, b) }));",
  ],
} as const;

interface Case {
  manifest?: Entry;
  inputs?: Entry;
  a: unknown;
  b: unknown;
  run?: keyof typeof RUNS;
}

const before = [
  { type: "identity", name: "i", value: "$inputs.x" },
  { type: "explode", name: "e", value: "$inputs.x" },
  { type: "keep", name: "n", value: "$steps.e.out", of: ["2-1", "3-0", "3-2"] },
];

function documentFor(
  [, type, , code]: Language,
  { manifest = {}, inputs = {}, a, b, run = "each" }: Case,
  gated = false,
) {
  const steps: Entry[] = [...before, { type: "Code", name: "s", a, b }];
  if (gated) steps.push({ type: "gate", name: "g", value: "$inputs.open", next_steps: ["$steps.s"] });
  const source = code + RUNS[run][type === "PythonCode" ? 0 : 1];
  const block = codeBlock("Code", source, {
    inputs: { a: generic, b: generic, ...inputs },
    manifest,
    code: { type },
  });
  return { ...documentOf(steps, { s: "$steps.s.out" }), dynamic_blocks_definitions: [block] };
}

async function outOf(language: Language, block: Case, values: Entry): Promise<unknown[]> {
  const document = documentFor(language, block, values["open"] !== undefined);
  const limits = { callMs: 10_000, initMs: 60_000 };
  const { rows } = await openPlan(document, { mode: language[2], limits }).run(values);
  return rows.map((row) => row["s"]);
}

/** What JavaScript gets: lists for batches, without the indices. */
const asLists = (text: unknown) =>
  typeof text === "string" ? text.replaceAll(/B\[/g, "L[").replaceAll(/[\d.]*:/g, "") : text;

const named = { batch_oriented_parameters: ["a"] };
const both = { parameters_with_scalars_and_batches: ["a", "b"] };
const mixed = { ...named, parameters_with_scalars_and_batches: ["b"] };
const enforced = { ...mixed, get_parameters_enforcing_auto_batch_casting: ["b"] };
const whole = { accepts_batch_input: true };
const legacy = { a: input(["step_output"]), b: input(["step_output"]) };
const loose = { a: input(["step_output", "input_parameter"]), b: input(["step_output", "input_parameter"]) };
const [x, p, i] = ["$inputs.x", "$inputs.p", "$steps.i.out"];

const COLUMN = "B[0:1 1:2]";
const cases: [string, Case, string][] = [
  ["a parameter beside a batch that is named", { manifest: named, a: x, b: p }, `${COLUMN} | 7`],
  ["a literal beside a batch that is named", { manifest: named, a: x, b: 3 }, `${COLUMN} | 3`],
  ["batches in both mixed inputs", { manifest: both, a: x, b: x }, `${COLUMN} | ${COLUMN}`],
  ["a parameter in a mixed input beside a batch", { manifest: both, a: x, b: p }, `${COLUMN} | 7`],
  ["a batch in a mixed input beside a parameter", { manifest: both, a: p, b: x }, `7 | ${COLUMN}`],
  [
    "a batch in the one mixed input",
    { manifest: { parameters_with_scalars_and_batches: ["b"] }, a: p, b: x },
    `7 | ${COLUMN}`,
  ],
  [
    "a batch in a mixed input beside a named one with a parameter",
    { manifest: mixed, a: p, b: x },
    `B[0:7 1:7] | ${COLUMN}`,
  ],
  ["a parameter in an input that is enforced", { manifest: enforced, a: x, b: p }, `${COLUMN} | B[0:7 1:7]`],
  ["a literal in an input that is enforced", { manifest: enforced, a: x, b: 3 }, `${COLUMN} | 3`],
  ["a literal in a named input", { manifest: mixed, a: 3, b: x }, `B[0:3 1:3] | ${COLUMN}`],
  ["a parameter where no input is named", { manifest: whole, a: x, b: p }, `${COLUMN} | 7`],
  [
    "a parameter in an input for outputs of steps",
    { manifest: whole, inputs: legacy, a: i, b: p },
    `${COLUMN} | B[0:7 1:7]`,
  ],
  ["a literal in an input for outputs of steps", { manifest: whole, inputs: legacy, a: i, b: 3 }, `${COLUMN} | 3`],
  [
    "a parameter in an input for outputs and parameters",
    { manifest: whole, inputs: loose, a: i, b: p },
    `${COLUMN} | 7`,
  ],
  ["an output beside a named input", { manifest: named, inputs: { b: legacy.b }, a: x, b: i }, `${COLUMN} | ${COLUMN}`],
];

describe.each(LANGUAGES)("a block of %s for whole batches", (...given) => {
  const language = given as Language;
  const shown = (text: unknown) => (language[1] === "PythonCode" ? text : asLists(text));

  it.each(cases)("gets %s", async (_, block, expected) => {
    expect(await outOf(language, block, { x: [1, 2], p: 7 })).toEqual([shown(expected), shown(expected)]);
  });

  it.each([
    ["a named input", { manifest: named }, "B[0:7] | 3"],
    ["a mixed input", { manifest: both, run: "one" }, "7 | 3"],
    ["an input, where none is named", { manifest: whole, run: "one" }, "7 | 3"],
    ["an input for outputs of steps", { manifest: whole, inputs: legacy }, "B[0:7] | 3"],
  ] as const)("gets a single value in %s", async (_, block, expected) => {
    for (const run of ["one", "each"] as const) {
      if ("run" in block && run !== block.run) continue;
      const found = await outOf(language, { ...block, a: p, b: 3, run }, { x: [1], p: 7 });
      expect(found).toEqual([shown(expected)]);
    }
  });

  it("tells the places of the elements that are left when others are missing", async () => {
    const expected = "B[0:4 2:6] | 7";
    const rows = await outOf(language, { manifest: named, a: x, b: p }, { x: [4, null, 6], p: 7 });
    expect(rows).toEqual([shown(expected), null, shown(expected)]);
  });

  it("gets all elements of a deeper batch in one call, with the places of both levels", async () => {
    const expected = "B[0.1:2-1 2.0:3-0 2.2:3-2] | 7";
    const rows = await outOf(language, { manifest: named, a: "$steps.n.out", b: p }, { x: [2, 0, 3], p: 7 });
    expect(rows).toEqual([[null, shown(expected)], [], [shown(expected), null, shown(expected)]]);
  });

  it.each(["one", "each"] as const)("makes one value of a batch, with %s", async (run) => {
    const block = { manifest: { ...named, output_dimensionality_offset: -1 }, a: x, b: p, run };
    expect(await outOf(language, block, { x: [1, 2], p: 7 })).toEqual([shown("B[:B[0:1 1:2]] | 7")]);
    // With nothing left it is called all the same.
    expect(await outOf(language, block, { x: [null, null], p: 7 })).toEqual([shown("B[:B[]] | 7")]);
    const gated = await outOf(language, block, { x: [1, 2], p: 7, open: [false, true] });
    expect(gated).toEqual([shown("B[:B[1:2]] | 7")]);
    const closed = await outOf(language, block, { x: [1, 2], p: 7, open: [false, false] });
    expect(closed).toEqual([shown("B[:B[]] | 7")]);
  });

  it("makes one value of a single one that is named", async () => {
    const block = { manifest: { ...named, output_dimensionality_offset: -1 }, a: p, b: 3, run: "one" } as const;
    expect(await outOf(language, block, { x: [1], p: 7 })).toEqual([shown("B[:B[0:7]] | 3")]);
  });
});

describe.each(LANGUAGES)("a block of %s for one element", (...given) => {
  const language = given as Language;
  const shown = (text: unknown) => (language[1] === "PythonCode" ? text : asLists(text));

  it("gets the elements of a level below with their places", async () => {
    const block: Case = { manifest: { output_dimensionality_offset: -1 }, a: "$steps.n.out", b: p, run: "one" };
    expect(await outOf(language, block, { x: [2, 0, 3], p: 7 })).toEqual([
      shown("B[0.1:2-1] | 7"),
      null,
      shown("B[2.0:3-0 2.2:3-2] | 7"),
    ]);
  });

  it("gets those beside the element that they belong to", async () => {
    const inputs = {
      a: input(["generic"], { is_dimensionality_reference: true }),
      b: input(["generic"], { dimensionality_offset: 1 }),
    };
    const block: Case = { inputs, a: x, b: "$steps.n.out", run: "one" };
    expect(await outOf(language, block, { x: [2, 3] })).toEqual([
      shown("2 | B[0.1:2-1]"),
      shown("3 | B[1.0:3-0 1.2:3-2]"),
    ]);
  });

  it("keeps lists that are values as they are", async () => {
    expect(await outOf(language, { a: x, b: p, run: "one" }, { x: [[1, 2]], p: [3] })).toEqual(["L[1 2] | L[3]"]);
  });

  it("is not called where all gates of its elements are closed", async () => {
    const block: Case = { manifest: { output_dimensionality_offset: -1 }, a: x, b: p, run: "one" };
    expect(await outOf(language, block, { x: [1], p: 7, open: [false] })).toEqual([null]);
  });
});

describe("the compiler", () => {
  it("refuses a batch where a block for batches names other inputs", () => {
    for (const manifest of [named, { parameters_with_scalars_and_batches: ["a"] }]) {
      const document = documentFor(LANGUAGES[1], { manifest, a: p, b: x });
      expect(issuesOf(document)).toMatchObject([
        { code: "COMPILE_BATCH_AS_SCALAR", class: "ExecutionGraphStructureError" },
      ]);
    }
  });
});
