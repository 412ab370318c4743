import { describe, expect, it } from "vitest";
import { isKnownKind, readDefinition } from "../../src/definition/document.ts";
import { tell } from "../helpers/tell.ts";

const empty = { version: "1.0", inputs: [], steps: [], outputs: [] };
const ring: Record<string, unknown> = {};
ring["inputs"] = ring;
const withInputs = (...inputs: unknown[]) => ({ ...empty, inputs });

describe("a document", () => {
  it("needs a version and three lists, which may be empty", () => {
    expect(readDefinition(empty)).toMatchObject({
      definition: { ...empty, dynamic_blocks_definitions: [] },
      issues: [],
      warnings: [],
    });
    expect(
      tell({
        "nothing in it": {},
        "no steps": { version: "1.0", inputs: [], outputs: [] },
        "lists that are none": { version: "1.0", inputs: {}, steps: null, outputs: "none" },
      }),
    ).toMatchInlineSnapshot(`
      "
      nothing in it
        WorkflowSyntaxError DEFINITION_SYNTAX at /version
          "version" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs
          "inputs" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps
          "steps" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs
          "outputs" is missing

      no steps
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps
          "steps" is missing

      lists that are none
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs
          "inputs" is {}, expected array
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps
          "steps" is null, expected array
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs
          "outputs" is "none", expected array
      "
    `);
  });

  it("is an object", () => {
    expect(
      tell({
        null: null,
        "a list": [],
        "a text": "{}",
        "a number": 3,
        nothing: undefined,
        "a value that contains itself": ring,
      }),
    ).toMatchInlineSnapshot(`
      "
      null
        WorkflowSyntaxError DEFINITION_SYNTAX at the document
          the definition is null, expected object

      a list
        WorkflowSyntaxError DEFINITION_SYNTAX at the document
          the definition is [], expected object

      a text
        WorkflowSyntaxError DEFINITION_SYNTAX at the document
          the definition is "{}", expected object

      a number
        WorkflowSyntaxError DEFINITION_SYNTAX at the document
          the definition is 3, expected object

      nothing
        WorkflowSyntaxError DEFINITION_SYNTAX at the document
          the definition is missing

      a value that contains itself
        WorkflowSyntaxError DEFINITION_SYNTAX at /version
          "version" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs
          "inputs" is object, expected array
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps
          "steps" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs
          "outputs" is missing
      "
    `);
  });

  it("may hold whatever an editor keeps in it", () => {
    const { definition, issues } = readDefinition({ ...empty, id: 7, name: "line 3", layout: { zoom: 2 }, steps: [] });
    expect(issues).toEqual([]);
    expect(Object.keys(definition ?? {})).toEqual([
      "version",
      "inputs",
      "steps",
      "outputs",
      "dynamic_blocks_definitions",
    ]);
  });

  it("keeps all properties of its steps", () => {
    const step = { type: "identity", name: "s", value: 3, note: { by: "me" } };
    expect(readDefinition({ ...empty, steps: [step] }).definition?.steps).toEqual([step]);
  });
});

describe("a block of code", () => {
  it("of no known type is answered with which there are, and what may be meant", () => {
    const dynamic = (type: string) => ({ ...empty, dynamic_blocks_definitions: [{ type, manifest: {} }] });
    const { issues } = readDefinition(dynamic("DynamicBlockDefinitions"));
    expect(issues).toMatchObject([
      {
        path: "/dynamic_blocks_definitions/0/type",
        message:
          '"type" is "DynamicBlockDefinitions", expected one of DynamicBlockDefinition, DynamicWorkflowDefinition',
        hint: 'did you mean "DynamicBlockDefinition"?',
      },
    ]);
  });
});

describe("an input", () => {
  it("has the kind and depth that its type says, or what is written, or anything of one level", () => {
    const { definition, issues } = readDefinition(
      withInputs(
        { type: "WorkflowImage", name: "image" },
        { type: "InferenceImage", name: "old", kind: ["string"], dimensionality: 1 },
        { type: "WorkflowVideoMetadata", name: "video" },
        { type: "WorkflowBatchInput", name: "batch" },
        { type: "WorkflowBatchInput", name: "deep", dimensionality: 3, kind: ["image", { name: "mine", more: 1 }] },
        { type: "WorkflowParameter", name: "p" },
        { type: "InferenceParameter", name: "q", kind: ["integer"], default_value: 3, note: "extra keys are ignored" },
      ),
    );
    expect(issues).toEqual([]);
    expect(definition?.inputs).toEqual([
      { type: "WorkflowImage", name: "image", dimensionality: 1, kind: ["image"] },
      { type: "InferenceImage", name: "old", dimensionality: 1, kind: ["image"] },
      { type: "WorkflowVideoMetadata", name: "video", dimensionality: 1, kind: ["video_metadata"] },
      { type: "WorkflowBatchInput", name: "batch", dimensionality: 1, kind: ["*"] },
      { type: "WorkflowBatchInput", name: "deep", dimensionality: 3, kind: ["image", "mine"] },
      { type: "WorkflowParameter", name: "p", kind: ["*"], default_value: null },
      { type: "InferenceParameter", name: "q", kind: ["integer"], default_value: 3 },
    ]);
  });

  it("may have a default of any JSON type", () => {
    for (const default_value of [3, "a", true, [1], { a: 1 }, null]) {
      const { definition } = readDefinition(withInputs({ type: "WorkflowParameter", name: "p", default_value }));
      expect(definition?.inputs[0]).toMatchObject({ default_value });
    }
  });

  it("that is none is reported", () => {
    expect(
      tell({
        "a type that does not exist": withInputs({ type: "WorkflowImages", name: "image" }),
        "no type": withInputs({ name: "image" }),
        "no object": withInputs("image", null),
        "no name": withInputs({ type: "WorkflowImage" }),
        "an empty name": withInputs({ type: "WorkflowImage", name: "" }),
        "a name that is no text": withInputs({ type: "WorkflowParameter", name: 3 }),
        "an image of two levels": withInputs({ type: "WorkflowImage", name: "image", dimensionality: 2 }),
        "kinds that are none": withInputs({ type: "WorkflowParameter", name: "p", kind: ["string", 3] }),
      }),
    ).toMatchInlineSnapshot(`
      "
      a type that does not exist
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/type
          "type" is "WorkflowImages", expected one of WorkflowImage, InferenceImage, WorkflowVideoMetadata, WorkflowBatchInput, WorkflowParameter, InferenceParameter
          hint: did you mean "WorkflowImage"?

      no type
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/type
          "type" is missing, expected one of WorkflowImage, InferenceImage, WorkflowVideoMetadata, WorkflowBatchInput, WorkflowParameter, InferenceParameter

      no object
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0
          entry 0 is "image", expected object
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/1
          entry 1 is null, expected object

      no name
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/name
          "name" is missing

      an empty name
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/name
          "name" is empty

      a name that is no text
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/name
          "name" is 3, expected string

      an image of two levels
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/dimensionality
          "dimensionality" is 2, expected 1

      kinds that are none
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/kind/1
          entry 1 is 3, which fits nothing that is expected
      "
    `);
  });
});

describe("steps and outputs", () => {
  it("that are none are reported", () => {
    const output = { type: "JsonField", name: "out", selector: "$inputs.x" };
    expect(
      tell({
        "steps without type or name": { ...empty, steps: [{}, { type: 3, name: null }, "crop"] },
        "outputs without type, name or selector": { ...empty, outputs: [{}, { ...output, type: "Json" }] },
        "a coordinate system that does not exist": { ...empty, outputs: [{ ...output, coordinates_system: "world" }] },
      }),
    ).toMatchInlineSnapshot(`
      "
      steps without type or name
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/0/type
          "type" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/0/name
          "name" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/1/type
          "type" is 3, expected string
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/1/name
          "name" is null, expected string
        WorkflowSyntaxError DEFINITION_SYNTAX at /steps/2
          entry 2 is "crop", expected object

      outputs without type, name or selector
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs/0/type
          "type" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs/0/name
          "name" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs/0/selector
          "selector" is missing
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs/1/type
          "type" is "Json", expected JsonField

      a coordinate system that does not exist
        WorkflowSyntaxError DEFINITION_SYNTAX at /outputs/0/coordinates_system
          "coordinates_system" is "world", expected one of own, parent
      "
    `);
  });

  it("show detections in the coordinates of the root picture unless they say otherwise", () => {
    const output = { type: "JsonField", name: "out", selector: "$inputs.x" };
    const { definition } = readDefinition({ ...empty, outputs: [output, { ...output, coordinates_system: "own" }] });
    expect(definition?.outputs.map((found) => found.coordinates_system)).toEqual(["parent", "own"]);
  });
});

describe("kinds", () => {
  it("that the language knows are distinguished from others", () => {
    expect(["image", "*", "secret", "my_kind", "toString"].map(isKnownKind)).toEqual([true, true, true, false, false]);
  });
});
