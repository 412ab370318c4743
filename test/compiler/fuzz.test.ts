import fc from "fast-check";
import { expect, it } from "vitest";
import { check } from "../../src/compiler/compile.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { libraryOf } from "../helpers/open-plan.ts";

// Whatever a document looks like, it is either a plan or a list of faults.

const numRuns = Number(process.env["MILLRACE_PROPERTY_RUNS"] ?? 500);
const library = libraryOf();

const code = {
  type: "DynamicBlockDefinition",
  manifest: {
    type: "ManifestDescription",
    block_type: "Count",
    inputs: { value: { type: "DynamicInputDefinition", selector_types: ["generic"], value_types: ["any"] } },
    outputs: { n: { type: "DynamicOutputDefinition", kind: ["integer"] } },
  },
  code: { type: "JavaScriptCode", run_function_code: "function run() { return { n: 1 } }" },
};
const sound = {
  ...documentOf(
    [
      { type: "explode", name: "e", value: "$inputs.x" },
      { type: "gate", name: "g", value: "$steps.e.out", next_steps: ["$steps.i"] },
      { type: "identity", name: "i", value: "$steps.e.out" },
      { type: "record", name: "r", values: { a: "$steps.i.out", b: 3 } },
      { type: "list", name: "l", values: ["$steps.i.out", "$inputs.p"] },
      { type: "with_children", name: "w", parent: "$inputs.x", children: "$steps.l.out" },
      { type: "Count", name: "c", value: "$steps.w.out" },
      { type: "ObjectDetectionModel", name: "m", images: "$inputs.image", model_id: "shapes/1" },
    ],
    { all: "$steps.r.*", list: "$steps.c.n" },
    [
      { type: "WorkflowBatchInput", name: "x" },
      { type: "WorkflowParameter", name: "p" },
      { type: "WorkflowImage", name: "image" },
    ],
  ),
  dynamic_blocks_definitions: [code],
};

type Path = (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

const paths = pathsOf(sound);
const texts = paths.flatMap((path) => (typeof at(path) === "string" ? [at(path) as string] : []));

function at(path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], sound);
}

type Change = { path: Path; to: "remove" | "repeat" | { value: unknown } };

/** Puts, removes or repeats what stands at a path; a path that an earlier change removed is skipped. */
function change(document: unknown, { path, to }: Change): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return typeof to === "object" ? to.value : document;
  if (typeof document !== "object" || document === null || !(key in document)) return document;
  const copy = (Array.isArray(document) ? [...document] : { ...document }) as Record<string, unknown>;
  if (rest.length > 0 || typeof to === "object") copy[key] = change(copy[key], { path: rest, to });
  else if (to === "remove" && Array.isArray(copy)) copy.splice(Number(key), 1);
  else if (to === "remove") delete copy[key];
  else if (Array.isArray(copy)) copy.push(copy[Number(key)]);
  return copy;
}

const values = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom(
    "$steps.i",
    "$steps.absent.out",
    "$inputs.x.y",
    "$",
    "__proto__",
    "constructor",
    "(",
    "$steps.e.constructor",
  ),
  fc.constantFrom(null, true, -1, 1e9, Number.NaN, [], {}, JSON.parse('{"__proto__": {"out": 1}}')),
  fc.jsonValue(),
);
const changes = fc.array(
  fc.record({
    path: fc.constantFrom(...paths),
    to: fc.oneof(
      fc.constantFrom("remove" as const, "repeat" as const),
      values.map((value) => ({ value })),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

function expectVerdict(document: unknown): void {
  const { plan, issues } = check(document, library);
  expect(plan === null).toBe(issues.length > 0);
  for (const issue of issues) {
    expect(issue.code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(issue.class).toMatch(/Error$/);
    expect(issue.message).not.toBe("");
    expect(issue.message).not.toMatch(/undefined|\[object/);
    expect(issue.path).toMatch(/^(\/|$)/);
  }
}

it("the document without changes is a plan", () => {
  expect(check(sound, library).issues).toEqual([]);
});

it("a changed document is a plan or a list of faults, never a failure", () => {
  fc.assert(
    fc.property(changes, (list) => expectVerdict(list.reduce<unknown>(change, sound))),
    { numRuns },
  );
});

it("anything at all is a list of faults", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (document) => {
      const { plan, issues } = check(document, library);
      expect(plan).toBeNull();
      expect(issues.length).toBeGreaterThan(0);
    }),
    { numRuns },
  );
});

it("long texts and deep values are reported in few words", () => {
  const long = "x".repeat(1_000_000);
  let deep: unknown = 1;
  for (let i = 0; i < 1_000; i++) deep = [deep];
  for (const value of [long, `$steps.${long}.out`, `$${long}`, deep]) {
    const steps = [
      { type: "identity", name: "a", value: "$steps.b.out" },
      { type: "together", name: "b", a: 1, b: 2, factor: value },
    ];
    const { issues } = check(documentOf(steps, { out: value as string }), library);
    expect(issues.length).toBeGreaterThan(0);
    for (const { message } of issues) expect(message.length).toBeLessThan(2_100);
  }
});
