import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { ModelDescription, ModelInput } from "../../src/inference/description.ts";
import { readOnnx } from "../../src/inference/files/onnx-file.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { openSession } from "../../src/inference/session.ts";
import { withUint8Input } from "../../src/inference/uint8-input.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { echoModel, onnxFile, tinyYolox } from "../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const WIDTH = 5;
const HEIGHT = 3;
const preprocessings = {
  plain: { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  unit: { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  centred: { scale: 1, mean: [127, 127, 127], std: [128, 128, 128] },
} satisfies Record<string, Pick<ModelInput, "scale" | "mean" | "std">>;
const tolerances = { float32: 1e-5, float16: 1e-2 };

describe.each(["nchw", "nhwc"] as const)("a %s input", (layout) => {
  describe.each(["float32", "float16"] as const)("of %s", (elementType) => {
    test.each(Object.entries(preprocessings))("gets the %s values of a uint8 picture", async (_, preprocessing) => {
      const description = await echoDescription({ layout, elementType, ...preprocessing });
      const session = await openSession(description, { providers: ["cpu"] });
      const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7919) % 256);
      const [output] = await session.run([pixels]);
      await session.close();
      const expected = reference(pixels, description);
      expect(output?.data.length).toBe(expected.length);
      const tolerance = tolerances[elementType] * Math.max(1, ...expected.map(Math.abs)) * 0.1;
      for (const [i, value] of expected.entries())
        expect(Math.abs((output?.data[i] ?? 0) - value)).toBeLessThan(tolerance);
    });
  });

  test("that takes uint8 already is fed as it is", async () => {
    const description = await echoDescription({ layout, elementType: "uint8", ...preprocessings.unit });
    const session = await openSession(description, { providers: ["cpu"] });
    const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => i);
    const [output] = await session.run([pixels]);
    await session.close();
    expect([...(output?.data ?? [])]).toEqual(reference(pixels, { ...description, ...unscaled(description) }));
  });
});

test.each([
  ["rgb", "float32", [0.299, 0.587, 0.114]],
  ["bgr", "float16", [0.114, 0.587, 0.299]],
  ["rgb", "uint8", [0.299, 0.587, 0.114]],
] as const)("a grey input gets the brightness of %s pixels as %s", async (order, elementType, shares) => {
  const shape = [1, 1, HEIGHT, WIDTH];
  const path = folder.write("grey.onnx", echoModel({ name: "in.1:0", elementType, shape }));
  const description = await inspectModel(path);
  const rest = {
    name: "in.1:0",
    width: WIDTH,
    height: HEIGHT,
    fit: "stretch",
    pad: 0,
    batch: 1,
    isFree: false,
  } as const;
  const input: ModelInput = { ...rest, ...preprocessings.plain, layout: "grey", elementType, order };
  const session = await openSession({ ...description, family: "text-recognition", input }, { providers: ["cpu"] });
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7919) % 256);
  const [output] = await session.run([pixels]);
  await session.close();
  expect(output?.data.length).toBe(WIDTH * HEIGHT);
  for (const [i, value] of [...(output?.data ?? [])].entries()) {
    const brightness = shares.reduce((sum, share, channel) => sum + share * pixels[i * 3 + channel]!, 0);
    expect(Math.abs(value - brightness)).toBeLessThan(1);
  }
});

test.each([
  ["rgb", "float32", [0.299, 0.587, 0.114]],
  ["bgr", "uint8", [0.114, 0.587, 0.299]],
] as const)("pixels in %s without colours have three equal values as %s", async (order, elementType, shares) => {
  const description = await echoDescription({ layout: "nhwc", elementType, ...preprocessings.plain });
  const input: ModelInput = { ...description.input!, order, grey: true };
  const session = await openSession({ ...description, input }, { providers: ["cpu"] });
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7919) % 256);
  const [output] = await session.run([pixels]);
  await session.close();
  for (const [i, value] of [...(output?.data ?? [])].entries()) {
    const at = i - (i % 3);
    const brightness = shares.reduce((sum, share, channel) => sum + share * pixels[at + channel]!, 0);
    expect(Math.abs(value - brightness)).toBeLessThan(elementType === "uint8" ? 0.501 : 0.001);
  }
});

test("weights listed among the inputs stay there, and the model still runs", async () => {
  const path = folder.write("weights.onnx", tinyYolox({ weightsAsInputs: true }));
  const session = await openSession(await inspectModel(path), { providers: ["cpu"] });
  const [output] = await session.run([new Uint8Array(32 * 32 * 3)]);
  await session.close();
  expect(output?.dims).toEqual([1, 21, 7]);
});

test("the batch axis stays as free as it was, and weights are the same bytes", async () => {
  const bytes = tinyYolox({ batch: "batch" });
  const rewritten = Buffer.from(withUint8Input(bytes, await inspectModel(folder.write("free.onnx", bytes))));
  expect(readOnnx(rewritten, "rewritten").inputs).toEqual([
    { name: "millrace_pixels", elementType: "uint8", shape: ["batch", 32, 32, 3] },
  ]);
  const weights = Buffer.from(Float32Array.of(0, 0, 0, 0, 1 / 255, 0, 1 / 255).buffer);
  expect(bytes.includes(weights) && rewritten.includes(weights)).toBe(true);
});

test("an operator set without broadcasting is refused", async () => {
  const info = { name: "in", elementType: "float32", shape: [1, 3, 32, 32] };
  const old = onnxFile({
    nodes: [{ op: "Identity", inputs: ["in"], outputs: ["out"] }],
    inputs: [info],
    outputs: [{ name: "out", elementType: "float32", shape: [1, 21, 7] }],
    opset: 6,
  });
  const description = { ...(await inspectModel(folder.write("old.onnx", old))), path: "old.onnx" };
  expect(() => withUint8Input(old, description)).toThrowErrorMatchingInlineSnapshot(
    `[ModelError: model "old.onnx": operator set 6, expected 7 or later; convert it with onnx.version_converter]`,
  );
});

test("rewriting gives a readable model for any metadata and sizes", async () => {
  const value = fc.string({ maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(value, value), fc.integer({ min: 1, max: 300 }), async (metadata, batch) => {
      const bytes = tinyYolox({ metadata, batch });
      const description = await inspectModel(folder.write("any.onnx", bytes), { family: "yolox" });
      const after = readOnnx(withUint8Input(bytes, description), "rewritten");
      expect(after.metadata).toEqual(description.metadata);
      expect(after.outputs).toEqual(description.outputs);
    }),
    { numRuns: 30 },
  );
});

async function echoDescription(
  input: Pick<ModelInput, "layout" | "elementType" | "scale" | "mean" | "std">,
): Promise<ModelDescription> {
  const shape = input.layout === "nchw" ? [1, 3, HEIGHT, WIDTH] : [1, HEIGHT, WIDTH, 3];
  const path = folder.write("echo.onnx", echoModel({ name: "in.1:0", elementType: input.elementType, shape }));
  const description = await inspectModel(path);
  const rest = {
    name: "in.1:0",
    width: WIDTH,
    height: HEIGHT,
    order: "rgb",
    fit: "stretch",
    pad: 0,
    batch: 1,
    isFree: false,
  } as const;
  return { ...description, family: "yolox", input: { ...rest, ...input } };
}

function unscaled(description: ModelDescription): Pick<ModelDescription, "input"> {
  return { input: description.input === null ? null : { ...description.input, ...preprocessings.plain } };
}

/** The obvious loop that the nodes in the graph compute. */
function reference(pixels: Uint8Array, { input }: Pick<ModelDescription, "input">): number[] {
  if (input === null) return [];
  const values = new Array<number>(pixels.length);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    for (const [channel, mean] of input.mean.entries()) {
      const value = (pixels[i * 3 + channel]! * input.scale - mean) / input.std[channel]!;
      values[input.layout === "nchw" ? channel * WIDTH * HEIGHT + i : i * 3 + channel] = value;
    }
  }
  return values;
}
