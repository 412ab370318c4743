import { ModelError } from "../base/errors.ts";
import type { Preprocessing } from "./families/family.ts";

export interface ToldPreprocessing {
  preprocessing: Partial<Preprocessing>;
  size: { width?: number; height?: number };
}

type Fields = Readonly<Record<string, unknown>>;

/** What `inference_config.json` of Roboflow or `preprocessor_config.json` of Hugging Face say; null where neither is there. */
export function preprocessingOf(
  { config, feeding }: { config: unknown; feeding: unknown },
  path: string,
): ToldPreprocessing | null {
  if (config === null) return feeding === null ? null : ofHub(fields(feeding));
  const { network_input: network, image_pre_processing: before } = fields(config);
  refuseChanges(fields(before), path);
  const input = fields(network);
  const size = fields(input["training_input_size"]);
  const [mean, std] = Array.isArray(input["normalization"]) ? input["normalization"] : [];
  return {
    preprocessing: {
      ...(input["color_mode"] === "bgr" || input["color_mode"] === "rgb" ? { order: input["color_mode"] } : {}),
      ...(typeof input["scaling_factor"] === "number" ? { scale: 1 / input["scaling_factor"] } : {}),
      ...(isTriple(mean) && isTriple(std) ? { mean, std } : {}),
      ...fitOf(input["resize_mode"], path),
      ...(typeof input["padding_value"] === "number" ? { pad: input["padding_value"] } : {}),
    },
    size: sizeIn(size),
  };
}

/** What `environment.json` of older downloads says; its form is JSON, or a text of JSON. */
export function oldPreprocessing(environment: unknown, path: string): ToldPreprocessing | null {
  const written = fields(environment)["PREPROCESSING"];
  if (written === undefined) return null;
  const told = fields(typeof written === "string" ? readJson(written, path) : written);
  refuseChanges(told, path);
  const resize = fields(told["resize"]);
  const border = BORDERS[String(resize["format"])];
  const preprocessing =
    border === undefined ? ({ fit: "stretch" } as const) : ({ fit: "letterbox_center", pad: border } as const);
  return { preprocessing: resize["format"] === undefined ? {} : preprocessing, size: sizeIn(resize) };
}

const BORDERS: Readonly<Record<string, number>> = {
  "Fit (black edges) in": 0,
  "Fit (white edges) in": 255,
  "Fit (grey edges) in": 114,
  "Fit within": 0,
  "Fit (reflect edges) in": 0,
  "Fill (with center crop) in": 0,
};

const FITS: Readonly<Record<string, Partial<Preprocessing>>> = {
  stretch: { fit: "stretch" },
  letterbox: { fit: "letterbox_center", pad: 0 },
  "letterbox-reflect-edges": { fit: "letterbox_center", pad: 0 },
  // A fixed input needs a border; the reference takes this one.
  "fit-longer-edge": { fit: "letterbox_center", pad: 127 },
};

function fitOf(mode: unknown, path: string): Partial<Preprocessing> {
  if (mode === undefined || mode === null) return {};
  const fit = FITS[String(mode)];
  if (fit !== undefined) return fit;
  throw unsupported(path, `resize_mode "${String(mode)}", expected ${Object.keys(FITS).join(", ")}`);
}

function ofHub(feeding: Fields): ToldPreprocessing {
  const { image_mean: mean, image_std: std, do_normalize: isNormalised, rescale_factor: scale } = feeding;
  const isCut = feeding["do_center_crop"] === true;
  const none = { mean: [0, 0, 0], std: [1, 1, 1] } satisfies Partial<Preprocessing>;
  const normal = isNormalised === false ? none : isTriple(mean) && isTriple(std) ? { mean, std } : {};
  return {
    preprocessing: {
      ...normal,
      ...(typeof scale === "number" ? { scale } : {}),
      ...(isCut ? { fit: "cover_center" as const } : {}),
    },
    size: (isCut ? squareOf(feeding["crop_size"]) : null) ?? squareOf(feeding["size"]) ?? {},
  };
}

/** A side or both; a shortest edge alone tells the size where the rest is cut away. */
function squareOf(size: unknown): ToldPreprocessing["size"] | null {
  if (typeof size === "number") return { width: size, height: size };
  const found = sizeIn(fields(size));
  return Object.keys(found).length === 0 ? null : found;
}

/** Changes of a picture before the model sees it that nothing here makes: results would be silently worse. */
function refuseChanges(before: Fields, path: string): void {
  const on = ["static-crop", "grayscale", "contrast"].filter((name) => fields(before[name])["enabled"] === true);
  if (on.length === 0) return;
  throw unsupported(path, `pictures are changed before the model sees them (${on.join(", ")})`);
}

function unsupported(path: string, what: string): ModelError {
  return new ModelError("MODEL_PREPROCESSING", `model folder "${path}": ${what}, which is not supported`, { path });
}

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unsupported(path, "PREPROCESSING of environment.json is no JSON");
  }
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function sizeIn({ width, height }: Fields): { width?: number; height?: number } {
  return { ...(typeof width === "number" ? { width } : {}), ...(typeof height === "number" ? { height } : {}) };
}

function isTriple(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((number) => typeof number === "number");
}
