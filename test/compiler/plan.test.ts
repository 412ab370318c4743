import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBlock } from "../../src/blocks/contract/block.ts";
import { modelRef, ref } from "../../src/blocks/contract/fields.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";

const DETECT = { task: "detect", prefix: "" };
const common = { summary: "Block of the test.", example: {} };

const model = defineBlock({
  ...common,
  type: "model",
  inputs: z.object({ images: ref("image"), model_id: modelRef("detect") }),
  outputs: { predictions: "object_detection_prediction" },
  needs: ["models"],
  run: () => null,
});
const crop = defineBlock({
  ...common,
  type: "crop",
  inputs: z.object({ image: ref("image"), predictions: ref("object_detection_prediction") }),
  outputs: { crops: "image" },
  outputOffset: 1,
  run: () => [],
});
const colour = defineBlock({
  ...common,
  type: "colour",
  inputs: z.object({ image: ref("image") }),
  outputs: { colour: "rgb_color" },
  needs: ["pixels"],
  run: () => null,
});
const track = defineBlock({
  ...common,
  type: "track",
  inputs: z.object({ image: ref("image"), detections: ref("object_detection_prediction") }),
  outputs: { tracked: "object_detection_prediction" },
  state: () => ({}),
  run: () => null,
});
const draw = defineBlock({
  ...common,
  type: "draw",
  inputs: z.object({ image: ref("image"), predictions: ref("object_detection_prediction") }),
  outputs: { image: "image" },
  run: () => null,
});
const send = defineBlock({
  ...common,
  type: "send",
  inputs: z.object({ value: ref("*") }),
  outputs: {},
  sink: true,
  run: () => ({}),
});
const blocks = [model, crop, colour, track, draw, send];

const inputs = [
  { type: "WorkflowImage", name: "image" },
  { type: "WorkflowImage", name: "second" },
  { type: "WorkflowParameter", name: "which" },
];
const detect = { type: "model", name: "m", images: "$inputs.image", model_id: "shapes/1" };
const follow = { type: "track", name: "t", image: "$inputs.image", detections: "$steps.m.predictions" };
const planOf = (steps: Record<string, unknown>[], outputs: Record<string, string> = {}) =>
  openPlan(documentOf(steps, outputs, inputs), { blocks }).plan;

describe("what the pixels of an image input are needed for", () => {
  const needs = (steps: Record<string, unknown>[], outputs: Record<string, string> = {}) =>
    planOf(steps, outputs).pixels[0];

  it("nothing, when there are no viewers", () => {
    expect(planOf([]).pixels).toEqual([
      { input: "image", full: false, models: [] },
      { input: "second", full: false, models: [] },
    ]);
  });

  it("a model, when only models look at the whole picture and trackers at what rides on it", () => {
    expect(needs([detect, follow])).toEqual({ input: "image", full: false, models: [{ id: "shapes/1", ...DETECT }] });
  });

  it("each model once, by name or by the parameter that holds the name", () => {
    const steps = [
      detect,
      { ...detect, name: "m2" },
      { ...detect, name: "m3", model_id: "other/2" },
      { ...detect, name: "m4", model_id: "$inputs.which" },
    ];
    const models = [
      { id: "shapes/1", ...DETECT },
      { id: "other/2", ...DETECT },
      { parameter: "which", ...DETECT },
    ];
    expect(needs(steps)).toEqual({ input: "image", full: false, models });
    expect(planOf(steps).models).toEqual(models);
  });

  it("the whole picture, when a step reads pixels, cuts or draws", () => {
    const full = { input: "image", full: true, models: [] };
    expect(needs([{ type: "colour", name: "c", image: "$inputs.image" }])).toEqual(full);
    const second = { ...detect, images: "$inputs.second" };
    for (const type of ["crop", "draw"]) {
      const step = { type, name: "c", image: "$inputs.image", predictions: "$steps.m.predictions" };
      expect(needs([second, step])).toEqual(full);
    }
  });

  it("both, when a model looks and a step cuts", () => {
    const cut = { type: "crop", name: "c", image: "$inputs.image", predictions: "$steps.m.predictions" };
    expect(needs([detect, cut])).toEqual({ input: "image", full: true, models: [{ id: "shapes/1", ...DETECT }] });
  });

  it("not the model of a crop, which sees the crop", () => {
    const cut = { type: "crop", name: "c", image: "$inputs.image", predictions: "$steps.m.predictions" };
    const plan = planOf([detect, cut, { ...detect, name: "n", images: "$steps.c.crops", model_id: "digits/1" }]);
    expect(plan.pixels[0]).toEqual({ input: "image", full: true, models: [{ id: "shapes/1", ...DETECT }] });
    expect(plan.models).toEqual([
      { id: "shapes/1", ...DETECT },
      { id: "digits/1", ...DETECT },
    ]);
  });

  it("the whole picture, when it is an output or goes where anything may become of it", () => {
    expect(needs([], { picture: "$inputs.image" })?.full).toBe(true);
    expect(needs([{ type: "identity", name: "i", value: "$inputs.image" }])?.full).toBe(true);
    expect(needs([{ type: "first_non_empty", name: "i", values: ["$inputs.image"] }])?.full).toBe(true);
  });

  it("the whole picture, when code of the definition gets it", () => {
    const code = {
      type: "DynamicBlockDefinition",
      manifest: {
        type: "ManifestDescription",
        block_type: "Look",
        inputs: {
          image: {
            type: "DynamicInputDefinition",
            selector_types: ["input_image"],
            selector_data_kind: { input_image: ["image"] },
          },
        },
      },
      code: { type: "JavaScriptCode", run_function_code: "function run() { return {} }" },
    };
    const document = documentOf([{ type: "Look", name: "l", image: "$inputs.image" }], {}, inputs);
    const { plan } = openPlan({ ...document, dynamic_blocks_definitions: [code] });
    expect(plan.pixels[0]?.full).toBe(true);
  });
});

describe("steps that only make pictures", () => {
  const drawing = { type: "draw", name: "d", image: "$inputs.image", predictions: "$steps.t.tracked" };
  const gate = { type: "gate", name: "g", value: "$steps.d.image", next_steps: [] };
  const pictureSteps = (steps: Record<string, unknown>[], outputs: Record<string, string>) =>
    planOf(steps, outputs).steps.flatMap(({ name, pictureOnly }) => (pictureOnly ? [name] : []));

  it("are those whose pictures are nothing but outputs, and what feeds only them with pictures", () => {
    const again = { type: "draw", name: "d2", image: "$steps.d.image", predictions: "$steps.t.tracked" };
    expect(
      pictureSteps([detect, follow, drawing, again], { picture: "$steps.d2.image", tracks: "$steps.t.tracked" }),
    ).toEqual(["d", "d2"]);
    expect(pictureSteps([detect, follow, drawing], {})).toEqual(["d"]);
  });

  it("are each for the outputs that they end in, so that a viewer of one has no other made", () => {
    const again = { type: "draw", name: "d2", image: "$steps.d.image", predictions: "$steps.t.tracked" };
    const outputs = { near: "$steps.d.image", far: "$steps.d2.image" };
    const { steps } = planOf([detect, follow, drawing, again], outputs);
    expect(steps.filter(({ pictureOnly }) => pictureOnly).map(({ name, pictures }) => [name, pictures])).toEqual([
      ["d", ["near", "far"]],
      ["d2", ["far"]],
    ]);
  });

  it("are not those whose pictures other steps use", () => {
    const seen = { type: "colour", name: "c", image: "$steps.d.image" };
    expect(pictureSteps([detect, follow, drawing, seen], { colour: "$steps.c.colour" })).toEqual([]);
    const sent = { type: "send", name: "s", value: "$steps.d.image" };
    expect(pictureSteps([detect, follow, drawing, sent], {})).toEqual([]);
    expect(pictureSteps([detect, follow, drawing, gate], {})).toEqual([]);
  });

  it("are not those of which all outputs are shown together", () => {
    expect(pictureSteps([detect, follow, drawing], { all: "$steps.d.*" })).toEqual([]);
  });

  it("are not models, trackers and what makes no pictures, although only pictures use them", () => {
    expect(pictureSteps([detect, follow, drawing], { picture: "$steps.d.image" })).toEqual(["d"]);
  });

  it("are marked as pictures among the outputs", () => {
    const plan = planOf([detect, follow, drawing], { picture: "$steps.d.image", tracks: "$steps.t.tracked" });
    expect(plan.outputs.map(({ name, picture }) => [name, picture])).toEqual([
      ["picture", true],
      ["tracks", false],
    ]);
  });
});
