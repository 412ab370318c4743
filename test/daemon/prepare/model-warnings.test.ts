import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { inspectWorkflow } from "../../../src/daemon/commands/one-workflow.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { tinyYolov8 } from "../../fixtures/models.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

const step = {
  type: "roboflow_core/roboflow_object_detection_model@v3",
  name: "detect",
  images: "$inputs.image",
  model_id: "tiny/1",
};

async function warningsFor(metadata: Record<string, string>, more: object = {}) {
  return warningsOf(tinyYolov8({ metadata }), { family: "yolov8", more });
}

async function warningsOf(file: Buffer, { family, more }: { family: string; more: object }) {
  await writeFile(folder.path("tiny.onnx"), file);
  const document = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [{ ...step, ...more }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.detect.predictions" }],
  };
  await writeFile(folder.path("tiny.json"), JSON.stringify(document));
  const models = { "tiny/1": { path: folder.path("tiny.onnx"), family } };
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text.replace(`${folder.path("tiny.json")} `, ""));
  await inspectWorkflow({ definition: folder.path("tiny.json"), parameters: {}, models, warn });
  return warnings;
}

test("class names in a file that cannot be read are a warning, and readable ones are none", async () => {
  expect(await warningsFor({ names: "{0: 'a', 1: 'b'}" })).toEqual([]);
  expect((await warningsFor({ names: "{0: cat, 1: dog}" })).join()).toContain(
    'model "tiny/1": the class names in its file cannot be read ({0: cat, 1: dog}), so its 2 classes are class_0 and so on',
  );
});

test("a class that the model does not find is a warning", async () => {
  expect((await warningsFor({ names: "{0: 'a', 1: 'b'}" }, { class_filter: ["a", "c"] })).join()).toContain(
    '"class_filter" names "c", which the model "tiny/1" does not find',
  );
});

test("an option that the model does not follow is a warning, unless it says what is done anyway", async () => {
  const stated = { iou_threshold: 0.6, class_agnostic_nms: true };
  const file = constantModel({ outputs: { output0: [[[8, 24, 40, 40, 0.9, 0]]] }, metadata: { names: "{0: 'a'}" } });
  const found = await warningsOf(file, { family: "end-to-end", more: stated });
  expect(found).toHaveLength(2);
  expect(found[0]).toContain(
    '"iou_threshold" is 0.6, which changes nothing: its boxes are final as the file gives them (model "tiny/1", end-to-end)',
  );
  expect(found[1]).toContain('"class_agnostic_nms" is true, which changes nothing');
  expect(await warningsOf(file, { family: "end-to-end", more: { iou_threshold: 0.3 } })).toEqual([]);
  expect(await warningsFor({ names: "{0: 'a', 1: 'b'}" }, stated)).toEqual([]);
});
