import { describe, expect, it } from "vitest";
import { keypointVisualizationV1 } from "../../../../src/blocks/visualization/marks/keypoint-visualization.ts";
import type { KeyPoint } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb } from "../pixels.ts";

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const point = (classId: number, x: number, y: number): KeyPoint => ({ class: "", classId, confidence: 1, x, y });

function draw(keypoints: KeyPoint[] | undefined, values: Values = {}): Image {
  const item = detection([0, 0, 60, 40], keypoints === undefined ? {} : { keypoints });
  const inputs = { image: picture(60, 40), predictions: detections([item], 60, 40), color: "RED", thickness: 1 };
  return runBlock(keypointVisualizationV1, { ...inputs, ...values })["image"] as Image;
}

const CORNER = [point(2, 30, 30), point(0, 10, 10), point(1, 30, 10)];

describe("keypoint_visualization@v1", () => {
  it("joins points by their class ids, whatever their order", () => {
    const edges = [[1, 2], [2, 3]]; // biome-ignore format: pairs
    const image = draw(CORNER, { edges });
    expect([pixel(image, 20, 10), pixel(image, 30, 20)]).toEqual([
      [255, 0, 0],
      [255, 0, 0],
    ]);
    expect(isTouched(pixel(image, 20, 20))).toBe(false);
  });

  it("leaves missing points out, in lines and as points", () => {
    const keypoints = [point(0, 0, 0), point(1, 30, 10), point(2, 30, 30)];
    expect(boundsWhere(draw(keypoints, { edges: [[1, 2], [2, 3]] }), isTouched)).toEqual([30, 10, 30, 30]); // biome-ignore format: pairs
    const dots = draw(keypoints, { annotator_type: "vertex", radius: 2 });
    expect(boundsWhere(dots, isTouched)).toEqual([28, 8, 32, 32]);
  });

  it("knows the bones of 17 points, and draws none of what it does not know", () => {
    expect(boundsWhere(draw(CORNER), isTouched)).toBeNull();
    const body = Array.from({ length: 17 }, (_, i) => point(i, 10 + i, 10 + i));
    expect(boundsWhere(draw(body), isTouched)).toEqual([10, 10, 26, 26]);
  });

  it("writes the numbers of points on rounded boxes around them", () => {
    const values = { annotator_type: "vertex_label", text_padding: 4, radius: 0, text_color: "WHITE" };
    const image = draw([point(0, 30, 20)], values);
    expect(boundsWhere(image, isTouched)).toEqual([21, 10, 39, 30]);
  });

  it("names edges to points that are not there, and detections without points", () => {
    for (const edge of [[0, 1], [1, 4], [1], "x"]) expect(() => draw(CORNER, { edges: [edge] })).toThrow(/edges has/);
    expect(() => draw(undefined)).toThrow(/no key points/);
    const none = { image: picture(60, 40), predictions: detections([], 60, 40) };
    expect(boundsWhere(runBlock(keypointVisualizationV1, none)["image"] as Image, isTouched)).toBeNull();
  });
});
