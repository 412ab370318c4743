import { describe, expect, it } from "vitest";
import { labelVisualizationV1 } from "../../../../src/blocks/visualization/texts/label-visualization.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf, share } from "../pixels.ts";

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
    // Two advances of 22 and a stroke, 21 of capitals and one: with 10 around.
    expect(boundsWhere(image, isTouched)).toEqual([100, 58, 165, 100]);
    const [left, top, right, bottom] = boundsWhere(image, isText)!;
    expect(left).toBeGreaterThanOrEqual(110);
    expect(right).toBeLessThan(156);
    expect([top, bottom]).toEqual([69, 90]);
    expect(pixel(image, 100, 58)).toEqual(BLUE);
    expect(pixel(image, 165, 100)).toEqual(BLUE);
  });

  it.each([
    ["TOP_LEFT", [100, 72, 129, 100]],
    ["TOP_CENTER", [136, 72, 164, 100]],
    ["TOP_RIGHT", [171, 72, 200, 100]],
    ["CENTER_LEFT", [71, 126, 100, 154]],
    ["CENTER", [136, 126, 164, 154]],
    ["CENTER_RIGHT", [200, 126, 229, 154]],
    ["BOTTOM_LEFT", [100, 180, 129, 208]],
    ["BOTTOM_CENTER", [136, 180, 164, 208]],
    ["BOTTOM_RIGHT", [171, 180, 200, 208]],
  ])("lays the label at %s", (text_position, expected) => {
    const image = draw([detection(BOX, { class: "H" })], { text_position, text_padding: 9, text_scale: 0.44 });
    expect(boundsWhere(image, isTouched)).toEqual(expected);
  });

  it("lays the label at the middle of a mask, and wants one for that", () => {
    const mask = { x: 150, y: 100, width: 51, height: 81, runs: Uint32Array.of(0, 51 * 81) };
    const values = { text_position: "CENTER_OF_MASS", text_padding: 9, text_scale: 0.44 };
    const image = draw([detection(BOX, { class: "H", mask })], values);
    expect(boundsWhere(image, isTouched)).toEqual([161, 126, 189, 154]);
    expect(() => draw([detection(BOX)], values)).toThrow("CENTER_OF_MASS is the middle of a mask");
  });

  it("writes lines one below the other", () => {
    const bounds = (text: string) => boundsWhere(draw([detection(BOX, { class: text })]), isTouched)!;
    const [, top] = bounds("H");
    expect(bounds("H\nH")[1]).toBe(top - 32);
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
    expect(pixel(image, 100, 58)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 165, 100)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 130, 59)).toEqual(BLUE);
  });

  it("writes in the colour it is given", () => {
    const values = { color_palette: "CUSTOM", custom_colors: ["#000080"], text_color: "yellow", text_thickness: 3 };
    const image = draw([detection(BOX, { class: "M" })], values);
    expect(share(image, ([r, g]) => r === 255 && g === 255)).toBeGreaterThan(0);
  });

  it("draws an empty label for an empty text and nothing without detections", () => {
    expect(boundsWhere(draw([detection(BOX, { class: "" })]), isTouched)).toEqual([100, 58, 121, 100]);
    expect(boundsWhere(draw([]), isTouched)).toBeNull();
  });

  it("shows each byte outside of ASCII as a question mark", () => {
    expect(look("ä").equals(look("??"))).toBe(true);
  });

  it("keeps letters apart, but for I and l", () => {
    const texts = [..."!#0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"];
    const looks = texts.map((text) => look(text).toString("base64"));
    expect(new Set(looks).size).toBe(texts.length);
  });
});

/** The pixels of a picture with that label. */
function look(text: string): Buffer {
  return Buffer.from(rgbOf(draw([detection(BOX, { class: text })])));
}
