import {
  type AnswerBox,
  fractionsOrThousandths,
  namedThousandths,
  percents,
  pixelsOfSent,
  thousandths,
  upTo999,
} from "../../data/answers/answer-boxes.ts";
import type { AnswerJson } from "../../data/answers/answer-json.ts";
import type { Size } from "../../data/answers/upload-size.ts";

export const BOX_FORMAT_NAMES = [
  "named_normalized",
  "named_0_1000",
  "xyxy_0_1000",
  "xyxy_0_999",
  "yxyx_0_1000",
  "xyxy_percent",
  "xyxy_absolute",
] as const;

export type BoxFormatName = (typeof BOX_FORMAT_NAMES)[number];

/** How a model is asked for boxes, and how its answer is read. */
export interface BoxFormat {
  /** The form of the answer, given the size in which the image is sent. */
  form: (sent: Size) => string;
  /** The boxes in pixels of the image. Throws for another form. */
  read: (json: AnswerJson, image: Size, sent: Size) => AnswerBox[];
}

export const BOX_FORMATS: Readonly<Record<BoxFormatName, BoxFormat>> = {
  named_normalized: {
    form: () => sides("class_name", "Coordinates and confidence are fractions from 0 to 1"),
    read: fractionsOrThousandths,
  },
  named_0_1000: {
    form: () => sides("label", "Coordinates are whole numbers from 0 to 1000"),
    read: namedThousandths,
  },
  xyxy_0_1000: {
    form: () => list("x_min, y_min, x_max, y_max", "Coordinates are whole numbers from 0 to 1000"),
    read: thousandths,
  },
  xyxy_0_999: {
    form: () => list("x_min, y_min, x_max, y_max", "Coordinates are whole numbers from 0 to 999"),
    read: upTo999,
  },
  yxyx_0_1000: {
    form: () => list("y_min, x_min, y_max, x_max", "Coordinates are whole numbers from 0 to 1000"),
    read: fractionsOrThousandths,
  },
  xyxy_percent: {
    form: () => list("x_min, y_min, x_max, y_max", "Coordinates are percentages from 0 to 100"),
    read: percents,
  },
  xyxy_absolute: {
    form: ({ width, height }) =>
      `${boxes("x_min, y_min, x_max, y_max")} Coordinates are pixels of the image, which is ${width} wide and ${height} high, from its top left corner.`,
    read: (json, image, sent) => pixelsOfSent(() => sent)(json, image),
  },
};

const OF_THE_SIDES = "of the width and height of the image, from its top left corner.";

function sides(name: string, what: string): string {
  return `{"detections": [{"x_min": number, "y_min": number, "x_max": number, "y_max": number, "${name}": string, "confidence": number}]}. ${what} ${OF_THE_SIDES}`;
}

function list(order: string, what: string): string {
  return `${boxes(order)} ${what} ${OF_THE_SIDES}`;
}

function boxes(order: string): string {
  return `[{"box_2d": [${order}], "label": string}].`;
}
