import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/base/errors.ts";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { useFolder } from "../../stream/clip.ts";

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

  test("tells what is done to pictures before they get their size, in both forms", async () => {
    const before = {
      "static-crop": { enabled: true, x_min: 10, x_max: 90, y_min: 25, y_max: 100 },
      grayscale: { enabled: true },
      contrast: { enabled: true, type: "Contrast Stretching" },
      "auto-orient": { enabled: true },
    };
    const off = { "static-crop": { enabled: false }, grayscale: {}, contrast: { enabled: false, type: "x" } };
    const files = { "weights.onnx": CELLS, "class_names.txt": "a\nb\nc\n" };
    const paths = [
      await write("changes-new", { ...files, "inference_config.json": { image_pre_processing: before } }),
      await write("changes-old", { ...files, "environment.json": { PREPROCESSING: JSON.stringify(before) } }),
    ];
    const changes = { part: [10, 25, 90, 100], grey: true, contrast: "stretch" };
    for (const path of paths) expect(await inspectModel(path)).toMatchObject({ input: changes });
    const plain = await write("changes-off", { ...files, "environment.json": { PREPROCESSING: off } });
    expect(Object.keys((await inspectModel(plain)).input ?? {})).not.toEqual(expect.arrayContaining(["part"]));
  });

  test("whose pictures get their size in a way that cannot be made is refused with it", async () => {
    const files = { "weights.onnx": CELLS, "class_names.txt": "a\nb\nc\n" };
    const config = (network_input: object) => ({ ...files, "inference_config.json": { network_input } });
    const training_input_size = { width: 64, height: 64 };
    const told = { resize_mode: "letterbox", padding_value: 127, training_input_size };
    const accepted = [
      { ...told, dataset_version_resize_dimensions: { width: 640, height: 640 } },
      { ...told, resize_mode: "center-crop", dataset_version_resize_dimensions: null },
    ];
    const [letterbox, crop] = await Promise.all(
      accepted.map(async (network, i) => (await inspectModel(await write(`fit-${i}`, config(network)))).input),
    );
    expect([letterbox, crop]).toMatchObject([
      { fit: "letterbox_center", pad: 127 },
      { fit: "crop_center", pad: 0 },
    ]);
    const refused = [
      config({ ...told, dataset_version_resize_dimensions: { width: 640, height: 480 } }),
      config({ ...told, resize_mode: "tile" }),
      { ...files, "environment.json": { PREPROCESSING: { contrast: { enabled: true, type: "Gamma" } } } },
      { ...files, "environment.json": { PREPROCESSING: { "static-crop": { enabled: true, x_min: 50, x_max: 10 } } } },
    ];
    const said = await Promise.all(refused.map(async (given, i) => refusal(await write(`refused-${i}`, given))));
    expect(said).toMatchInlineSnapshot(`
      [
        "model folder "refused-0": pictures are fitted (letterbox) to 640x480 of the data set, then to 64x64 of the model, and only one step is made",
        "model folder "refused-1": resize_mode "tile", expected stretch, letterbox, letterbox-reflect-edges, fit-longer-edge, center-crop",
        "model folder "refused-2": contrast is of type "Gamma", expected Contrast Stretching, Histogram Equalization, Adaptive Equalization",
        "model folder "refused-3": static-crop has x_min, y_min, x_max, y_max of 50, nothing, 10, nothing, expected percent of the sides",
      ]
    `);
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
        "model folder "crop": static-crop has x_min, y_min, x_max, y_max of nothing, nothing, nothing, nothing, expected percent of the sides",
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
