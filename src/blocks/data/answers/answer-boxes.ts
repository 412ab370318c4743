import { MillraceError } from "../../../base/errors.ts";
import { roundHalfEven } from "../../../base/round-half-even.ts";
import { pythonText } from "../../../query/python-text.ts";
import type { AnswerJson } from "./answer-json.ts";
import { confidenceOf, pythonFloat } from "./answer-number.ts";
import { anthropicUpload, longestEdge, type Size } from "./upload-size.ts";

/** A box in whole pixels of the picture, with the name that the model gave to what is in it. */
export interface AnswerBox {
  box: [number, number, number, number];
  class: string;
  confidence: number;
}

/** Reads the boxes of an answer, in pixels of a picture. Throws for an answer in another form. */
export type ReadBoxes = (json: AnswerJson, size: Size) => AnswerBox[];

type Entry = Readonly<Record<string, unknown>>;
type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** Fractions of the picture, or thousandths with y first, as Gemini gives them. */
export const fractionsOrThousandths: ReadBoxes = (json, size) => {
  return entriesOf(json).map((entry) => {
    if (!("box_2d" in entry)) return boxOf(entry, scaled(named(entry), size));
    const [y1, x1, y2, x2] = four(entry["box_2d"]).map(numberOf) as unknown as Corners;
    return boxOf(entry, scaled([x1 / 1000, y1 / 1000, x2 / 1000, y2 / 1000], size));
  });
};

/** Percent of the picture's sides. */
export const percents: ReadBoxes = (json, size) => {
  return entriesOf(json).map((entry) => {
    const corners = four(entry["box_2d"]).map(pythonFloat);
    return boxOf(entry, within(corners, { width: 100, height: 100 }, size));
  });
};

/** Pixels of the picture as it was sent, which may have been smaller; or fractions with a field for each side. */
export function pixelsOfSent(sentSize: (size: Size) => Size): ReadBoxes {
  return (json, size) => {
    const entries = entriesOf(json);
    const [first] = entries;
    const isNamed = !Array.isArray(json) && !(first !== undefined && isEntry(first) && "box_2d" in first);
    return entries.map((entry) => {
      if (isNamed) return { ...boxOf(entry, scaled(named(entry), size)), class: pythonText(required(entry)) };
      return boxOf(entry, within(four(entry["box_2d"]).map(pythonFloat), sentSize(size), size));
    });
  };
}

export const pixelsSentToOpenAi = pixelsOfSent((size) => longestEdge(size));
export const pixelsSentToAnthropic = pixelsOfSent(anthropicUpload);

/** Boxes of a picture with sides of this length, in a list under one of two names; what has no such box is left out. */
function scaledTo(side: number): ReadBoxes {
  const whole = { width: side, height: side };
  return (json, size) =>
    entriesOf(json).flatMap((entry) => {
      const box = isEntry(entry) ? [entry["box_2d"], entry["bbox_2d"]].find(isBoxOfNumbers) : undefined;
      return box === undefined ? [] : [sure(within(box, whole, size), label(entry, LABELS) ?? "unknown")];
    });
}

export const thousandths = scaledTo(1000);
export const upTo999 = scaledTo(999);

/** Thousandths with a field for each side; what lacks one is left out. */
export const namedThousandths: ReadBoxes = (json, size) => {
  const isOne = !Array.isArray(json) && SIDES.every((side) => side in json) && !("detections" in json);
  const entries = isOne ? [json as Entry] : entriesOf(json);
  return entries.filter(isEntry).flatMap((entry) => {
    const box = SIDES.map((side) => entry[side]);
    const name = entry["label"];
    return isBoxOfNumbers(box) ? [sure(within(box, THOUSAND, size), name ? pythonText(name) : "unknown")] : [];
  });
};

const SIDES = ["x_min", "y_min", "x_max", "y_max"] as const;
const LABELS = ["label", "description", "class_name", "class"];
const THOUSAND: Size = { width: 1000, height: 1000 };

/** A list, or one under "detections". */
function entriesOf(json: AnswerJson): readonly Entry[] {
  const list = Array.isArray(json) ? (json as unknown[]) : (json as Entry)["detections"];
  if (!Array.isArray(list)) throw malformed("a list of detections", list);
  return list as Entry[];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function boxOf(entry: Entry, box: AnswerBox["box"]): AnswerBox {
  if (!isEntry(entry)) throw malformed("an object", entry);
  const name = label(entry, ["class_name", "label", "class"]) ?? "unknown";
  return { box, class: name, confidence: "confidence" in entry ? confidenceOf(entry["confidence"]) : 1 };
}

/** Of a model that is asked for no confidence. */
function sure(box: AnswerBox["box"], name: string): AnswerBox {
  return { box, class: name, confidence: 1 };
}

function label(entry: Entry, names: readonly string[]): string | undefined {
  const value = names.map((name) => entry[name]).find((found) => found !== undefined && found !== null);
  return value === undefined ? undefined : pythonText(value);
}

function required(entry: Entry): unknown {
  if (!("class_name" in entry)) throw malformed("a class_name", undefined);
  return entry["class_name"];
}

function named(entry: Entry): Corners {
  return SIDES.map((side) => numberOf(entry[side])) as unknown as Corners;
}

function four(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== 4) throw malformed("a box of four numbers", value);
  return value as unknown[];
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw malformed("a number", value);
  return value;
}

function isBoxOfNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 4 && value.every(Number.isFinite);
}

/** Fractions to whole pixels. */
function scaled([x1, y1, x2, y2]: Corners, { width, height }: Size): AnswerBox["box"] {
  return [x1 * width, y1 * height, x2 * width, y2 * height].map(roundHalfEven) as AnswerBox["box"];
}

/** From the pixels of one size to those of another, held to the picture. */
function within(corners: readonly number[], from: Size, to: Size): AnswerBox["box"] {
  return corners.map((value, i) => {
    const [limit, scale] = i % 2 === 0 ? [from.width, to.width / from.width] : [from.height, to.height / from.height];
    return roundHalfEven(Math.min(Math.max(value, 0), limit) * scale);
  }) as AnswerBox["box"];
}

function malformed(wanted: string, found: unknown): MillraceError {
  return new MillraceError("STEP_INPUT", `expected ${wanted}, found ${JSON.stringify(found)}`);
}
