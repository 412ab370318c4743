import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { lineCounterVisualizationV1 } from "../../../src/blocks/visualization/history/line-counter-visualization.ts";
import { polygonZoneVisualizationV1 } from "../../../src/blocks/visualization/history/polygon-zone-visualization.ts";
import { referencePathVisualizationV1 } from "../../../src/blocks/visualization/history/reference-path-visualization.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { runBlock, type Values } from "../run-block.ts";
import { GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb } from "./pixels.ts";

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const draw = (block: Block, values: Values) => runBlock(block, { image: picture(90, 60), ...values })["image"] as Image;
const square = (x: number, y: number) => [[x, y], [x + 20, y], [x + 20, y + 20], [x, y + 20]]; // biome-ignore format: corners

describe("polygon_zone_visualization@v1", () => {
  it("adds its colour to the picture, edges included, up to white", () => {
    const image = draw(polygonZoneVisualizationV1, { zone: square(10.9, 10.9), color: "#ff8000", opacity: 0.5 });
    expect(boundsWhere(image, isTouched)).toEqual([10, 10, 30, 30]);
    expect(pixel(image, 20, 20)).toEqual([GREY + 128, GREY + 64, GREY]);
    const white = draw(polygonZoneVisualizationV1, { zone: square(10, 10), color: "WHITE", opacity: 1 });
    expect(pixel(white, 20, 20)).toEqual([255, 255, 255]);
  });

  it("leaves the overlap of several zones, and the whole picture without any", () => {
    const image = draw(polygonZoneVisualizationV1, { zone: [square(10, 10), square(20, 20)] });
    expect(isTouched(pixel(image, 25, 25))).toBe(false);
    expect(isTouched(pixel(image, 15, 15)) && isTouched(pixel(image, 35, 35))).toBe(true);
    expect(boundsWhere(draw(polygonZoneVisualizationV1, { zone: [] }), isTouched)).toBeNull();
  });

  it("names what is no zone", () => {
    expect(() => draw(polygonZoneVisualizationV1, { zone: [["a", 2]] })).toThrow(/zone is \[\["a",2\]\]/);
  });
});

describe("line_counter_visualization@v1", () => {
  it("adds its line, and writes the counts on white around the first point", () => {
    const values = { zone: [[45, 30], [45, 55], [1, 1]], text_scale: 0.3, count_in: 3, count_out: 12, thickness: 1 }; // biome-ignore format: points
    const image = draw(lineCounterVisualizationV1, values);
    expect(boundsWhere(image, ([r, g, b]) => r === 255 && g === 255 && b === 255)).toEqual([12, 27, 78, 34]);
    expect(pixel(image, 45, 50)).toEqual([GREY + 27, GREY + 54, GREY + 34]);
    expect(boundsWhere(image, isTouched)?.[3]).toBe(55);
  });

  it("wants two points", () => {
    expect(() => draw(lineCounterVisualizationV1, { zone: [[1, 2]] })).toThrow(/expected two points/);
  });
});

describe("reference_path_visualization@v1", () => {
  it("draws an open line, and refuses a path without points", () => {
    const path = [[10, 10], [30, 10], [30, 30]]; // biome-ignore format: points
    const image = draw(referencePathVisualizationV1, { reference_path: path, color: "RED", thickness: 1 });
    expect(pixel(image, 30, 20)).toEqual([255, 0, 0]);
    expect(isTouched(pixel(image, 20, 20))).toBe(false);
    expect(() => draw(referencePathVisualizationV1, { reference_path: [] })).toThrow(/reference_path is \[\]/);
  });
});
