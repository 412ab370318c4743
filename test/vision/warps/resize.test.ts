import { expect, it } from "vitest";
import { newRaster } from "../../../src/vision/raster.ts";
import { resize } from "../../../src/vision/warps/resize.ts";

it("a picture that grows is blended in the parts of whole numbers that OpenCV uses", () => {
  const raster = newRaster({ width: 2, height: 2 }, 1);
  raster.data.set([0, 100, 200, 255]);
  // cv2.resize(…, (5, 3), interpolation=cv2.INTER_AREA)
  expect([...resize(raster, { width: 5, height: 3 }).data]).toEqual([
    ...[0, 0, 50, 100, 100],
    ...[100, 100, 139, 178, 178],
    ...[200, 200, 228, 255, 255],
  ]);
});

it("a picture that shrinks has the means of the areas", () => {
  const raster = newRaster({ width: 4, height: 2 }, 1);
  raster.data.set([0, 10, 20, 30, 40, 50, 60, 70]);
  expect([...resize(raster, { width: 2, height: 1 }).data]).toEqual([25, 45]);
});
