import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/base/errors.ts";
import { readOnnx } from "../../../src/inference/files/onnx-file.ts";
import { onnxFile, tinyYolov8, tinyYolox } from "../../fixtures/models.ts";

describe("an ONNX file", () => {
  test("tells its inputs, outputs, operator set, producer and metadata", () => {
    const file = readOnnx(tinyYolov8({ batch: "batch", metadata: { task: "detect", names: "{0: 'a'}" } }), "tiny.onnx");
    expect(file).toEqual({
      irVersion: 7,
      opset: 12,
      producer: "fixture",
      tables: [4, 2],
      metadata: { task: "detect", names: "{0: 'a'}" },
      inputs: [{ name: "images", elementType: "float32", shape: ["batch", 3, 32, 32] }],
      outputOperators: { output: "Concat" },
      outputs: [{ name: "output", elementType: "float32", shape: ["batch", 6, 21] }],
    });
  });

  test("does not count weights among its inputs where it lists them there", () => {
    const { inputs } = readOnnx(tinyYolox({ weightsAsInputs: true }), "tiny.onnx");
    expect(inputs.map(({ name }) => name)).toEqual(["images"]);
  });

  test("gives free dimensions their name, or a question mark", () => {
    const file = onnxFile({
      nodes: [{ op: "Identity", inputs: ["in"], outputs: ["out"] }],
      inputs: [{ name: "in", elementType: "uint8", shape: ["n", "?", 4] }],
      outputs: [{ name: "out", elementType: "uint8", shape: [] }],
    });
    const { inputs, outputs } = readOnnx(file, "free.onnx");
    expect(inputs[0]).toEqual({ name: "in", elementType: "uint8", shape: ["n", "?", 4] });
    expect(outputs[0]?.shape).toEqual([]);
  });
});

describe("a file that is no ONNX", () => {
  const whole = tinyYolox();
  const cases: Record<string, Uint8Array> = {
    empty: Buffer.alloc(0),
    html: Buffer.from("<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>"),
    text: Buffer.from("person\nbicycle\ncar\n"),
    lfs: Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3658912\n"),
    pytorch: Buffer.from("PK\u0003\u0004\u0000\u0000"),
    tflite: Buffer.from("\u001c\u0000\u0000\u0000TFL3\u0000\u0000", "latin1"),
    engine: Buffer.from("ftrt\u0000\u0000"),
    xml: Buffer.from('<?xml version="1.0"?><net name="x" version="11">'),
    gzip: Buffer.from([0x1f, 0x8b, 8, 0]),
    noise: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    "cut short": whole.subarray(0, 200),
    "no graph": Buffer.from([8, 7]),
    "no nodes": onnxFile({ nodes: [], inputs: [], outputs: [] }),
  };

  test("is refused with a sentence that tells what was found", () => {
    const messages = Object.entries(cases).map(([name, bytes]) => `${name}: ${refusal(bytes)}`);
    expect(messages).toMatchInlineSnapshot(`
      [
        "empty: model "m.onnx": no ONNX file: the file is empty",
        "html: model "m.onnx": no ONNX file: it is an HTML page, as a failed download leaves behind",
        "text: model "m.onnx": no ONNX file: it is text, beginning "person\\nbicycle\\ncar"",
        "lfs: model "m.onnx": no ONNX file: it is a Git LFS pointer; fetch the content with git lfs pull",
        "pytorch: model "m.onnx": no ONNX file: it is a ZIP archive, as PyTorch writes (.pt, .pth); export the model to ONNX first",
        "tflite: model "m.onnx": no ONNX file: it is a TensorFlow Lite model; convert it to ONNX first",
        "engine: model "m.onnx": no ONNX file: it is a TensorRT engine; the ONNX file it was built from is needed",
        "xml: model "m.onnx": no ONNX file: it is XML; of an OpenVINO model the ONNX file it was made from is needed",
        "gzip: model "m.onnx": no ONNX file: it is compressed with gzip; unpack it first",
        "noise: model "m.onnx": no ONNX file: it begins with the bytes ffd8ffe0",
        "cut short: model "m.onnx": no ONNX file: it is cut short or damaged (a field of 1227 bytes where 186 are left)",
        "no graph: model "m.onnx": no ONNX file: it holds no graph",
        "no nodes: model "m.onnx": no ONNX file: its graph has no nodes or no outputs",
      ]
    `);
  });

  test("is refused wherever a model was cut", () => {
    for (let length = 0; length < whole.length; length += 7) {
      // Only a cut through the metadata, after a complete graph, leaves a model that can be read.
      const message = refusal(whole.subarray(0, length));
      if (message !== "accepted") expect(message).toContain("no ONNX file");
    }
  });

  test("is refused when its weights lie in another file", () => {
    const file = onnxFile({
      nodes: [{ op: "Add", inputs: ["in", "w"], outputs: ["out"] }],
      inputs: [{ name: "in", elementType: "float32", shape: [1] }],
      outputs: [{ name: "out", elementType: "float32", shape: [1] }],
      initializers: { w: { dims: [1], values: new Float32Array(1) } },
      external: true,
    });
    expect(refusal(file)).toMatchInlineSnapshot(
      `"model "m.onnx": its weights lie in a second file, expected one file with everything; save it again with onnx.save_model(model, path, save_as_external_data=False)"`,
    );
  });
});

function refusal(bytes: Uint8Array): string {
  try {
    readOnnx(bytes, "m.onnx");
    return "accepted";
  } catch (error) {
    return messageOf(error);
  }
}
