import type { Preprocessing } from "../families/family.ts";
import { changesOf, type Fields, fields, unsupported } from "./folder-changes.ts";

export interface ToldPreprocessing {
  preprocessing: Partial<Preprocessing>;
  size: { width?: number; height?: number };
}

/** What `inference_config.json` of Roboflow or `preprocessor_config.json` of Hugging Face say; null where neither is there. */
export function preprocessingOf(
  { config, feeding }: { config: unknown; feeding: unknown },
  path: string,
): ToldPreprocessing | null {
  if (config === null) return feeding === null ? null : ofHub(fields(feeding));
  const { network_input: network, image_pre_processing: before } = fields(config);
  const input = fields(network);
  const size = fields(input["training_input_size"]);
  const [mean, std] = Array.isArray(input["normalization"]) ? input["normalization"] : [];
  return {
    preprocessing: {
      ...changesOf(fields(before), path),
      ...(input["color_mode"] === "bgr" || input["color_mode"] === "rgb" ? { order: input["color_mode"] } : {}),
      ...(typeof input["scaling_factor"] === "number" ? { scale: 1 / input["scaling_factor"] } : {}),
      ...(isTriple(mean) && isTriple(std) ? { mean, std } : {}),
      ...(typeof input["padding_value"] === "number" ? { pad: input["padding_value"] } : {}),
      ...fitOf(input, path),
    },
    size: sizeIn(size),
  };
}

/** What `environment.json` of older downloads says; its form is JSON, or a text of JSON. */
export function oldPreprocessing(environment: unknown, path: string): ToldPreprocessing | null {
  const written = fields(environment)["PREPROCESSING"];
  if (written === undefined) return null;
  const told = fields(typeof written === "string" ? readJson(written, path) : written);
  const resize = fields(told["resize"]);
  const border = BORDERS[String(resize["format"])];
  const preprocessing =
    border === undefined ? ({ fit: "stretch" } as const) : ({ fit: "letterbox_center", pad: border } as const);
  const fit = resize["format"] === undefined ? {} : preprocessing;
  return { preprocessing: { ...changesOf(told, path), ...fit }, size: sizeIn(resize) };
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
  letterbox: { fit: "letterbox_center" },
  "letterbox-reflect-edges": { fit: "letterbox_center" },
  // A fixed input needs a border; the reference takes this one.
  "fit-longer-edge": { fit: "letterbox_center", pad: 127 },
  // The reference fills up with black, whatever the border is said to be.
  "center-crop": { fit: "crop_center", pad: 0 },
};

function fitOf(input: Fields, path: string): Partial<Preprocessing> {
  const { resize_mode: mode, padding_value: pad } = input;
  const border = { pad: typeof pad === "number" ? pad : 0 };
  if (mode === undefined || mode === null) return typeof pad === "number" ? border : {};
  const fit = FITS[String(mode)];
  if (fit === undefined) {
    throw unsupported(path, `resize_mode "${String(mode)}", expected ${Object.keys(FITS).join(", ")}`);
  }
  refuseTwoSizes(input, path);
  return { ...border, ...fit };
}

/** Pictures of RF-DETR get the size of the data set and are then stretched; that is one step only where the shape stays. */
function refuseTwoSizes(input: Fields, path: string): void {
  const [first, last] = [fields(input["dataset_version_resize_dimensions"]), fields(input["training_input_size"])].map(
    sizeIn,
  );
  const mode = input["resize_mode"];
  if (first?.width === undefined || first.height === undefined || mode === "stretch") return;
  const { width = first.width, height = first.height } = last ?? {};
  const isSame = mode === "center-crop" ? first.width === width : first.width * height === first.height * width;
  if (isSame) return;
  const sizes = `${first.width}x${first.height} of the data set, then to ${width}x${height} of the model`;
  throw unsupported(path, `pictures are fitted (${String(mode)}) to ${sizes}, and only one step is made`);
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

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unsupported(path, "PREPROCESSING of environment.json is no JSON");
  }
}

function sizeIn({ width, height }: Fields): { width?: number; height?: number } {
  return { ...(typeof width === "number" ? { width } : {}), ...(typeof height === "number" ? { height } : {}) };
}

function isTriple(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((number) => typeof number === "number");
}
