import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../src/base/errors.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { constantModel } from "../fixtures/constant-model.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

const ROWS = constantModel({ outputs: { out: [[1, 2, 3]] } });
const CELLS = constantModel({ outputs: { output0: [Array.from({ length: 7 }, () => new Array<number>(84).fill(0))] } });

async function write(name: string, files: Record<string, unknown>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    const path = folder.path(`${name}/${file}`);
    await mkdir(dirname(path), { recursive: true });
    const text = Buffer.isBuffer(content) || typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(path, text);
  }
  return folder.path(name);
}

async function refusal(path: string): Promise<string> {
  const message = await inspectModel(path).then(() => "accepted", messageOf);
  return message.replaceAll(/"[^"]*\//g, '"');
}

describe("a folder of Roboflow", () => {
  test("of the older form gives names, the fit and whether several labels hold", async () => {
    const path = await write("old", {
      "weights.onnx": ROWS,
      "environment.json": {
        PREPROCESSING: JSON.stringify({
          resize: { enabled: true, width: 64, height: 64, format: "Fit (white edges) in" },
        }),
        CLASS_MAP: { "0": "a", "1": "b", "2": "c" },
        MULTICLASS: true,
      },
    });
    expect(await inspectModel(path)).toMatchObject({
      family: "multi-label-classification",
      classes: ["a", "b", "c"],
      classesFrom: "files",
      input: { fit: "letterbox_center", pad: 255 },
    });
  });

  test("of the newer form gives the whole input, and a class that is none", async () => {
    const path = await write("new", {
      "weights.onnx": constantModel({
        outputs: {
          dets: [Array.from({ length: 100 }, () => [0, 0, 0, 0])],
          labels: [Array.from({ length: 100 }, () => [0, 0, 0, 0])],
        },
      }),
      "class_names.txt": "background_class83422\nbolt\nnut\nwasher\n",
      "model_config.json": { model_architecture: "rfdetr", task_type: "object-detection" },
      "inference_config.json": {
        network_input: {
          training_input_size: { width: 64, height: 64 },
          color_mode: "bgr",
          resize_mode: "letterbox",
          padding_value: 127,
          scaling_factor: 255,
          normalization: [
            [0.1, 0.2, 0.3],
            [1, 1, 1],
          ],
        },
        post_processing: { type: "nms", fused: false },
      },
    });
    expect(await inspectModel(path)).toMatchObject({
      family: "rfdetr",
      classes: ["bolt", "nut", "washer"],
      slots: [-1, 0, 1, 2],
      input: { order: "bgr", fit: "letterbox_center", pad: 127, scale: 1 / 255, mean: [0.1, 0.2, 0.3] },
    });
  });

  test("gives the points of each class", async () => {
    const path = await write("points", {
      "weights.onnx": constantModel({
        outputs: { output0: [Array.from({ length: 4 + 2 + 6 }, () => new Array<number>(84).fill(0))] },
        metadata: { task: "pose", kpt_shape: "[2, 3]" },
      }),
      "class_names.txt": "car\nbike\n",
      "keypoints_metadata.json": [
        { object_class_id: 1, keypoints: { "0": "wheel" } },
        { object_class_id: 0, keypoints: { "0": "front", "1": "rear" } },
      ],
    });
    const { family, points } = await inspectModel(path);
    expect({ family, points }).toEqual({ family: "yolov8-pose", points: [["front", "rear"], ["wheel"]] });
  });

  test("gives the lowest scores that an evaluation of the model recommends", async () => {
    const files = { "weights.onnx": CELLS, "class_names.txt": "a\nb\nc\n" };
    const about = (recommended_parameters: unknown) => ({ ...files, "model_config.json": { recommended_parameters } });
    const paths = [
      await write("recommended", about({ confidence: 0.35, per_class_confidence: { a: 0.6, c: 0.1 } })),
      await write("camel", about({ confidence: 0.35, perClassConfidence: { a: 0.6 } })),
      await write("alone", about({ per_class_confidence: { a: 0.6 } })),
      await write("null", about(null)),
    ];
    expect((await Promise.all(paths.map((path) => inspectModel(path)))).map(({ recommended }) => recommended)).toEqual([
      { confidence: 0.35, byClass: { a: 0.6, c: 0.1 } },
      { confidence: 0.35, byClass: { a: 0.6 } },
      null,
      null,
    ]);
  });

  test("that contradicts the file, or wants what is not made, is refused", async () => {
    const names = { "class_names.txt": "a\nb\nc\n" };
    const said = [
      await write("task", {
        "weights.onnx": constantModel({ outputs: { out: [[1, 2, 3]] }, metadata: { task: "classify" } }),
        ...names,
        "model_type.json": { project_task_type: "object-detection" },
      }),
      await write("names", {
        "weights.onnx": constantModel({ outputs: { out: [[1, 2, 3]] }, metadata: { names: "['x', 'y']" } }),
        ...names,
      }),
      await write("crop", {
        "weights.onnx": CELLS,
        ...names,
        "environment.json": { PREPROCESSING: { "static-crop": { enabled: true } } },
      }),
      await write("empty", { "readme.txt": "" }),
      await write("broken", { "weights.onnx": CELLS, "environment.json": "{" }),
    ];
    expect(await Promise.all(said.map(refusal))).toMatchInlineSnapshot(`
      [
        "model "task": the metadata name the task "classify", and model_type.json name "object-detection"",
        "model "names": its metadata name 2 classes, and the files beside it 3",
        "model folder "crop": pictures are changed before the model sees them (static-crop), which is not supported",
        "model folder "empty": expected weights.onnx, one ONNX file, or two: an encoder and a decoder, or visual.onnx and textual.onnx; found none",
        "model file "environment.json": no JSON: Expected property name or '}' in JSON at position 1",
      ]
    `);
  });
});

test("a folder of Hugging Face gives names and the normalisation", async () => {
  const path = await write("hub", {
    "model.onnx": constantModel({ input: { name: "pixel_values" }, outputs: { logits: [[1, 2, 3]] } }),
    "config.json": { model_type: "vit", id2label: { "0": "cat", "1": "dog", "2": "cow" } },
    "preprocessor_config.json": {
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      rescale_factor: 1 / 255,
    },
  });
  expect(await inspectModel(path)).toMatchObject({
    family: "classification",
    classes: ["cat", "dog", "cow"],
    input: { mean: [0.5, 0.5, 0.5], fit: "stretch" },
  });
});

test("a folder of a model that writes text token by token is refused with what reads text", async () => {
  const ids = { name: "input_ids", elementType: "int64", shape: ["batch", "length"] };
  const path = await write("trocr", {
    "encoder_model.onnx": constantModel({
      input: { name: "pixel_values" },
      outputs: { last_hidden_state: [[[0, 0]]] },
    }),
    "decoder_model.onnx": constantModel({ extra: [ids], outputs: { logits: [[[0, 0]]] } }),
    "decoder_model_merged.onnx": constantModel({ extra: [ids], outputs: { logits: [[[0, 0]]] } }),
    "config.json": { model_type: "vision-encoder-decoder" },
  });
  const { family, decoder, reasons } = await inspectModel(path);
  expect({ family, decoder: decoder?.path.endsWith("decoder_model_merged.onnx") }).toEqual({
    family: null,
    decoder: true,
  });
  expect(reasons[0]).toMatch(
    /^its decoder writes a text token by token, as those of TrOCR .* files of PaddleOCR, docTR/,
  );
});
