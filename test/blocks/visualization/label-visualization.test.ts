import { describe, expect, it } from "vitest";
import { labelVisualizationV1 } from "../../../src/blocks/visualization/label-visualization.ts";
import type { Detection } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { runBlock, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf, share } from "./pixels.ts";

const IN_BLUE = { color_palette: "CUSTOM", custom_colors: ["#0000ff"] };
const BLUE: Rgb = [0, 0, 255];
const BOX: Detection["box"] = [100, 100, 200, 180];

function draw(items: Detection[], values: Values = {}, image = picture(300, 300)): Image {
  const predictions = detections(items, image.width, image.height);
  return runBlock(labelVisualizationV1, { image, predictions, ...IN_BLUE, ...values })["image"] as Image;
}

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const isText = ([r, g, b]: Rgb) => r > 128 && g > 128 && b === 255;

describe("label_visualization@v1", () => {
  it("writes white text with padding around it on a label above the upper left corner", () => {
    const image = draw([detection(BOX, { class: "HH" })]);
    expect(boundsWhere(image, isTouched)).toEqual([100, 60, 153, 99]);
    const [left, top, right, bottom] = boundsWhere(image, isText)!;
    expect(left).toBeGreaterThanOrEqual(110);
    expect(right).toBeLessThan(144);
    expect(Math.abs(top - 60 - (99 - bottom))).toBeLessThanOrEqual(2);
    expect(bottom - top + 1).toBeGreaterThanOrEqual(19);
    expect(pixel(image, 100, 60)).toEqual(BLUE);
    expect(pixel(image, 153, 99)).toEqual(BLUE);
  });

  it.each([
    ["TOP_LEFT", [100, 73, 125, 99]],
    ["TOP_CENTER", [137, 73, 162, 99]],
    ["TOP_RIGHT", [174, 73, 199, 99]],
    ["CENTER_LEFT", [74, 127, 99, 153]],
    ["CENTER", [137, 127, 162, 153]],
    ["CENTER_OF_MASS", [137, 127, 162, 153]],
    ["CENTER_RIGHT", [200, 127, 225, 153]],
    ["BOTTOM_LEFT", [100, 180, 125, 206]],
    ["BOTTOM_CENTER", [137, 180, 162, 206]],
    ["BOTTOM_RIGHT", [174, 180, 199, 206]],
  ])("lays the label at %s", (text_position, expected) => {
    const image = draw([detection(BOX, { class: "H" })], { text_position, text_padding: 9, text_scale: 0.44 });
    expect(boundsWhere(image, isTouched)).toEqual(expected);
  });

  it("moves a label into the picture that would leave it", () => {
    const items = [detection([-20, 5, 40, 60], { class: "HHH" })];
    const [left, top] = boundsWhere(draw(items), isTouched)!;
    expect([left, top]).toEqual([0, 0]);
    const corner = [detection([280, 280, 300, 300], { class: "HHH" })];
    const [, , right, bottom] = boundsWhere(draw(corner, { text_position: "BOTTOM_LEFT" }), isTouched)!;
    expect([right, bottom]).toEqual([299, 299]);
  });

  it("makes text larger by its scale and bolder by its thickness", () => {
    const height = (values: Values) => {
      const [, top, , bottom] = boundsWhere(draw([detection(BOX, { class: "H" })], values), isText)!;
      return bottom - top + 1;
    };
    expect(height({ text_scale: 2 })).toBeGreaterThan(1.8 * height({ text_scale: 1 }));
    const ink = (values: Values) => share(draw([detection(BOX, { class: "H" })], values), isText);
    expect(ink({ text_thickness: 3 })).toBeGreaterThan(1.4 * ink({ text_thickness: 1 }));
  });

  it("rounds the label's corners", () => {
    const image = draw([detection(BOX, { class: "HH" })], { border_radius: 12 });
    expect(pixel(image, 100, 60)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 153, 99)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 125, 61)).toEqual(BLUE);
  });

  it("writes in the colour it is told, but in a readable one on a background too much like it", () => {
    const on = (background: string, text_color: string) => {
      const values = { color_palette: "CUSTOM", custom_colors: [background], text_color };
      return draw([detection(BOX, { class: "M" })], values);
    };
    expect(share(on("#000080", "yellow"), ([r, g]) => r === 255 && g === 255)).toBeGreaterThan(0);
    expect(share(on("#ffff00", "white"), ([r, g, b]) => r + g + b < 60)).toBeGreaterThan(0);
  });

  it("draws nothing for an empty text and nothing without detections", () => {
    expect(boundsWhere(draw([detection(BOX, { class: "" })]), isTouched)).toBeNull();
    expect(boundsWhere(draw([]), isTouched)).toBeNull();
  });

  it("shows a letter that it lacks as a question mark", () => {
    const isSame = (a: string, b: string) => look(a).equals(look(b));
    expect(isSame("日", "?")).toBe(true);
    expect(isSame("ä", "?")).toBe(false);
  });

  it("keeps letters apart: no text looks like another", () => {
    const texts = [..."!#0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzäöüéß"];
    const looks = texts.map((text) => look(text).toString("base64"));
    expect(new Set(looks).size).toBe(texts.length);
  });
});

/** The pixels of a picture with that label. */
function look(text: string): Buffer {
  return Buffer.from(rgbOf(draw([detection(BOX, { class: text })])));
}
