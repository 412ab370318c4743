import { describe, expect, it } from "vitest";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../../helpers/open-plan.ts";
import { tell } from "../../helpers/tell.ts";
import { anything, type CodeBlockOptions, codeBlock } from "../code-in-a-definition.ts";

type Entry = Record<string, unknown>;

const RUN = "function run() { return { out: 1 }; }";
const bringing = (...blocks: unknown[]) => ({ ...documentOf([], {}), dynamic_blocks_definitions: blocks });
const block = (options: CodeBlockOptions, source = RUN) => bringing(codeBlock("Code", source, options));
const input = (properties: Entry) => ({ type: "DynamicInputDefinition", ...properties });

describe("a block in a definition that cannot run", () => {
  it("is reported by its code", () => {
    expect(
      tell({
        "Python that wants its state kept": block(
          { code: { type: "PythonCode", persist: true } },
          "def saveState(): pass\ndef loadState(value): pass\ndef run(self): return {}",
        ),
        "TypeScript that needs code of its own": block(
          { code: { type: "TypeScriptCode" } },
          "function run() {\n  return { out: 1 };\n}\n  enum Size { Small }",
        ),
        "a parameter property": block(
          { code: { type: "TypeScriptCode" } },
          "class Box { constructor(private width: number) {} }\nfunction run() {}",
        ),
        "TypeScript that does not compile": block(
          { code: { type: "TypeScriptCode" } },
          "function run() {\n  const a: = 3;\n}",
        ),
        "init code in TypeScript that does not compile": block({
          code: { type: "TypeScriptCode", init_function_code: "function init(): void {\n  namespace A { x() }\n}" },
        }),
        "a module": block({}, "export function run() { return { out: 1 }; }"),
        "a module in TypeScript": block(
          { code: { type: "TypeScriptCode" } },
          'import crypto from "node:crypto";\nfunction run() { return { out: 1 }; }',
        ),
        "a language that does not exist": block({ code: { type: "RubyCode" } }),
        "code that does not compile": block({}, "function run() {\n  return {\n    out: 1,,\n  };\n}"),
        "init code that does not compile": block({ code: { init_function_code: "function init( {" } }),
        "a name that both parts declare": block({ code: { init_function_code: "const run = 1; function init() {}" } }),
        "code that closes our function": block({}, "return 1; } { function run() {}"),
        "no run function": block({}, "function walk() {}"),
        "no init function": block({ code: { init_function_code: "function start() {}" } }),
        "a name that is no function name": block({ code: { run_function_name: "run(" } }),
        "an init name that is no function name": block({
          code: { init_function_name: "a b", init_function_code: "function init() {}" },
        }),
        "imports that reach outside": block({ code: { imports: ["node:crypto", "node:fs", "child_process"] } }),
        "a name that an import has": block({ code: { imports: ["node:crypto"] } }, `const crypto = 1;\n${RUN}`),
        "state that is kept by no function": block({ code: { persist: true } }, `function saveState() {}\n${RUN}`),
        "a state scope that does not exist": block({ code: { state_scope: "camera" } }),
        "persistence without reason": block({ code: { persist: { interval_s: 0, bytes: 3 } } }),
        "no code": bringing({ ...codeBlock("Code", RUN), code: undefined }),
      }),
    ).toMatchInlineSnapshot(`
      "
      Python that wants its state kept
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/persist
          dynamic block "Code" wants its state kept, but has no function "save_state"
          hint: save_state() returns what is to be kept, load_state(value) takes it back
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/persist
          dynamic block "Code" wants its state kept, but has no function "load_state"
          hint: save_state() returns what is to be kept, load_state(value) takes it back

      TypeScript that needs code of its own
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 4, column 3: TypeScript enum does not run: types are left out, and no code is put in their place
          hint: use what JavaScript has: a constant object, a field set in the constructor

      a parameter property
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 1, column 33: TypeScript parameter property does not run: types are left out, and no code is put in their place
          hint: use what JavaScript has: a constant object, a field set in the constructor

      TypeScript that does not compile
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 2, column 12: Unexpected token \`=\`. Expected an identifier, void, yield, null, await, break, a string literal, a numeric literal, true, false, \`, -, import, this, typeof, {, [, (

      init code in TypeScript that does not compile
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/init_function_code
          dynamic block "Code" does not compile: line 2, column 3: TypeScript namespace declaration does not run: types are left out, and no code is put in their place
          hint: use what JavaScript has: a constant object, a field set in the constructor

      a module
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 1, column 1: Unexpected token 'export'
          hint: the code of a block is no module: leave out the export

      a module in TypeScript
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 1, column 1: Cannot use import statement outside a module
          hint: the code of a block is no module: name "node:crypto" and the like in "imports"

      a language that does not exist
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/code/type
          "type" is "RubyCode", expected one of PythonCode, JavaScriptCode, TypeScriptCode

      code that does not compile
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 3, column 12: Unexpected token ','

      init code that does not compile
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/init_function_code
          dynamic block "Code" does not compile: line 1: Unexpected end of input

      a name that both parts declare
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/init_function_code
          dynamic block "Code" does not compile beside the run code: line 1, column 7: Identifier 'run' has already been declared

      code that closes our function
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 1, column 11: Unexpected token '}'

      no run function
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" has no function "run"

      no init function
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/init_function_code
          dynamic block "Code" has no function "init"

      a name that is no function name
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_name
          dynamic block "Code" has "run(" as a function name

      an init name that is no function name
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/init_function_name
          dynamic block "Code" has "a b" as a function name

      imports that reach outside
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/imports
          dynamic block "Code" imports "node:fs" and "child_process", which blocks may not have
          hint: they may have node:assert, node:buffer, node:crypto, node:events, node:path, node:querystring, node:string_decoder, node:url, node:util

      a name that an import has
        DynamicBlockCodeError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/run_function_code
          dynamic block "Code" does not compile: line 1, column 7: Identifier 'crypto' has already been declared

      state that is kept by no function
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/code/persist
          dynamic block "Code" wants its state kept, but has no function "loadState"
          hint: saveState() returns what is to be kept, loadState(value) takes it back

      a state scope that does not exist
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/code/state_scope
          "state_scope" is "camera", expected one of step, source, block

      persistence without reason
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/code/persist/interval_s
          Too small: expected number to be >=0.1
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/code/persist
          Unrecognized key: "bytes"

      no code
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/code
          "code" is missing
      "
    `);
  });

  it("is reported by its manifest", () => {
    expect(
      tell({
        "an input that takes nothing": block({ inputs: { value: input({}) } }),
        "an input of a kind that does not exist": block({
          inputs: {
            value: input({ selector_types: ["generic"], selector_data_kind: { generic: ["image", "picture"] } }),
          },
        }),
        "an output of a kind that does not exist": block({
          outputs: { out: { type: "DynamicOutputDefinition", kind: ["number"] } },
        }),
        "two references": block({
          inputs: {
            a: { ...anything, is_dimensionality_reference: true },
            b: { ...anything, is_dimensionality_reference: true },
          },
        }),
        "different offsets and no reference": block({
          inputs: { a: anything, b: { ...anything, dimensionality_offset: 1 } },
        }),
        "different offsets and an output offset": block({
          inputs: {
            a: { ...anything, is_dimensionality_reference: true },
            b: { ...anything, dimensionality_offset: 1 },
          },
          manifest: { output_dimensionality_offset: 1 },
        }),
        "a negative offset": block({
          inputs: {
            a: { ...anything, is_dimensionality_reference: true },
            b: { ...anything, dimensionality_offset: -1 },
          },
        }),
        "no input of offset 0": block({ inputs: { a: { ...anything, dimensionality_offset: 1 } } }),
        "a batch parameter that is no input": block({ manifest: { batch_oriented_parameters: ["values"] } }),
        "no type": block({ manifest: { block_type: "" } }),
        "values that are none of the choice": block({
          inputs: { value: input({ selector_types: ["image"], value_types: ["number"] }) },
          manifest: { output_dimensionality_offset: 2, accepts_batch_input: "yes" },
        }),
        "no manifest": bringing({
          type: "DynamicBlockDefinition",
          code: { type: "JavaScriptCode", run_function_code: RUN },
        }),
        "no object": bringing("CountBig"),
      }),
    ).toMatchInlineSnapshot(`
      "
      an input that takes nothing
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs/value
          dynamic block "Code" has an input "value" with neither selector_types nor value_types

      an input of a kind that does not exist
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs/value/selector_data_kind
          dynamic block "Code" names an unknown kind "picture"

      an output of a kind that does not exist
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/outputs/out/kind
          dynamic block "Code" names an unknown kind "number"

      two references
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs
          dynamic block "Code" has more than one dimensionality reference

      different offsets and no reference
        BlockInterfaceError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs
          dynamic block "Code" has inputs of different dimensionality, so one must be the dimensionality reference

      different offsets and an output offset
        BlockInterfaceError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/output_dimensionality_offset
          dynamic block "Code" has inputs of different dimensionality, so its outputs take no offset

      a negative offset
        BlockInterfaceError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs/b/dimensionality_offset
          dynamic block "Code" has an input "b" with a negative offset

      no input of offset 0
        BlockInterfaceError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/inputs
          dynamic block "Code" has no input of dimensionality offset 0

      a batch parameter that is no input
        BlockInterfaceError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/batch_oriented_parameters
          dynamic block "Code" names "values", which is no input

      no type
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest/block_type
          "block_type" is empty

      values that are none of the choice
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest/inputs/value/selector_types/0
          entry 0 is "image", expected one of input_image, step_output_image, input_parameter, step_output, generic
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest/inputs/value/value_types/0
          entry 0 is "number", expected one of any, integer, float, boolean, dict, list, string
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest/output_dimensionality_offset
          "output_dimensionality_offset" is 2, expected one of -1, 0, 1
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest/accepts_batch_input
          "accepts_batch_input" is "yes", expected boolean

      no manifest
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0/manifest
          "manifest" is missing

      no object
        ValidationError DEFINITION_SYNTAX at /dynamic_blocks_definitions/0
          entry 0 is "CountBig", expected object
      "
    `);
  });

  it("is reported by its type where there is one like it", () => {
    expect(
      tell({
        "a type of the catalogue": bringing(codeBlock("roboflow_core/byte_tracker@v3", RUN)),
        "an alias of the catalogue": bringing(codeBlock("DimensionCollapse", RUN)),
        "the same type twice": bringing(codeBlock("Code", RUN), codeBlock("Code", `${RUN}\n`)),
        "a copy of the same block": bringing(codeBlock("Code", RUN), codeBlock("Code", RUN)),
        "tensors of a GPU": bringing(codeBlock("Code", RUN, { manifest: { tensor_compatibility: "tensor_native" } })),
      }),
    ).toMatchInlineSnapshot(`
      "
      a type of the catalogue
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/block_type
          dynamic block "roboflow_core/byte_tracker@v3" has the type of a block that exists already

      an alias of the catalogue
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/block_type
          dynamic block "DimensionCollapse" has the type of a block that exists already

      the same type twice
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/1
          dynamic block "Code" is defined twice, in two ways

      a copy of the same block

      tensors of a GPU
        DynamicBlockError DYNAMIC_BLOCK at /dynamic_blocks_definitions/0/manifest/tensor_compatibility
          dynamic block "Code" wants tensors of a GPU, but values reach code as pictures, numbers and lists in main memory
          hint: leave out "tensor_compatibility", and let the code take images and detections
      "
    `);
  });

  it("is reported when code is switched off", () => {
    const document = {
      ...documentOf([{ type: "Code", name: "s", value: 1 }], {}),
      dynamic_blocks_definitions: [codeBlock("Code", RUN)],
    };
    expect(tell({ "a sound block": document }, { allowCode: false })).toMatchInlineSnapshot(`
      "
      a sound block
        WorkflowEnvironmentConfigurationError DYNAMIC_CODE_OFF at /dynamic_blocks_definitions/0
          dynamic block "Code" brings code, which is switched off
          hint: set "code_blocks: local" in the config and leave ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS unset
      "
    `);
    expect(issuesOf(documentOf([], {}), { allowCode: false })).toEqual([]);
  });
});

describe("a block in a definition that wants its state kept", () => {
  it("is taken wherever it runs, with the functions that its language asks for", () => {
    const source = `function saveState() {}\nfunction loadState() {}\n${RUN}`;
    const document = block({ code: { persist: { interval_s: 2 } } }, source);
    expect(issuesOf(document)).toEqual([]);
    expect(issuesOf(document, { mode: "isolated" })).toEqual([]);
    const python = "def save_state(): pass\ndef load_state(kept): pass\ndef run(self, value): return {'out': 1}";
    expect(issuesOf(block({ code: { type: "PythonCode", persist: true } }, python))).toEqual([]);
  });
});

describe("a step of a block in a definition", () => {
  const inputs = {
    image: input({
      selector_types: ["input_image", "step_output_image"],
      selector_data_kind: { input_image: ["image"], step_output_image: ["image"] },
    }),
    least: input({
      selector_types: ["input_parameter"],
      selector_data_kind: { input_parameter: ["integer"] },
      value_types: ["integer"],
      has_default_value: true,
      default_value: 1,
    }),
    label: input({ value_types: ["string"], is_optional: true }),
    colour: input({ selector_types: ["generic"], selector_data_kind: { generic: ["rgb_color"] }, is_optional: true }),
    options: input({ value_types: ["dict", "list", "boolean", "float"], is_optional: true }),
  };
  const step = (properties: Entry) => ({
    ...documentOf([{ type: "Code", name: "s", image: "$inputs.image", ...properties }], {}, [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "text", kind: ["string"] },
    ]),
    dynamic_blocks_definitions: [codeBlock("Code", RUN, { inputs })],
  });

  it("is checked like any other", () => {
    expect(
      tell({
        "a literal where data is needed": step({ image: "picture.png" }),
        "a property that is missing": step({ image: undefined }),
        "a literal of another type": step({ least: 1.5 }),
        "a text where none is taken": step({ label: 3, options: "none" }),
        "a selector of another kind": step({ least: "$inputs.text" }),
      }),
    ).toMatchInlineSnapshot(`
      "
      a literal where data is needed
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/image
          step "s" (Code): "image" is "picture.png", expected a selector of image

      a property that is missing
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/image
          step "s" (Code): "image" is missing; it takes a selector of image

      a literal of another type
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/least
          step "s" (Code): "least" is 1.5, expected int (or a selector of integer)

      a text where none is taken
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/label
          step "s" (Code): "label" is 3, expected string
        WorkflowSyntaxError COMPILE_STEP_PROPERTY at /steps/0/options
          step "s" (Code): "options" is "none": it fits none of the forms

      a selector of another kind
        ReferenceTypeError COMPILE_KIND_MISMATCH at /steps/0/least
          step "s": "least" takes integer, but $inputs.text is string
      "
    `);
  });

  it("takes its literals, a text for a colour, and properties that its block does not know", () => {
    const { plan } = openPlan(step({ least: 5, label: "big", colour: "#ff0000", options: { a: [1] }, more: 1 }));
    expect(plan.steps[0]?.literals).toEqual({
      image: undefined,
      least: 5,
      label: "big",
      colour: "#ff0000",
      options: { a: [1] },
    });
    for (const options of [[1], true, 0.5]) expect(issuesOf(step({ options }))).toEqual([]);
  });

  it("needs a value for an input of any type", () => {
    const document = {
      ...documentOf([{ type: "Code", name: "s" }], {}),
      dynamic_blocks_definitions: [codeBlock("Code", RUN)],
    };
    expect(issuesOf(document)).toMatchObject([{ path: "/steps/0/value", code: "COMPILE_STEP_PROPERTY" }]);
  });

  it("carries its code in the plan, known by what it says", () => {
    const planOf = (source: string) =>
      openPlan({ ...step({}), dynamic_blocks_definitions: [codeBlock("Code", source, { inputs })] }).plan;
    const plan = planOf(RUN);
    expect(structuredClone(plan)).toEqual(plan);
    expect(plan.steps[0]).toMatchObject({
      stateful: true,
      pictureOnly: false,
      code: { source: RUN, blockType: "Code" },
    });
    expect(planOf(RUN).steps[0]?.code?.hash).toBe(plan.steps[0]?.code?.hash);
    expect(planOf(`${RUN} `).steps[0]?.code?.hash).not.toBe(plan.steps[0]?.code?.hash);
  });
});
