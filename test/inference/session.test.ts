import { existsSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { inspectModel } from "../../src/inference/inspect.ts";
import { openSession } from "../../src/inference/session.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { onnxFile, paint, RED, type TinyDetector, tinyYolox } from "../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const SIZE = 32 * 32 * 3;
const hasGpu = existsSync("/dev/nvidia0") || existsSync("/dev/nvhost-gpu");
if (hasGpu) process.stderr.write("skipped: the refusals of a machine without a GPU, for there is one\n");

describe("opening a model", () => {
  test.skipIf(hasGpu)("without a GPU ends at the CPU, with the reasons why not TensorRT and CUDA", async () => {
    const session = await openSession(await describeTiny({}));
    const { provider, refusals } = session;
    await session.close();
    expect(provider).toBe("cpu");
    expect(refusals.map((refusal) => refusal.provider)).toEqual(["tensorrt", "cuda"]);
    for (const { reason } of refusals) expect(reason.length).toBeGreaterThan(10);
  });

  test("tells the dimensions of its outputs after a first run", async () => {
    const session = await openSession(await describeTiny({ batch: "batch" }), { providers: ["cpu"], maxBatch: 3 });
    const { maxBatch } = session;
    const outputShapes = session.firstOutputs.map(({ dims }) => dims);
    await session.close();
    expect({ maxBatch, outputShapes }).toEqual({ maxBatch: 3, outputShapes: [[1, 21, 7]] });
  });

  test("is refused when the file changed since it was inspected", async () => {
    const description = await describeTiny({});
    folder.write("tiny.onnx", tinyYolox({ metadata: { changed: "yes" } }));
    await expect(openSession(description)).rejects.toThrow("changed since it was inspected");
  });

  test("is refused with what the runtime says when no provider can load it", async () => {
    const file = onnxFile({
      nodes: [{ op: "Magic", inputs: ["in"], outputs: ["out"] }],
      inputs: [{ name: "in", elementType: "float32", shape: [1, 3, 32, 32] }],
      outputs: [{ name: "out", elementType: "float32", shape: [1, 21, 7] }],
    });
    const description = await inspectModel(folder.write("magic.onnx", file));
    await expect(openSession(description, { providers: ["cpu"] })).rejects.toThrow(
      /no execution provider.*cpu: .*Magic/,
    );
  });

  test("is refused when the first run fails", async () => {
    const file = onnxFile({
      nodes: [{ op: "Reshape", inputs: ["in", "shape"], outputs: ["out"] }, ...shapeNodes([1, 21, 7])],
      inputs: [{ name: "in", elementType: "float32", shape: [1, 3, 32, 32] }],
      outputs: [{ name: "out", elementType: "float32", shape: [1, 21, 7] }],
    });
    const description = await inspectModel(folder.write("fails.onnx", file));
    await expect(openSession(description, { providers: ["cpu"] })).rejects.toMatchObject({ code: "MODEL_NO_PROVIDER" });
  });
});

describe("a run", () => {
  const red = paint(32, 32, [{ x: 8, y: 0, width: 8, height: 8, rgb: RED }]);
  const grey = paint(32, 32, []);

  test("of several pictures gives each the rows that it has alone", async () => {
    const session = await openSession(await describeTiny({ batch: "n" }), { providers: ["cpu"], maxBatch: 2 });
    const alone = await rowsOf(session, [red]);
    const both = await rowsOf(session, [grey, red]);
    const after = await rowsOf(session, [red]);
    await session.close();
    expect(both.slice(both.length / 2)).toEqual(alone);
    expect(after).toEqual(alone);
  });

  test("fills the places that a fixed batch leaves over", async () => {
    const session = await openSession(await describeTiny({ batch: 3 }), { providers: ["cpu"] });
    const [output] = await session.run([red]);
    const { maxBatch } = session;
    await session.close();
    expect([maxBatch, output?.dims]).toEqual([3, [3, 21, 7]]);
  });

  test("of half precision gives float32", async () => {
    const whole = await openSession(await describeTiny({}), { providers: ["cpu"] });
    const half = await openSession(await describeTiny({ elementType: "float16" }), { providers: ["cpu"] });
    const [exact, close] = [await rowsOf(whole, [red]), await rowsOf(half, [red])];
    await Promise.all([whole.close(), half.close()]);
    for (const [i, value] of exact.entries()) expect(close[i]).toBeCloseTo(value, 2);
  });

  test("of pictures of another size or number is a bug", async () => {
    const session = await openSession(await describeTiny({}), { providers: ["cpu"] });
    const pictures = [[], [new Uint8Array(SIZE - 1)], [grey, grey]];
    for (const wrong of pictures)
      await expect(session.run(wrong)).rejects.toThrow("expected 1 to 1 pictures of 3072 bytes");
    await session.close();
  });
});

function describeTiny(options: TinyDetector) {
  return inspectModel(folder.write("tiny.onnx", tinyYolox(options)), { family: "yolox" });
}

async function rowsOf(session: Awaited<ReturnType<typeof openSession>>, pictures: Uint8Array[]): Promise<number[]> {
  const [output] = await session.run(pictures);
  return [...(output?.data ?? [])];
}

/** A shape that no reshape can meet, hidden from checks at load behind a cast. */
function shapeNodes(shape: number[]) {
  const value = { dims: [shape.length], values: Float32Array.from(shape) };
  return [
    { op: "Constant", inputs: [], outputs: ["numbers"], attributes: { value } },
    { op: "Cast", inputs: ["numbers"], outputs: ["shape"], attributes: { to: 7 } },
  ];
}
