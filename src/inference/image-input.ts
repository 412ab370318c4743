import { ModelError } from "../base/errors.ts";
import type { ImageFacts } from "./families/family.ts";
import type { OnnxFile, TensorInfo } from "./files/onnx-file.ts";
import { readPythonLiteral } from "./files/python-literal.ts";

/** The input of a model that takes the picture, with its size as far as it is known. */
export interface ImageInput extends ImageFacts {
  batch: number;
  dynamicBatch: boolean;
  /** Where the size comes from. */
  reason: string;
}

interface Size {
  width?: number;
  height?: number;
}

/** Finds the only input of 4 dimensions with 3 channels, else of one picture without a batch, else of grey ones; a string tells why there is none. `beside` is a size told by files beside it. */
export function findImageInput(file: OnnxFile, stated: Size, beside: Size = {}): ImageInput | string {
  const batches = file.inputs.flatMap((info) => {
    const layout = layoutOf(info);
    return layout === null ? [] : [{ info, layout }];
  });
  const single = file.inputs.filter(({ shape }) => shape.length === 3 && shape[2] === 3);
  const pictures = single.map((info) => ({ info, layout: "hwc" as const }));
  const grey = file.inputs.filter(({ shape }) => shape.length === 4 && shape[1] === 1);
  const lines = grey.map((info) => ({ info, layout: "grey" as const }));
  const [found, ...more] = [batches, pictures, lines].find((candidates) => candidates.length > 0) ?? [];
  if (found === undefined || more.length > 0) {
    return `expected one input of 4 dimensions with 3 channels, found ${describeAll(file.inputs)}`;
  }
  const { info, layout } = found;
  const [height, width] = sidesOf(info, layout);
  const batch = layout === "hwc" ? 1 : info.shape[0];
  const size = sizeOf(numeric(width), numeric(height), {
    stated,
    found: { ...beside, ...sizeInMetadata(file.metadata) },
    info,
  });
  return { info, layout, ...size, batch: numeric(batch) ?? 1, dynamicBatch: typeof batch === "string" };
}

function layoutOf({ shape }: TensorInfo): ImageFacts["layout"] | null {
  if (shape.length !== 4) return null;
  // Exporters of Hugging Face leave even the number of channels free.
  if (shape[1] === 3 || shape[1] === "num_channels") return "nchw";
  return shape[3] === 3 ? "nhwc" : null;
}

/** Height and width of an input. */
export function sidesOf({ shape }: TensorInfo, layout: ImageFacts["layout"]): (number | string | undefined)[] {
  const first = { nchw: 2, grey: 2, nhwc: 1, hwc: 0 }[layout];
  return [shape[first], shape[first + 1]];
}

function sizeOf(
  width: number | null,
  height: number | null,
  from: { stated: Size; found: Size; info: TensorInfo },
): Pick<ImageInput, "width" | "height" | "reason"> {
  const { stated, found, info } = from;
  refuseOther("width", width, stated.width, info);
  refuseOther("height", height, stated.height, info);
  if (width !== null && height !== null) return { width, height, reason: `input of ${width}x${height} pixels` };
  const known = {
    width: width ?? stated.width ?? found.width,
    height: height ?? stated.height ?? found.height,
  };
  if (known.width === undefined || known.height === undefined) {
    return { width: null, height: null, reason: "the file leaves the size of the input free and does not tell one" };
  }
  const source =
    stated.width === undefined && stated.height === undefined
      ? "the file's metadata or the files beside it"
      : "the statement";
  return {
    width: known.width,
    height: known.height,
    reason: `input of free size, ${known.width}x${known.height} pixels by ${source}`,
  };
}

function refuseOther(side: string, fixed: number | null, stated: number | undefined, info: TensorInfo): void {
  if (fixed === null || stated === undefined || stated === fixed) return;
  const message = `the ${side} of input "${info.name}" is fixed at ${fixed}, stated is ${stated}`;
  throw new ModelError("MODEL_SIZE_MISMATCH", message, { fixed, stated });
}

/** Ultralytics writes imgsz as [height, width]. */
function sizeInMetadata(metadata: Readonly<Record<string, string>>): Size {
  const value = readPythonLiteral(metadata["imgsz"] ?? "");
  if (typeof value === "number") return { width: value, height: value };
  if (!Array.isArray(value)) return {};
  const [height, width] = value;
  return typeof height === "number" && typeof width === "number" ? { width, height } : {};
}

function numeric(dim: number | string | undefined): number | null {
  return typeof dim === "number" ? dim : null;
}

function describeAll(tensors: readonly TensorInfo[]): string {
  const texts = tensors.map(({ name, elementType, shape }) => `"${name}" ${elementType} [${shape.join(", ")}]`);
  return texts.length === 0 ? "none" : texts.join(" and ");
}
