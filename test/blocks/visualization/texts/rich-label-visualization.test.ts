import { describe, expect, it } from "vitest";
import { richLabelVisualizationV1 } from "../../../../src/blocks/visualization/texts/rich-label-visualization.ts";
import { wrapped } from "../../../../src/blocks/visualization/texts/wrapped.ts";
import type { Detection } from "../../../../src/kinds/detections.ts";
import type { Image } from "../../../../src/kinds/image.ts";
import { runBlock, type Values } from "../../run-block.ts";
import { detection, detections, GREY, picture } from "../../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf, share } from "../pixels.ts";

const IN_BLUE = { color_palette: "CUSTOM", custom_colors: ["#0000ff"] };
const BOX: Detection["box"] = [100, 100, 200, 180];

async function draw(items: Detection[], values: Values = {}, image = picture(300, 300)): Promise<Image> {
  const predictions = detections(items, image.width, image.height);
  const inputs = { image, predictions, ...IN_BLUE, ...values };
  return (await runBlock(richLabelVisualizationV1, inputs))["image"] as Image;
}

const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;
const isText = ([r, g]: Rgb) => r > 128 && g > 128 && r !== GREY;

describe("rich_label_visualization@v1", () => {
  it("writes text with padding around it on a label above the upper left corner", async () => {
    const image = await draw([detection(BOX, { class: "dog" })]);
    // Three letters of 8.4 pixels, 12 from the top of d to the end of g, with 10 around.
    expect(boundsWhere(image, isTouched)).toEqual([100, 68, 145, 100]);
    expect(pixel(image, 100, 68)).toEqual([0, 0, 255]);
    const [left, top, right, bottom] = boundsWhere(image, isText)!;
    expect(left).toBeGreaterThanOrEqual(110);
    expect(right).toBeLessThan(136);
    expect([top, bottom]).toEqual([78, 89]);
  });

  it("grows with the picture on request, within limits", async () => {
    const values = { text_size_mode: "Automatic", font_size: 60, text_padding: 0 };
    const height = async (image: Image) => {
      const [, top, , bottom] = boundsWhere(
        await draw([detection([10, 25, 20, 30], { class: "H" })], values, image),
        isTouched,
      )!;
      return bottom - top;
    };
    expect(await height(picture(600, 540))).toBe(22);
    expect(await height(picture(300, 270))).toBe(11);
    expect(await height(picture(300, 30))).toBe(6);
  });

  it("breaks long texts into lines", async () => {
    const items = [detection(BOX, { class: "long name of a thing" })];
    const bounds = boundsWhere(await draw(items, { max_line_length: 10 }), isTouched)!;
    expect(bounds[2] - bounds[0]).toBe(104);
    expect(bounds[3] - bounds[1]).toBe(54);
  });

  it("leaves a picture without detections, and takes one of a pixel", async () => {
    expect(rgbOf(await draw([]))).toEqual(rgbOf(picture(300, 300)));
    const item = detection([0, 0, 1, 1], { class: "日本 😀" });
    expect(share(await draw([item], { text_position: "CENTER" }, picture(1, 1)), isTouched)).toBe(1);
  });

  it("knows families by name and as older definitions write them, and refuses others and paths", () => {
    const family = richLabelVisualizationV1.schema.shape["font_family"]!;
    expect(family.parse("noto_sans")).toBe("Noto Sans");
    expect(family.parse("PT Mono")).toBe("PT Mono");
    for (const wrong of ["Comic Sans", "/usr/share/fonts/own.ttf", 4])
      expect(family.safeParse(wrong).success).toBe(false);
  });
});

describe("wrapped", () => {
  it.each([
    ["long name of a thing", 10, ["long name", "of a thing"]],
    ["unbreakable", 4, ["unbr", "eaka", "ble"]],
    ["hard-hat", 6, ["hard-", "hat"]],
    ["a\nb c", 1, ["a", "b", "c"]],
    ["", 5, [""]],
    ["two  blanks", 20, ["two  blanks"]],
    ["ααα βββ", 3, ["ααα", "βββ"]],
  ])("breaks %j at %i", (text, longest, lines) => {
    expect(wrapped(text, longest)).toEqual(lines);
  });

  it("only splits lines where no length is given", () => {
    expect(wrapped("a b\nc", null)).toEqual(["a b", "c"]);
  });
});
