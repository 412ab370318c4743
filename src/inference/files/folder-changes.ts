import { ModelError } from "../../base/errors.ts";
import type { PicturePart } from "../../kinds/frame.ts";
import type { Contrast } from "../description.ts";
import type { Preprocessing } from "../families/family.ts";

export type Fields = Readonly<Record<string, unknown>>;

/**
 * What a data set of Roboflow does with pictures before they get their size: a part of them, no colours, another contrast. Throws
 * `ModelError` for what cannot be read, as results would be silently worse.
 */
export function changesOf(before: Fields, path: string): Pick<Preprocessing, "part" | "grey" | "contrast"> {
  const on = (name: string) => {
    const told = fields(before[name]);
    return told["enabled"] === true ? told : null;
  };
  const [crop, grey, contrast] = ["static-crop", "grayscale", "contrast"].map(on);
  return {
    ...(crop ? { part: partOf(crop, path) } : {}),
    ...(grey ? { grey: true } : {}),
    ...(contrast ? { contrast: contrastOf(contrast["type"], path) } : {}),
  };
}

function partOf(crop: Fields, path: string): PicturePart {
  const part = ["x_min", "y_min", "x_max", "y_max"].map((name) => crop[name]);
  const [xMin, yMin, xMax, yMax] = part;
  if (isPercent(xMin) && isPercent(yMin) && isPercent(xMax) && isPercent(yMax) && xMin < xMax && yMin < yMax) {
    return [xMin, yMin, xMax, yMax];
  }
  const found = part.map((value) => JSON.stringify(value) ?? "nothing").join(", ");
  throw unsupported(path, `static-crop has x_min, y_min, x_max, y_max of ${found}, expected percent of the sides`);
}

function isPercent(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 100;
}

const CONTRASTS: Readonly<Record<string, Contrast>> = {
  "Contrast Stretching": "stretch",
  "Histogram Equalization": "equalize",
  "Adaptive Equalization": "equalize_locally",
};

function contrastOf(type: unknown, path: string): Contrast {
  const contrast = CONTRASTS[String(type)];
  if (contrast !== undefined) return contrast;
  throw unsupported(path, `contrast is of type "${String(type)}", expected ${Object.keys(CONTRASTS).join(", ")}`);
}

/** A fault of what files beside the weights say of pictures. */
export function unsupported(path: string, what: string): ModelError {
  return new ModelError("MODEL_PREPROCESSING", `model folder "${path}": ${what}`, { path });
}

/** The keys of an object, none of anything else. */
export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
