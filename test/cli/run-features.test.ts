import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { constantModel, type Nested } from "../../src/kit/constant-model.ts";
import { onnxFile } from "../fixtures/models.ts";
import { owlDetector } from "../fixtures/towers.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

beforeAll(async () => {
  await sharp({ create: { width: 128, height: 64, channels: 3, background: "#777" } })
    .png()
    .toFile(folder.path("grey.png"));
});

async function run(step: object, outputs: readonly string[], model: { id: string; file: Buffer }) {
  await writeFile(folder.path("model.onnx"), model.file);
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [{ name: "step", ...step }],
    outputs: outputs.map((name) => ({ type: "JsonField", name, selector: `$steps.step.${name}` })),
  };
  await writeFile(folder.path("one.json"), JSON.stringify(definition));
  const given = ["--image", `image=${folder.path("grey.png")}`, "--model", `${model.id}=${folder.path("model.onnx")}`];
  return millrace(["run", folder.path("one.json"), ...given]);
}

const fields = ({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout)[0];
};

test("millrace run finds what a step names with a file that takes texts", async () => {
  const step = { type: "roboflow_core/yolo_world_model@v1", images: "$inputs.image", class_names: ["a car", "a dog"] };
  const model = { id: "yolo_world/v2-s", file: owlDetector() };
  const { predictions } = fields(await run({ ...step, confidence: 0.1 }, ["predictions"], model));
  expect(predictions.predictions).toMatchObject([
    { class: "a car", class_id: 0, x: 32, y: 32, width: 32, height: 32 },
    { class: "a dog", class_id: 1, x: 96, y: 32, width: 32, height: 32 },
  ]);
});

test("a file that takes texts is refused to a step that names none", async () => {
  const step = {
    type: "roboflow_core/roboflow_object_detection_model@v2",
    images: "$inputs.image",
    model_id: "cars/1",
  };
  const { code, stderr } = await run(step, ["predictions"], { id: "cars/1", file: owlDetector() });
  expect(code).toBe(2);
  expect(stderr).toContain("asked for object detection, its file (family owlv2) is for detection by names");
});

test("millrace run gives the logits of a classifier, and what space they are of", async () => {
  const file = onnxFile({
    inputs: [{ name: "images", elementType: "float32", shape: [1, 3, 8, 8] }],
    nodes: [
      { op: "GlobalAveragePool", inputs: ["images"], outputs: ["pooled"] },
      { op: "Flatten", inputs: ["pooled"], outputs: ["features"], attributes: { axis: 1 } },
      { op: "Gemm", inputs: ["features", "weights", "bias"], outputs: ["logits"] },
      { op: "Softmax", inputs: ["logits"], outputs: ["scores"], attributes: { axis: 1 } },
    ],
    outputs: [{ name: "scores", elementType: "float32", shape: [1, 2] }],
    initializers: {
      weights: { dims: [3, 2], values: new Float32Array(6) },
      bias: { dims: [2], values: Float32Array.of(4, -3) },
    },
  });
  const step = { type: "roboflow_core/embedding_model@v1", data: "$inputs.image", model_id: "kinds/1" };
  const asked = { ...step, output_type: "logits" };
  const found = fields(await run(asked, ["embedding", "embedding_info"], { id: "kinds/1", file }));
  expect(found.embedding).toEqual([4, -3]);
  expect(found.embedding_info).toEqual({
    model_id: "kinds/1",
    feature_definition: "classifier-linear-output@v1",
    output_type: "logits",
    dimension: 2,
    normalization: "none",
    space_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test("millrace run tells an anomaly by its score, with a map of the picture's size", async () => {
  const map: Nested = [[Array.from({ length: 64 }, (_, y) => new Array<number>(64).fill(y < 32 ? 0.1 : 0.9))]];
  const file = constantModel({ outputs: { pred_score: [0.8], anomaly_map: map } });
  const step = { type: "roboflow_core/anomaly_detection_model@v1", images: "$inputs.image", model_id: "parts/1" };
  const outputs = ["is_anomalous", "anomaly_score", "anomaly_threshold", "anomaly_map", "predictions"];
  const found = fields(await run(step, outputs, { id: "parts/1", file }));
  expect(found).toMatchObject({ is_anomalous: true, anomaly_threshold: 0.5, predictions: { top: "anomalous" } });
  expect(found.anomaly_score).toBeCloseTo(0.8);
  expect([found.anomaly_map.length, found.anomaly_map[0].length]).toEqual([64, 128]);
});
