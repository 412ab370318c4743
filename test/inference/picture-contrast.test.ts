import { afterAll, describe, expect, test } from "vitest";
import { type Contrast, type ModelInput, renditionOf } from "../../src/inference/description.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { modelPixels } from "../../src/inference/pixels.ts";
import { FULL_RGB } from "../../src/kinds/frame.ts";
import { equalizeHistogram, stretchContrast } from "../../src/vision/contrast/contrast.ts";
import { equalizeLocally } from "../../src/vision/contrast/equalize-locally.ts";
import { greyOf, rgbOf } from "../../src/vision/grey.ts";
import type { Raster } from "../../src/vision/raster.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { tinyYolov8 } from "../fixtures/models.ts";

const input: ModelInput = {
  name: "images",
  width: 32,
  height: 32,
  layout: "nchw",
  elementType: "float32",
  order: "rgb",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: "letterbox_center",
  pad: 7,
  batch: 1,
  isFree: false,
};
const KERNELS: readonly [Contrast, (raster: Raster) => Raster][] = [
  ["stretch", stretchContrast],
  ["equalize", equalizeHistogram],
  ["equalize_locally", equalizeLocally],
];
const [WIDTH, HEIGHT] = [80, 40];

/** Colours of a narrow range, in a frame of shared memory. */
const arena = new Uint8Array(new SharedArrayBuffer(WIDTH * HEIGHT * 3));
arena.set(Uint8Array.from(arena, (_, i) => 90 + ((i * 37) % 50) + (i % 3) * 5));
const frame = { type: "region", offset: 0, frameWidth: WIDTH, frameHeight: HEIGHT } as const;

/** The packed pixels of a region. */
function cut(x: number, y: number, width: number, height: number): Raster<3> {
  const rows = Array.from({ length: height }, (_, row) => {
    const from = ((y + row) * WIDTH + x) * 3;
    return [...arena.subarray(from, from + width * 3)];
  });
  return { data: Uint8Array.from(rows.flat()), width, height, stride: width * 3, channels: 3 };
}

describe.each(KERNELS)("contrast %s", (contrast, kernel) => {
  const region = { x: 16, y: 8, width: 64, height: 32 };

  test("is that of the region that is asked about, before it gets its size", () => {
    const before = Uint8Array.from(arena);
    const changed = kernel(cut(16, 8, 64, 32)).data;
    const expected = modelPixels({ type: "owned", rgb: changed, width: 64, height: 32 }, input, arena);
    expect(modelPixels({ ...frame, ...region }, { ...input, contrast }, arena)).toEqual(expected);
    expect(arena).toEqual(before);
  });

  test("is that of the part that the model sees, without colours where it wants none", () => {
    const changed = rgbOf(kernel(greyOf(cut(48, 8, 32, 32)))).data;
    const expected = modelPixels({ type: "owned", rgb: changed, width: 32, height: 32 }, input, arena);
    const asked = { ...input, contrast, grey: true, part: [50, 0, 100, 100] } as const;
    expect(modelPixels({ ...frame, ...region }, asked, arena)).toEqual(expected);
  });
});

describe("the decoder", () => {
  const folder = openModelFolder();
  afterAll(() => folder[Symbol.dispose]());

  test("gives the whole picture where contrast changes, and else the part as the model takes it", async () => {
    const path = folder.write("m.onnx", tinyYolov8());
    const asked = async (preprocessing: Partial<ModelInput>) =>
      renditionOf(await inspectModel(path, { family: "yolov8", preprocessing }));
    expect(await asked({ contrast: "stretch", part: [0, 0, 50, 50] })).toEqual(FULL_RGB);
    expect(await asked({ part: [0, 0, 50, 50] })).toMatchObject({ width: 32, part: [0, 0, 50, 50] });
    expect(await asked({ grey: true })).toEqual(await asked({}));
  });
});
