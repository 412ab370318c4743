import { describe, expect, it } from "vitest";
import { issuesOf } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";
import { inner, referred, same, workflow, wrapped } from "./nested-documents.ts";

const x = { x: "$inputs.x" };
const identity = (name: string, value: unknown) => ({ type: "identity", name, value });
const around = (...steps: unknown[]) => workflow(["x"], steps, {});
const showing = (outputs: Record<string, string>, ...steps: unknown[]) => workflow(["x"], steps, outputs);
const pathsOf = (document: unknown) =>
  issuesOf(document)
    .map(({ path }) => path)
    .toSorted();
const step = (properties: Record<string, unknown>) => around({ ...inner("n", same, x), ...properties });

describe("a nested workflow that cannot be put in place", () => {
  it("is given in one of its two forms", () => {
    const written = { workflow_definition: undefined };
    expect(
      tell({
        "no form": step(written),
        "an empty definition": step({ workflow_definition: {} }),
        "both forms": step({ workflow_workspace_id: "home", workflow_id: "same" }),
        "a definition and half a reference": step({ workflow_id: "same" }),
        "a reference without its workspace": step({ ...written, workflow_workspace_id: " ", workflow_id: "same" }),
        "a reference without its id": step({ ...written, workflow_workspace_id: "home" }),
        "properties of other types": step({ workflow_definition: "same", workflow_id: 7 }),
        "a mode that does not run here": step({ execution_mode: "remote_dispatch" }),
        "a name that leads nowhere": around(referred("n", "home/other@3", x)),
      }),
    ).toMatchInlineSnapshot(`
      "
      no form
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_FORM at /steps/0
          step "n": no workflow is given
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      an empty definition
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_FORM at /steps/0
          step "n": no workflow is given
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      both forms
        WorkflowDefinitionError INNER_WORKFLOW_FORM at /steps/0
          step "n": the workflow is both written and referred to
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      a definition and half a reference
        WorkflowDefinitionError INNER_WORKFLOW_FORM at /steps/0
          step "n": the workflow is both written and referred to
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      a reference without its workspace
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_FORM at /steps/0
          step "n": "workflow_workspace_id" is missing
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      a reference without its id
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_FORM at /steps/0
          step "n": "workflow_id" is missing
          hint: give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"

      properties of other types
        WorkflowSyntaxError INNER_WORKFLOW_FORM at /steps/0/workflow_definition
          step "n": "workflow_definition" is "same", expected an object
        WorkflowSyntaxError INNER_WORKFLOW_FORM at /steps/0/workflow_id
          step "n": "workflow_id" is 7, expected text

      a mode that does not run here
        WorkflowSyntaxError INNER_WORKFLOW_FORM at /steps/0/execution_mode
          step "n": "execution_mode" is "remote_dispatch", expected "embedded", the only mode that runs here

      a name that leads nowhere
        WorkflowEnvironmentConfigurationError INNER_WORKFLOW_UNKNOWN at /steps/0/workflow_id
          step "n": the workflow "home/other@3" is not known here
          hint: write the workflow itself as "workflow_definition"
      "
    `);
  });

  it("has steps that are steps", () => {
    const child = (steps: unknown) => ({ ...same, steps });
    expect(
      tell({
        "an entry that is no object": around(inner("n", child([1, ...same.steps]), x)),
        "an entry without a name": around(inner("n", child([{ type: "identity" }]), x)),
        "steps that are no list": around(inner("n", child({}), x)),
        "no steps": around(inner("n", child([]), x)),
        "bindings that are no object": step({ parameter_bindings: ["$inputs.x"] }),
        "a default shown by an output of the root": showing(
          { out: "$steps.n.p" },
          inner("n", workflow({ p: 5 }, [identity("s", 1)], { p: "$inputs.p" })),
        ),
      }),
    ).toMatchInlineSnapshot(`
      "
      an entry that is no object
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /steps/0/workflow_definition/steps/0
          entry 0 is 1, expected object

      an entry without a name
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /steps/0/workflow_definition/steps/0/name
          "name" is missing

      steps that are no list
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /steps/0/workflow_definition/steps
          "steps" is {}, expected array

      no steps
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /steps/0/workflow_definition/steps
          step "n": the nested workflow has no steps

      bindings that are no object
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /steps/0/parameter_bindings
          step "n": "parameter_bindings" is ["$inputs.x"], expected an object

      a default shown by an output of the root
        InnerWorkflowInvalidStepEntryError INNER_WORKFLOW_ENTRY at /outputs/0/selector
          output "out": $steps.n.p is the literal 5, where data is expected
          hint: bind that input of the nested workflow to a parameter of this one
      "
    `);
  });

  it("is a sound document itself", () => {
    const child = workflow(["a", "a"], [identity("s", 1), identity("s", 2)], {});
    expect(
      tell({
        "a version of the future": around(inner("n", { ...same, version: "9.0" }, x)),
        "a missing section": around(inner("n", { version: "1.0", inputs: [], steps: [] })),
        "names used twice": around(inner("n", child, { a: "$inputs.x" })),
      }),
    ).toMatchInlineSnapshot(`
      "
      a version of the future
        NotSupportedExecutionEngineError DEFINITION_VERSION_UNSUPPORTED at /steps/0/workflow_definition/version
          version "9.0" is not served; this engine serves 1.0 to 1.17.0

      a missing section
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/0/workflow_definition/outputs
          "outputs" is missing

      names used twice
        DuplicatedNameError COMPILE_DUPLICATE_NAME at /steps/0/workflow_definition/inputs/1/name
          the name "a" is already used by /steps/0/workflow_definition/inputs/0
        DuplicatedNameError COMPILE_DUPLICATE_NAME at /steps/0/workflow_definition/steps/1/name
          the name "s" is already used by /steps/0/workflow_definition/steps/0
      "
    `);
  });

  it("lies within the limits", () => {
    const many = Array.from({ length: 40 }, (_, i) => inner(`n${i}`, same, x));
    const names: Record<string, unknown> = {
      "home/a": around(referred("b", "home/b", x)),
      "home/b": around(referred("a", "home/a", x)),
      "home/endless": around(referred("n", "home/endless", x)),
    };
    const resolve = ({ workspace, id }: { workspace: string; id: string }) => names[`${workspace}/${id}`] ?? null;
    expect(
      tell(
        {
          "five levels": wrapped(same, 5),
          "forty nested workflows": around(...many),
          "workflows that contain each other": around(referred("n", "home/a", x)),
          "a workflow that contains itself": around(identity("i", 1), referred("n", "home/endless", x)),
        },
        { resolve },
      ),
    ).toMatchInlineSnapshot(`
      "
      five levels
        InnerWorkflowNestingDepthError INNER_WORKFLOW_DEPTH at /steps/0/workflow_definition/steps/0/workflow_definition/steps/0/workflow_definition/steps/0/workflow_definition/steps/0
          step "n": workflows are nested more than 4 deep

      forty nested workflows
        InnerWorkflowTotalCountError INNER_WORKFLOW_COUNT at /steps/32
          step "n32": there are more than 32 nested workflows in all

      workflows that contain each other
        InnerWorkflowCompositionCycleError INNER_WORKFLOW_CYCLE at /steps/0/workflow_definition/steps/0/workflow_definition/steps/0/workflow_id
          step "a": workflows contain each other: home/a -> home/b -> home/a

      a workflow that contains itself
        InnerWorkflowCompositionCycleError INNER_WORKFLOW_CYCLE at /steps/1/workflow_definition/steps/0/workflow_id
          step "n": workflows contain each other: home/endless -> home/endless
      "
    `);
  });

  it("has its inputs bound", () => {
    const child = workflow(["x", "y"], [identity("s", 1)], {});
    const optional = workflow({ needed: null, p: 5 }, [identity("s", 1)], {});
    expect(
      tell({
        "an input that does not exist": around(inner("n", same, { ...x, "other/one": 1 })),
        "inputs left out": around(inner("n", child)),
        "a parameter without default left out": around(inner("n", optional)),
        "both faults": around(inner("n", child, { ...x, z: 1 })),
      }),
    ).toMatchInlineSnapshot(`
      "
      an input that does not exist
        InnerWorkflowParameterBindingsUnknownInputError INNER_WORKFLOW_UNKNOWN_INPUT at /steps/0/parameter_bindings/other~1one
          step "n": "parameter_bindings" names "other/one", which is no input of the nested workflow
          hint: its inputs are x

      inputs left out
        InnerWorkflowParameterBindingsMissingRequiredError INNER_WORKFLOW_MISSING_INPUT at /steps/0/parameter_bindings
          step "n": "parameter_bindings" leaves out "x", "y"
          hint: only a parameter whose default is not null may be left out

      a parameter without default left out
        InnerWorkflowParameterBindingsMissingRequiredError INNER_WORKFLOW_MISSING_INPUT at /steps/0/parameter_bindings
          step "n": "parameter_bindings" leaves out "needed"
          hint: only a parameter whose default is not null may be left out

      both faults
        InnerWorkflowParameterBindingsUnknownInputError INNER_WORKFLOW_UNKNOWN_INPUT at /steps/0/parameter_bindings/z
          step "n": "parameter_bindings" names "z", which is no input of the nested workflow
          hint: its inputs are x, y
        InnerWorkflowParameterBindingsMissingRequiredError INNER_WORKFLOW_MISSING_INPUT at /steps/0/parameter_bindings
          step "n": "parameter_bindings" leaves out "y"
          hint: only a parameter whose default is not null may be left out
      "
    `);
  });

  it("is bound to what exists", () => {
    const bound = (value: unknown) => around(inner("n", same, { x: value }), inner("m", same, x));
    expect(
      tell({
        "no selector": bound("$x"),
        "a misspelt input": bound("$inputs.y"),
        "a misspelt step": bound("$steps.nn.out"),
        "a step": bound("$steps.m"),
        "an output that another nested workflow does not have": bound("$steps.m.outt"),
        "all outputs of another nested workflow": bound("$steps.m.*"),
      }),
    ).toMatchInlineSnapshot(`
      "
      no selector
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/parameter_bindings/x
          step "n": "$x" is no selector
          hint: write $inputs.name or $steps.name.output

      a misspelt input
        InvalidReferenceTargetError COMPILE_UNKNOWN_INPUT at /steps/0/parameter_bindings/x
          step "n": $inputs.y names an input that does not exist
          hint: did you mean "x"?

      a misspelt step
        InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/0/parameter_bindings/x
          step "n": $steps.nn.out names a step that does not exist
          hint: did you mean "n"?

      a step
        ExecutionGraphStructureError COMPILE_STEP_AS_DATA at /steps/0/parameter_bindings/x
          step "n": $steps.m is a step, where data is expected
          hint: write $inputs.name or $steps.name.output

      an output that another nested workflow does not have
        ExecutionGraphStructureError INNER_WORKFLOW_OUTPUT at /steps/0/parameter_bindings/x
          step "n": $steps.m.outt names an output that the nested workflow does not have
          hint: its outputs are out

      all outputs of another nested workflow
        ExecutionGraphStructureError INNER_WORKFLOW_OUTPUT at /steps/0/parameter_bindings/x
          step "n": $steps.m.* asks for all outputs of a nested workflow, which are taken one by one
          hint: its outputs are out
      "
    `);
  });

  it("keeps the meaning of its texts and values", () => {
    const through = workflow(["x"], [identity("s", 1)], { out: "$inputs.x" });
    const child = (value: unknown) => workflow({ p: value }, [identity("s", "$inputs.p")], {});
    expect(
      tell({
        "a default that looks like a selector": around(inner("n", child("$5"))),
        "a default with one inside": around(inner("n", child(["a", "$inputs.x"]))),
        "a binding with one inside": around(inner("n", child(1), { p: { a: "$inputs.x" } })),
        "bindings in a circle": around(
          inner("a", through, { x: "$steps.b.out" }),
          inner("b", through, { x: "$steps.a.out" }),
        ),
        "a binding to itself": around(inner("a", through, { x: "$steps.a.out" })),
      }),
    ).toMatchInlineSnapshot(`
      "
      a default that looks like a selector
        InnerWorkflowInliningStructureError INNER_WORKFLOW_STRUCTURE at /steps/0/workflow_definition/inputs/0/default_value
          step "n": the default of input "p" holds a text that begins with $, which would be read as a selector where it is put

      a default with one inside
        InnerWorkflowInliningStructureError INNER_WORKFLOW_STRUCTURE at /steps/0/workflow_definition/inputs/0/default_value
          step "n": the default of input "p" holds a text that begins with $, which would be read as a selector where it is put

      a binding with one inside
        InnerWorkflowInliningStructureError INNER_WORKFLOW_STRUCTURE at /steps/0/parameter_bindings/p
          step "n": the binding of input "p" holds a text that begins with $, which would be read as a selector where it is put

      bindings in a circle
        InnerWorkflowInliningStructureError INNER_WORKFLOW_STRUCTURE at /steps/0/parameter_bindings/x
          step "a": inputs of nested workflows that go straight to outputs are bound in a circle: a.x <- b.x <- a.x

      a binding to itself
        InnerWorkflowInliningStructureError INNER_WORKFLOW_STRUCTURE at /steps/0/parameter_bindings/x
          step "a": inputs of nested workflows that go straight to outputs are bound in a circle: a.x <- a.x
      "
    `);
  });
});

describe("names and nested workflows", () => {
  it("a nested workflow uses its own names only", () => {
    const child = workflow(["x"], [identity("s", "$inputs.y"), identity("t", "$steps.outside.out")], {
      input: "$inputs.z",
      step: "$steps.outside.out",
      bare: "$steps.s",
      text: "s.out",
    });
    expect(
      tell({ "names of the surrounding workflow": around(identity("outside", 1), inner("n", child, x)) }),
    ).toMatchInlineSnapshot(`
      "
      names of the surrounding workflow
        InvalidReferenceTargetError COMPILE_UNKNOWN_INPUT at /steps/1/workflow_definition/steps/0/value
          step "s": $inputs.y names an input that does not exist
          hint: did you mean "x"?
        InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/1/workflow_definition/steps/1/value
          step "t": $steps.outside.out names a step that does not exist
          hint: a nested workflow sees its own inputs and steps only
        InvalidReferenceTargetError COMPILE_UNKNOWN_INPUT at /steps/1/workflow_definition/outputs/0/selector
          output "input": $inputs.z names an input that does not exist
          hint: did you mean "x"?
        InvalidReferenceTargetError COMPILE_UNKNOWN_STEP at /steps/1/workflow_definition/outputs/1/selector
          output "step": $steps.outside.out names a step that does not exist
          hint: a nested workflow sees its own inputs and steps only
        AssumptionError COMPILE_OUTPUT at /steps/1/workflow_definition/outputs/2/selector
          output "bare": $steps.s is a step
          hint: write $steps.name.output
        InvalidReferenceTargetError COMPILE_OUTPUT at /steps/1/workflow_definition/outputs/3/selector
          output "text": is "s.out", which is no selector
          hint: write $steps.name.output
      "
    `);
  });

  it("the surrounding workflow uses its outputs only", () => {
    expect(
      tell({
        "an output that does not exist": showing(
          { out: "$steps.n.other" },
          inner("n", same, x),
          identity("s", "$steps.n.other"),
        ),
        "all outputs": showing({ out: "$steps.n.*" }, inner("n", same, x), identity("s", "$steps.n.*")),
        "the nested workflow as data": showing({}, inner("n", same, x), identity("s", "$steps.n")),
        "an output as a step": showing({}, inner("n", same, x), {
          type: "gate",
          name: "g",
          value: 1,
          next_steps: ["$steps.n.out"],
        }),
      }),
    ).toMatchInlineSnapshot(`
      "
      an output that does not exist
        ExecutionGraphStructureError INNER_WORKFLOW_OUTPUT at /steps/1/value
          step "s": $steps.n.other names an output that the nested workflow does not have
          hint: its outputs are out
        InvalidReferenceTargetError INNER_WORKFLOW_OUTPUT at /outputs/0/selector
          output "out": $steps.n.other names an output that the nested workflow does not have
          hint: its outputs are out

      all outputs
        ExecutionGraphStructureError INNER_WORKFLOW_OUTPUT at /steps/1/value
          step "s": $steps.n.* asks for all outputs of a nested workflow, which are taken one by one
          hint: its outputs are out
        InvalidReferenceTargetError INNER_WORKFLOW_OUTPUT at /outputs/0/selector
          output "out": $steps.n.* asks for all outputs of a nested workflow, which are taken one by one
          hint: its outputs are out

      the nested workflow as data
        ExecutionGraphStructureError COMPILE_STEP_AS_DATA at /steps/1/value
          step "s": "value" refers to $steps.n, a step, where data is expected
          hint: name one of its outputs: $steps.name.output

      an output as a step
        WorkflowSyntaxError COMPILE_DATA_AS_STEP at /steps/1/next_steps/0
          step "g": "next_steps" names $steps.n__s.out, data, where a step is expected
          hint: write $steps.name
      "
    `);
  });
});

describe("faults that the compiler finds", () => {
  it("lead to where the step is written", () => {
    const child = workflow(
      ["x"],
      [
        identity("ok", "$inputs.x"),
        { type: "nonsense", name: "unknown" },
        { type: "list", name: "list", values: ["$steps.ok.out", 3] },
        { type: "roboflow_core/dynamic_crop@v1", name: "crop", images: "$inputs.x", predictions: "$steps.ok.out" },
      ],
      { out: "$steps.ok.nothing" },
    );
    const document = {
      ...workflow(["x"], [inner("n", child, { x: "$inputs.p" }), identity("s", "$steps.n.out")], {}),
      inputs: [{ type: "WorkflowParameter", name: "p", kind: ["integer"] }],
    };
    expect(tell({ "one level": document })).toMatchInlineSnapshot(`
      "
      one level
        WorkflowSyntaxError COMPILE_UNKNOWN_BLOCK at /steps/0/workflow_definition/steps/1/type
          step "n__unknown": block type "nonsense" is not known
          hint: \`millrace blocks\` lists the types that run here
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/workflow_definition/steps/2/values/1
          step "n__list" (list): "values"[1] is 3, expected a selector of any kind
        ExecutionGraphStructureError COMPILE_UNKNOWN_OUTPUT at /steps/1/value
          step "s": "value" refers to $steps.n__ok.nothing, but identity has no output "nothing"
          hint: its outputs are out
        ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/0/workflow_definition/steps/3/images
          step "n__crop": "images" takes image, but $inputs.p is integer
      "
    `);
    const deeper = workflow([], [inner("o", document, { p: 1 })], {});
    expect(pathsOf(deeper)).toEqual(pathsOf(document).map((path) => `/steps/0/workflow_definition${path}`));
  });

  it("name a gate on the nested workflow where it cannot apply", () => {
    const collapsed = workflow(
      ["x"],
      [{ type: "collapse", name: "c", value: "$inputs.x" }, identity("s", "$steps.c.out")],
      {},
    );
    const steps = [
      { type: "explode", name: "e", value: "$inputs.x" },
      { type: "gate", name: "g", value: "$steps.e.out", next_steps: ["$steps.n"] },
      inner("n", collapsed, { x: "$steps.e.out" }),
    ];
    expect(tell({ "a gate on children, a list inside": around(...steps) })).toMatchInlineSnapshot(`
      "
      a gate on children, a list inside
        ControlFlowDefinitionError COMPILE_CONTROL_FLOW at /steps/2/workflow_definition/steps/1
          step "n__s" (identity): is controlled for each of <workflow_input> / $steps.e, which its data (<workflow_input>) does not belong to
      "
    `);
  });

  it("form no cycle where nested workflows feed each other through different steps", () => {
    const two = workflow(["x"], [identity("a", 1), identity("b", "$inputs.x")], {
      a: "$steps.a.out",
      b: "$steps.b.out",
    });
    const steps = [inner("n", two, { x: "$steps.m.a" }), inner("m", two, { x: "$steps.n.a" })];
    expect(issuesOf(around(...steps))).toEqual([]);
    const cycle = [inner("n", two, { x: "$steps.m.b" }), inner("m", two, { x: "$steps.n.b" })];
    expect(tell({ "through the same": around(...cycle) })).toMatchInlineSnapshot(`
      "
      through the same
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0/workflow_definition/steps/1
          steps form a cycle: $steps.n__b -> $steps.m__b -> $steps.n__b
      "
    `);
  });
});
