import { mkdir, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { constantModel, type Nested } from "../../src/kit/constant-model.ts";
import { promptDecoder, promptEncoder } from "../fixtures/prompted-models.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

/** A map of 64x64 in quarters of given values. */
const quarters = ([a, b, c, d]: readonly [number, number, number, number]): Nested =>
  Array.from({ length: 64 }, (_, y) =>
    Array.from({ length: 64 }, (_, x) => (y < 32 ? (x < 32 ? a : b) : x < 32 ? c : d)),
  );

async function write(name: string, model: Buffer): Promise<string> {
  await writeFile(folder.path(name), model);
  return folder.path(name);
}

/** Runs steps on a grey picture of 128x64 and gives the outputs they are asked for by name. */
async function run(steps: object[], outputs: Record<string, string>, models: Record<string, string>, picture?: string) {
  const image = picture ?? folder.path("grey.png");
  if (picture === undefined)
    await sharp({ create: { width: 128, height: 64, channels: 3, background: "#777" } })
      .png()
      .toFile(image);
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps,
    outputs: Object.entries(outputs).map(([name, selector]) => ({ type: "JsonField", name, selector })),
  };
  await writeFile(folder.path("tasks.json"), JSON.stringify(definition));
  const given = Object.entries(models).flatMap(([id, path]) => ["--model", `${id}=${path}`]);
  const { code, stdout, stderr } = await millrace([
    "run",
    folder.path("tasks.json"),
    "--image",
    `image=${image}`,
    ...given,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout)[0];
}

describe("millrace run", () => {
  test("gives key points that score enough, with the names of the file", async () => {
    const pose = await write(
      "pose.onnx",
      constantModel({
        metadata: { author: "Ultralytics", task: "pose", names: "{0: 'hand'}", kpt_shape: "[3, 3]", end2end: "True" },
        outputs: { output0: [[[8, 24, 40, 40, 0.9, 0, 16, 32, 0.8, 20, 36, 0.3, 24, 30, 0]]] },
      }),
    );
    const model = {
      type: "roboflow_core/roboflow_keypoint_detection_model@v3",
      images: "$inputs.image",
      model_id: "hands/1",
    };
    const { all, sure } = await run(
      [
        { ...model, name: "all" },
        { ...model, name: "sure", keypoint_confidence: 0.5 },
      ],
      { all: "$steps.all.predictions", sure: "$steps.sure.predictions" },
      { "hands/1": pose },
    );
    // The picture fills the middle half of the input, at half its size.
    expect(all.predictions).toMatchObject([{ class: "hand", x: 48, y: 32, width: 64, height: 32 }]);
    expect(all.predictions[0].keypoints).toEqual([
      { x: 32, y: 32, class: "0", class_id: 0, confidence: expect.closeTo(0.8) },
      { x: 40, y: 40, class: "1", class_id: 1, confidence: expect.closeTo(0.3) },
    ]);
    expect(sure.predictions[0].keypoints).toHaveLength(1);
  });

  test("gives the score of every label and the labels that score enough", async () => {
    const labels = await write(
      "labels.onnx",
      constantModel({ operators: { probs: "Sigmoid" }, outputs: { probs: [[2, -2, 0.5]] } }),
    );
    const { found } = await run(
      [
        {
          type: "MultiLabelClassificationModel",
          name: "label",
          images: "$inputs.image",
          model_id: "labels/1",
          confidence: 0.7,
        },
      ],
      { found: "$steps.label.predictions" },
      { "labels/1": labels },
    );
    expect(found.predicted_classes).toEqual(["class_0"]);
    expect(found.predictions.class_2).toEqual({ confidence: expect.closeTo(0.6225, 3), class_id: 2 });
    expect(found).not.toHaveProperty("top");
  });

  test("gives a mask for each class of pixels but the background, and only where it is sure", async () => {
    const logits = [quarters([9, 0, 0, 0]), quarters([0, 9, 9, 0]), quarters([0, 0, 0, 0.5])];
    const names = "{0: 'background', 1: 'grass', 2: 'water'}";
    const ground = await write("ground.onnx", constantModel({ metadata: { names }, outputs: { out: [logits] } }));
    const step = {
      type: "roboflow_core/roboflow_semantic_segmentation_model@v2",
      images: "$inputs.image",
      model_id: "ground/1",
    };
    const { usual, all } = await run(
      [
        { ...step, name: "usual" },
        { ...step, name: "all", confidence_mode: "custom", custom_confidence: 0 },
      ],
      { usual: "$steps.usual.predictions", all: "$steps.all.predictions" },
      { "ground/1": ground },
    );
    // Water wins its quarter with a share below a half.
    expect(usual.predictions.map(({ class: name }: { class: string }) => name)).toEqual(["grass"]);
    expect(all.predictions.map(({ class: name }: { class: string }) => name)).toEqual(["grass", "water"]);
    expect(usual.predictions[0]).toMatchObject({ class_id: 1, rle_mask: { size: [64, 128] } });
    expect(usual.predictions[0].confidence).toBeGreaterThan(0.9);
  });

  test("gives faces, their points and where they look", async () => {
    const faces = await write(
      "faces.onnx",
      constantModel({
        metadata: { author: "Ultralytics", task: "pose", names: "{0: 'head'}", kpt_shape: "[2, 3]", end2end: "True" },
        outputs: { output0: [[[8, 24, 40, 40, 0.9, 0, 16, 32, 0.8, 24, 36, 0.3]]] },
      }),
    );
    const angles = await write("l2cs.onnx", constantModel({ outputs: { output_yaw: [0.5], output_pitch: [-0.25] } }));
    const { found, yaw, pitch } = await run(
      [{ type: "roboflow_core/gaze@v1", name: "look", images: "$inputs.image" }],
      { found: "$steps.look.face_predictions", yaw: "$steps.look.yaw_degrees", pitch: "$steps.look.pitch_degrees" },
      { "gaze/face-detection": faces, "gaze/L2CS": angles },
    );
    expect(found.predictions).toMatchObject([
      {
        class: "face",
        x: 48,
        y: 32,
        width: 64,
        height: 32,
        keypoints: [
          { class: "0", x: 32 },
          { class: "1", x: 48 },
        ],
      },
    ]);
    expect([yaw, pitch]).toEqual([[expect.closeTo(28.65, 1)], [expect.closeTo(-14.32, 1)]]);
  });

  test("gives nearness from 0 to 1 and a picture of it, also of a model whose values grow with the distance", async () => {
    const near = await write("near.onnx", constantModel({ outputs: { predicted_depth: [quarters([1, 3, 1, 3])] } }));
    const far = await write(
      "far.onnx",
      constantModel({
        metadata: { author: "Ultralytics", task: "depth" },
        outputs: { output0: [[quarters([1, 3, 1, 3])]] },
      }),
    );
    const step = { type: "roboflow_core/depth_estimation@v1", images: "$inputs.image" };
    const { a, b, picture } = await run(
      [
        { ...step, name: "a", model_version: "depth-anything-v2/small" },
        { ...step, name: "b", model_version: "yolo26n-depth-768" },
      ],
      { a: "$steps.a.normalized_depth", b: "$steps.b.normalized_depth", picture: "$steps.a.image" },
      { "depth-anything-v2/small": near, "yolo26n-depth-768": far },
    );
    expect([a.length, a[0].length]).toEqual([64, 128]);
    expect([a[0][0], a[0][127], b[0][0], b[0][127]]).toEqual([0, 1, 1, 0]);
    const { data } = await sharp(Buffer.from(picture.value, "base64")).raw().toBuffer({ resolveWithObject: true });
    const [r = 0, g = 0, blue = 0] = data.subarray(0, 3);
    expect(Math.abs(r - 68) + Math.abs(g - 1) + Math.abs(blue - 84)).toBeLessThan(20);
  });
});

describe("millrace run with a model of two files", () => {
  test("gives the masks of the boxes that another model finds, and those of the picture", async () => {
    const boxes = await write(
      "boxes.onnx",
      constantModel({
        metadata: { author: "Ultralytics", task: "detect", names: "{0: 'a', 1: 'b'}", end2end: "True" },
        // The picture fills the middle half of the input, at half its size.
        outputs: {
          output0: [
            [
              [4, 20, 24, 36, 0.9, 0],
              [32, 24, 60, 44, 0.8, 1],
            ],
          ],
        },
      }),
    );
    await mkdir(folder.path("sam"), { recursive: true });
    await write("sam/sam2.encoder.onnx", promptEncoder("sam2"));
    await write("sam/sam2.decoder.onnx", promptDecoder("sam2"));
    const sam = { type: "roboflow_core/segment_anything@v1", images: "$inputs.image" };
    const { boxed, whole } = await run(
      [
        { type: "ObjectDetectionModel", name: "find", images: "$inputs.image", model_id: "boxes/1" },
        { ...sam, name: "boxed", boxes: "$steps.find.predictions" },
        { ...sam, name: "whole", threshold: 2 },
      ],
      { boxed: "$steps.boxed.predictions", whole: "$steps.whole.predictions" },
      { "boxes/1": boxes, "sam2/hiera_tiny": folder.path("sam") },
    );
    expect(boxed.image).toEqual({ width: 128, height: 64 });
    expect(boxed.predictions).toMatchObject([
      { class: "a", class_id: 0, x: 27.5, y: 23.5, width: 39, height: 31, confidence: expect.closeTo(0.9, 1) },
      { class: "b", class_id: 1, confidence: expect.closeTo(0.9, 1) },
    ]);
    expect(boxed.predictions[0].points.length).toBeGreaterThan(3);
    expect(whole.predictions).toEqual([]);
  });
});

describe.skipIf(
  lacksAssets("models/ppocr-v6-det-tiny.onnx", "models/ppocr-v6-rec-tiny.onnx", "images/two-lines-of-text.png"),
)("text", () => {
  test("is read line by line", { timeout: 60_000 }, async () => {
    const step = { type: "roboflow_core/pp_ocr@v1", images: "$inputs.image", text_detection: "tiny" };
    const { text, lines, unread, boxes } = await run(
      [
        { ...step, name: "read", text_recognition: "tiny" },
        { ...step, name: "find", text_recognition: "none" },
      ],
      {
        text: "$steps.read.result",
        lines: "$steps.read.predictions",
        unread: "$steps.find.result",
        boxes: "$steps.find.predictions",
      },
      {
        "pp_ocr/detection-tiny": assetPath("models/ppocr-v6-det-tiny.onnx") ?? "",
        "pp_ocr/recognition-tiny": assetPath("models/ppocr-v6-rec-tiny.onnx") ?? "",
      },
      assetPath("images/two-lines-of-text.png") ?? "",
    );
    expect(text).toBe("LOT 4711 OK\nmillrace 2026");
    expect(lines.predictions).toMatchObject([{ class: "LOT 4711 OK", class_id: 0 }, { class: "millrace 2026" }]);
    expect(unread).toBe("");
    expect(boxes.predictions).toMatchObject([{ class: "" }, { class: "" }]);
  });
});
