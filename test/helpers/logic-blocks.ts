import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef, ref, refList, refMap, stepRefMap, stepRefs } from "../../src/blocks/contract/fields.ts";

// Small blocks without pixels, one for each way in which a block can treat levels, gates and empty values.

const any = orRef(z.unknown(), "*");
const common = { summary: "Block of the tests.", example: {} };

const identity = defineBlock({
  ...common,
  type: "identity",
  inputs: z.object({ value: any }),
  outputs: { out: "*" },
  run: ({ value }) => ({ out: value }),
});

/** A number n below 4 becomes the n texts `n-0`, `n-1`, …; a list its first entries; anything else two texts. */
const explode = defineBlock({
  ...common,
  type: "explode",
  inputs: z.object({ value: any }),
  outputs: { out: "*" },
  outputOffset: 1,
  run: ({ value }) => childrenOf(value).map((out) => ({ out })),
});

/** A number n becomes the n numbers below it. */
const split = defineBlock({
  ...common,
  type: "split",
  inputs: z.object({ value: any }),
  outputs: { out: "*" },
  outputOffset: 1,
  run: ({ value }) => Array.from({ length: Number(value) }, (_, i) => ({ out: i })),
});

const collapse = defineBlock({
  ...common,
  type: "collapse",
  inputs: z.object({ value: ref("*") }),
  outputs: { out: "list_of_values" },
  outputOffset: -1,
  run: ({ value }) => ({ out: value as unknown[] }),
});

const collapseWithEmpty = defineBlock({
  ...common,
  type: "collapse_with_empty",
  inputs: z.object({ value: ref("*") }),
  outputs: { out: "list_of_values" },
  outputOffset: -1,
  acceptsEmpty: true,
  run: ({ value }) => ({ out: ["list", value] as unknown[] }),
});

const add = defineBlock({
  ...common,
  type: "add",
  inputs: z.object({ a: any, b: any }),
  outputs: { sum: "*", text: "string" },
  run: ({ a, b }) => ({ sum: typeof a === "number" && typeof b === "number" ? a + b : [a, b], text: `${a}+${b}` }),
});

/** Lets its steps run where the value is truthy. */
export const gate = defineBlock({
  ...common,
  type: "gate",
  inputs: z.object({ value: any, next_steps: stepRefs() }),
  outputs: {},
  flow: true,
  run: ({ value, next_steps }) => (value ? next_steps : []),
});

/** Lets each of its steps run for about half of the values, always the same. */
const sometimes = defineBlock({
  ...common,
  type: "sometimes",
  inputs: z.object({ value: any, next_steps: stepRefs() }),
  outputs: {},
  flow: true,
  run: ({ value, next_steps }) => next_steps.filter((step) => checksum(JSON.stringify([value, step])) % 2 === 0),
});

const choose = defineBlock({
  ...common,
  type: "choose",
  inputs: z.object({ value: any, cases: stepRefMap() }),
  outputs: {},
  flow: true,
  run: ({ value, cases }) => Object.entries(cases).flatMap(([name, step]) => (name === String(value) ? [step] : [])),
});

/** The first value that is there. */
const firstNonEmpty = defineBlock({
  ...common,
  type: "first_non_empty",
  inputs: z.object({ values: refList("*") }),
  outputs: { out: "*" },
  acceptsEmpty: true,
  run: ({ values }) => ({ out: values.find((value) => value !== null && value !== undefined) ?? "none" }),
});

const list = defineBlock({
  ...common,
  type: "list",
  inputs: z.object({ values: refList("*") }),
  outputs: { out: "list_of_values" },
  run: ({ values }) => ({ out: values }),
});

const record = defineBlock({
  ...common,
  type: "record",
  inputs: z.object({ values: refMap(["*"]) }),
  outputs: { out: "dictionary" },
  run: ({ values }) => ({ out: values }),
});

/** Takes a whole batch of `a` at once and tells every element how many there were; `factor` is one value for all. */
const together = defineBlock({
  ...common,
  type: "together",
  inputs: z.object({ a: any, b: any, factor: orRef(z.number(), "integer", "float").default(1) }),
  outputs: { out: "*" },
  batches: ["a", "b"],
  runMany: (elements) => elements.map(({ a, b, factor }, i) => ({ out: [a, b, factor, i, elements.length] })),
});

/** Takes all lists at once and gives every parent its list with the place in the call. */
const collapseTogether = defineBlock({
  ...common,
  type: "collapse_together",
  inputs: z.object({ a: any, b: any }),
  outputs: { out: "*" },
  batches: ["a", "b"],
  outputOffset: -1,
  runMany: (elements) => elements.map(({ a, b }, i) => ({ out: [i, a, b] })),
});

/** Each element with the list of its children. */
const withChildren = defineBlock({
  ...common,
  type: "with_children",
  inputs: z.object({ parent: any, children: ref("*") }),
  outputs: { out: "*" },
  offsets: { parent: 0, children: 1 },
  reference: "parent",
  run: ({ parent, children }) => ({ out: { parent, children } }),
});

/** The children of each element, told who their parent is and how many they are. */
const toChildren = defineBlock({
  ...common,
  type: "to_children",
  inputs: z.object({ parent: any, children: ref("*"), beside: refList("*").optional() }),
  outputs: { out: "*" },
  offsets: { parent: 0, children: 1, beside: 1 },
  reference: "children",
  // Outputs of a reference at the deeper level: one for each child, which the types of one output cannot say.
  runMany: (elements) =>
    elements.map(({ parent, children, beside }) => {
      const list = children as unknown[];
      return list.map((child, i) => ({
        out: [parent, child, list.length, ...(beside ?? []).map((other) => (other as unknown[])[i])],
      }));
    }) as never,
});

/** The values of a list; anything else is missing. */
const keep = defineBlock({
  ...common,
  type: "keep",
  inputs: z.object({ value: any, of: z.array(z.unknown()) }),
  outputs: { out: "*" },
  run: ({ value, of }) => ({ out: of.includes(value) ? value : null }),
});

/** Counts its elements for each source; stateful, so it sees them in order. */
const count = defineBlock({
  ...common,
  type: "count",
  inputs: z.object({ value: any }),
  outputs: { n: "integer", value: "*" },
  state: () => ({ n: 0 }),
  run: ({ value }, { state }) => {
    state.n++;
    return { n: state.n, value };
  },
});

export const LOGIC_BLOCKS = [
  identity,
  explode,
  split,
  collapse,
  collapseWithEmpty,
  add,
  gate,
  sometimes,
  choose,
  firstNonEmpty,
  list,
  record,
  together,
  collapseTogether,
  withChildren,
  toChildren,
  keep,
  count,
];

function childrenOf(value: unknown): unknown[] {
  if (typeof value === "number") return Array.from({ length: Math.abs(value) % 4 }, (_, i) => `${value}-${i}`);
  return Array.isArray(value) ? value.slice(0, 4) : [`${value}-0`, `${value}-1`];
}

function checksum(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 65_521;
  return sum >> 3;
}

type Entry = Record<string, unknown>;

/** A document with those of the usual inputs that it uses: batches `x`, `y`, `open` and parameters `p`, `on`. */
export function documentOf(
  steps: readonly Entry[],
  outputs: Readonly<Record<string, string>>,
  inputs?: readonly Entry[],
) {
  const text = JSON.stringify([steps, outputs]);
  const used = INPUTS.filter(({ name }) => text.includes(`"$inputs.${name}"`));
  return {
    version: "1.0",
    inputs: inputs ?? used,
    steps,
    outputs: Object.entries(outputs).map(([name, selector]) => ({ type: "JsonField", name, selector })),
  };
}

const INPUTS = [
  { type: "WorkflowBatchInput", name: "x" },
  { type: "WorkflowBatchInput", name: "y" },
  { type: "WorkflowBatchInput", name: "open" },
  { type: "WorkflowParameter", name: "p" },
  { type: "WorkflowParameter", name: "on" },
];
