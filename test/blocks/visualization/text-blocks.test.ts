import { describe, expect, it } from "vitest";
import { classificationLabelVisualizationV1 } from "../../../src/blocks/visualization/texts/classification-label-visualization.ts";
import {
  labelVisualizationV1,
  labelVisualizationV2,
} from "../../../src/blocks/visualization/texts/label-visualization.ts";
import { textDisplayV1 } from "../../../src/blocks/visualization/texts/text-display.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { runBlock, type Values } from "../run-block.ts";
import { detection, detections, GREY, picture } from "../values.ts";
import { boundsWhere, pixel, type Rgb, rgbOf } from "./pixels.ts";

const isRed = ([r, g, b]: Rgb) => r === 255 && g === 0 && b === 0;
const isTouched = ([r, g, b]: Rgb) => r !== GREY || g !== GREY || b !== GREY;

describe("text_display@v1", () => {
  const write = (values: Values) => {
    const style = { font_scale: 0.5, font_thickness: 1, padding: 5, background_color: "RED", text_color: "RED" };
    return runBlock(textDisplayV1, { image: picture(160, 120), ...style, ...values })["image"] as Image;
  };

  it.each([
    ["top_left", 0, 0, [0, 0, 63, 26]],
    ["bottom_right", 0, 0, [96, 93, 159, 119]],
    ["center", 4, -6, [52, 40, 115, 66]],
    ["bottom_right", 500, 500, [96, 93, 159, 119]],
  ])("stands at %s, moved by %i, %i and kept in the picture", (anchor, offset_x, offset_y, bounds) => {
    expect(boundsWhere(write({ text: "Anchor", anchor, offset_x, offset_y }), isRed)).toEqual(bounds);
  });

  it("fills places with values, operated on; unknown places stay", () => {
    const text = "{{ $parameters.a }} {{$parameters.b}} {{ $parameters.c }}";
    const operations = { text_parameters_operations: { a: [{ type: "StringToUpperCase" }] } };
    const filled = write({ text, text_parameters: { a: "x", b: 7 }, ...operations, text_color: "WHITE" });
    expect(rgbOf(filled)).toEqual(rgbOf(write({ text: "X 7 {{ $parameters.c }}", text_color: "WHITE" })));
  });

  it("has no ground that is transparent, and a shared one by its opacity", () => {
    expect(boundsWhere(write({ text: "", background_color: "transparent" }), isTouched)).toBeNull();
    expect(boundsWhere(write({ text: "", background_opacity: 0 }), isTouched)).toBeNull();
    const image = write({ text: " ", background_opacity: 0.5, offset_x: 0, offset_y: 0 });
    expect(pixel(image, 1, 1)).toEqual([148, 20, 20]);
  });
});

describe("label_visualization@v2", () => {
  it("writes by the picture's size on request, and else as version 1 does", () => {
    const values = { image: picture(200, 540), predictions: detections([detection([20, 100, 60, 200])], 200, 540) };
    const manual = runBlock(labelVisualizationV2, values)["image"] as Image;
    expect(rgbOf(manual)).toEqual(rgbOf(runBlock(labelVisualizationV1, values)["image"] as Image));
    const automatic = runBlock(labelVisualizationV2, { ...values, text_size_mode: "Automatic", text_scale: 2 });
    const scaled = runBlock(labelVisualizationV1, { ...values, text_scale: (2 * 200) / 1080 });
    expect(rgbOf(automatic["image"] as Image)).toEqual(rgbOf(scaled["image"] as Image));
  });
});

describe("classification_label_visualization@v1", () => {
  const style = { text_scale: 0.5, text_padding: 4, color_palette: "CUSTOM", custom_colors: ["#ff0000", "#0000ff"] };
  const write = (predictions: unknown, values: Values = {}) =>
    runBlock(classificationLabelVisualizationV1, { image: picture(160, 120), ...style, predictions, ...values })[
      "image"
    ] as Image;
  const single = {
    predictions: [
      { class: "cat", class_id: 1, confidence: 0.2 },
      { class: "dog", class_id: 0, confidence: 0.8 },
    ],
    top: "dog",
    confidence: 0.8,
  };
  const several = {
    predictions: { dog: { confidence: 0.6, class_id: 0 }, cat: { confidence: 0.9, class_id: 1 } },
    predicted_classes: ["dog", "cat"],
  };
  const isBlue = ([r, g, b]: Rgb) => r === 0 && g === 0 && b === 255;

  it("writes the best class of an answer that has one", () => {
    const image = write(single);
    expect(boundsWhere(image, isRed)?.slice(0, 2)).toEqual([0, 5]);
    expect(boundsWhere(image, isBlue)).toBeNull();
  });

  it("writes all classes of an answer with several, the best on top wherever they stand", () => {
    for (const text_position of ["TOP_LEFT", "CENTER", "BOTTOM_RIGHT"]) {
      const image = write(several, { text_position });
      expect(boundsWhere(image, isBlue)![1]).toBeLessThan(boundsWhere(image, isRed)![1]);
    }
  });

  it("leaves the picture where nothing was found, and names what is no classification", () => {
    expect(boundsWhere(write({ predictions: {}, predicted_classes: [] }), isTouched)).toBeNull();
    expect(() => write({ predictions: 5 })).toThrow(/no result of a classification/);
  });
});
