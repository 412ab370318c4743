import { expect, it } from "vitest";
import { CompileError } from "../../src/base/errors.ts";
import { compile } from "../../src/compiler/compile.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { issuesOf, libraryOf, openPlan } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const broken = {
  version: "1.99",
  inputs: [
    { type: "WorkflowBatchInput", name: "x", dimensionality: 0 },
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowParameter", name: "image" },
  ],
  steps: [
    { type: "identiti", name: "a", value: 1 },
    { type: "collapse", name: "b" },
    { type: "identity", name: "c", value: "$steps.absent.out" },
    { type: "together", name: "d", a: "$inputs.x", b: 1, factor: "$inputs.x" },
    { type: "identity", name: "e", value: "$steps.f.out" },
    { type: "identity", name: "f", value: "$steps.e.out" },
    { type: "add", name: "g", a: "$inputs.x", b: "$steps.h.out" },
    { type: "explode", name: "h", value: "$inputs.x" },
    { type: "gate", name: "i", value: "$steps.h.out", next_steps: ["$steps.j"] },
    { type: "identity", name: "j", value: "$inputs.x" },
  ],
  outputs: [
    { type: "JsonField", name: "one", selector: "$steps.h" },
    { type: "JsonField", name: "one", selector: "$steps.h.out" },
  ],
};

it("all faults of a document are reported at once", () => {
  expect(tell({ "a document with one fault of each family": broken })).toMatchInlineSnapshot(`
    "
    a document with one fault of each family
      NotSupportedExecutionEngineError DEFINITION_VERSION_UNSUPPORTED at /version
        version "1.99" is not served; this engine serves 1.0 to 1.17.0
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /inputs/2/name
        the name "image" is already used by /inputs/1
      DuplicatedNameError COMPILE_DUPLICATE_NAME at /outputs/1/name
        the name "one" is already used by /outputs/0
      WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/type
        step "a": block type "identiti" is not known
        hint: did you mean "identity"?
      WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/1/value
        step "b" (collapse): "value" is missing; it takes a selector of any kind
      ExecutionGraphStructureError COMPILE_INPUT_DIMENSIONALITY at /inputs/0/dimensionality
        input "x": "dimensionality" is 0, expected 1 to 16
      InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/2/value
        step "c": "value" refers to $steps.absent.out, but there is no such step
      ExecutionGraphStructureError COMPILE_CYCLE at /steps/4
        steps form a cycle: $steps.e -> $steps.f -> $steps.e
      ExecutionGraphStructureError COMPILE_BATCH_AS_SCALAR at /steps/3/factor
        step "d" (together): "factor" takes one value for all elements, but $inputs.x is a batch
      StepInputDimensionalityError COMPILE_DIMENSIONALITY at /steps/6/b
        step "g" (add): takes inputs of one dimensionality, but gets $inputs.x of dimensionality 1 and $steps.h.out of dimensionality 2
      ControlFlowDefinitionError COMPILE_CONTROL_FLOW at /steps/9
        step "j" (identity): is controlled for each of <workflow_input> / $steps.h, which its data (<workflow_input>) does not belong to
      AssumptionError COMPILE_OUTPUT at /outputs/0/selector
        output "one": $steps.h is a step, where one of its outputs is expected
        hint: write $steps.h.* for all outputs
    "
  `);
});

it("a document with faults is refused with all of them, and the file they are in", () => {
  const refuse = () => compile(broken, libraryOf(), "line.json");
  expect(refuse).toThrow(CompileError);
  expect(refuse).toThrow(/^line\.json \/version: version "1\.99" is not served; .*\nline\.json \/inputs\/2\/name: /);
});

it("a plan is plain data that survives a structured clone", () => {
  const { plan } = openPlan(documentOf([{ type: "explode", name: "e", value: "$inputs.x" }], { all: "$steps.e.*" }));
  expect(structuredClone(plan)).toEqual(plan);
});

it("compiling leaves the document as it was, and the same document gives the same plan", () => {
  const document = documentOf([{ type: "record", name: "r", values: { a: "$inputs.x", b: [1] } }], {
    all: "$steps.r.*",
  });
  const before = structuredClone(document);
  const plan = compile(document, libraryOf());
  expect(document).toEqual(before);
  expect(compile(document, libraryOf())).toEqual(plan);
});

const add = (i: number, a: string) => ({ type: "add", name: `s${i}`, a, b: "$inputs.p" });
const SHAPES: Record<string, (count: number) => Record<string, unknown>[]> = {
  "in a chain": (count) =>
    Array.from({ length: count }, (_, i) => add(i, i === 0 ? "$inputs.x" : `$steps.s${i - 1}.sum`)),
  "side by side": (count) => Array.from({ length: count }, (_, i) => add(i, "$inputs.x")),
  "in a chain that is written backwards": (count) => SHAPES["in a chain"]?.(count).toReversed() ?? [],
};

for (const [shape, steps] of Object.entries(SHAPES)) {
  it.each([10, 100, 1_000, 5_000])(`a definition of steps ${shape} compiles: %i steps`, (count) => {
    const { plan } = openPlan(documentOf(steps(count), {}));
    expect(plan.steps).toHaveLength(count);
  });
}

it("hints end where a document has many faults, so that a large broken one is reported soon", () => {
  const steps = Array.from({ length: 2_000 }, (_, i) => ({
    type: "add",
    name: `step-${i}`,
    a: `$steps.stop-${i}.sum`,
    b: 1,
  }));
  const issues = issuesOf(documentOf(steps, {}));
  expect(issues).toHaveLength(2_000);
  expect(issues.filter(({ hint }) => hint !== undefined).length).toBeLessThan(50);
});
