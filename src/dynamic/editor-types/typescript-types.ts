import type { DynamicBlockDefinition, DynamicInputDefinition } from "../../definition/dynamic-block.ts";
import type { KindName } from "../../kinds/kinds.ts";
import { type BlockSignature, blockSignature, type InputSignature } from "../declare/block-signature.ts";
import { importNames } from "../declare/module-imports.ts";

/**
 * Declarations for editors (a `.d.ts`): the namespace `millrace` with what code of blocks works with and, for a block,
 * its `Inputs`, `Outputs`, `Result` and `Run`.
 */
export function typeScriptTypes(definition: DynamicBlockDefinition | null): string {
  if (definition === null) return COMMON;
  return [COMMON, ofBlock(blockSignature(definition)), ...imported(definition.code.imports)].join("\n");
}

function ofBlock(signature: BlockSignature): string {
  const one = signature.isList ? "Outputs[]" : "Outputs | null";
  return `declare namespace millrace {
  /** What \`run\` of ${signature.type} gets. */
  interface Inputs {
${signature.inputs.map((input) => `    ${nameOf(input.name)}${input.isOptional ? "?" : ""}: ${inputType(input)};\n`).join("")}  }

  /** null where a value is missing. */
  interface Outputs {
${signature.outputs.map(({ name, kinds }) => `    ${nameOf(name)}: ${orNull(typeOf(kinds))};\n`).join("")}  }

  type Result = ${signature.isBatch ? `(${one})[]` : one};
  type Run = (inputs: Inputs, self: Self) => Result | Promise<Result>;
}
`;
}

function inputType({ kinds, literals, isOptional, isNullable, lists, isMixed }: InputSignature): string {
  const value = typeOf(kinds, literals);
  const element = isNullable ? orNull(value) : value;
  const whole = lists === 0 || element === "any" ? element : `(${element})`;
  const single = `${whole}${"[]".repeat(Math.max(0, lists - 1))}`;
  const listed = `${whole}${"[]".repeat(lists)}`;
  const type = isMixed && single !== "any" ? `${single} | ${listed}` : listed;
  return isOptional ? orNull(type) : type;
}

function orNull(type: string): string {
  return type === "any" || type.endsWith("| null") ? type : `${type} | null`;
}

function typeOf(kinds: readonly string[], literals: DynamicInputDefinition["value_types"] = []): string {
  const types = [
    ...kinds.map((kind) => KINDS[kind as KindName] ?? "any"),
    ...literals.map((literal) => LITERALS[literal]),
  ];
  return types.length === 0 || types.includes("any") ? "any" : [...new Set(types)].join(" | ");
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Not for a name that declarations of Node or of browsers have as a variable of another type. */
function imported(imports: readonly string[]): string[] {
  return importNames(imports)
    .filter((name) => name !== "crypto")
    .map((name) => `declare const ${name}: typeof import("node:${name}");\n`);
}

const LITERALS: Readonly<Record<DynamicInputDefinition["value_types"][number], string>> = {
  any: "any",
  integer: "number",
  float: "number",
  boolean: "boolean",
  dict: "Record<string, any>",
  list: "any[]",
  string: "string",
};

const KINDS: Readonly<Record<KindName, string>> = {
  "*": "any",
  image: "Image",
  video_metadata: "VideoMetadata",
  object_detection_prediction: "Detections",
  instance_segmentation_prediction: "Detections",
  rle_instance_segmentation_prediction: "Detections",
  semantic_segmentation_prediction: "Detections",
  keypoint_detection_prediction: "Detections",
  qr_code_detection: "Detections",
  bar_code_detection: "Detections",
  detection: "any",
  classification_prediction: "Record<string, any>",
  action_recognition_prediction: "any",
  detections_overlaps: "any[]",
  boolean: "boolean",
  integer: "number",
  float: "number",
  float_zero_to_one: "number",
  string: "string",
  dictionary: "Record<string, any>",
  list_of_values: "any[]",
  top_class: "string | string[]",
  prediction_type: "string",
  parent_id: "string",
  inference_id: "string",
  language_model_output: "string",
  roboflow_model_id: "string",
  roboflow_project: "string",
  roboflow_solution: "string",
  roboflow_api_key: "string",
  ROBOFLOW_MANAGED_KEY: "string",
  secret: "string",
  timestamp: "Date",
  bytes: "Uint8Array",
  rgb_color: "string | number[]",
  zone: "number[][] | number[][][]",
  point: "number[]",
  labeled_points: "any[]",
  contours: "any[]",
  numpy_array: "any",
  tensor: "any",
  embedding: "number[] | Float32Array",
  image_keypoints: "any",
  image_metadata: "Record<string, any>",
  serialised_payloads: "any",
};

const COMMON = `// Types for code of blocks. They are there for editors and for tsc; nothing of them runs.

declare namespace millrace {
  /** One object. Coordinates are in pixels of the picture that its container names. */
  interface Detection {
    /** x min, y min, x max, y max. */
    box: [number, number, number, number];
    confidence: number;
    class: string;
    classId: number;
    detectionId: string;
    trackerId?: number;
    /** Seconds. */
    timeInZone?: number;
    /** Which pixels the object covers. */
    mask?: Mask;
    keypoints?: KeyPoint[];
    /** Further fields by the names that they have in JSON. */
    data?: Record<string, unknown>;
  }

  /** Pixels of an object in a window of the picture. */
  interface Mask {
    x: number;
    y: number;
    width: number;
    height: number;
    /** Down the columns from the left: lengths of runs of pixels outside and inside in turn, the first outside; they fill the window. */
    runs: Uint32Array;
  }

  /** A named point of an object, in pixels of the picture. */
  interface KeyPoint {
    x: number;
    y: number;
    class: string;
    classId: number;
    confidence: number;
  }

  /** Value of the kinds of predictions. Make new ones from it: \`{ ...predictions, items }\`. */
  interface Detections {
    kind: "detections";
    items: Detection[];
    /** Size in pixels of the picture. */
    width: number;
    height: number;
    parentId: string;
    parent: Placement | null;
    root: Placement;
    inferenceId?: string;
  }

  /** Where a picture lies in the one it was cut from, in pixels. */
  interface Placement {
    id: string;
    width: number;
    height: number;
    offsetX: number;
    offsetY: number;
  }

  /** Value of the kind \`image\`; its pixels are read with \`self.pixels\`. */
  interface Image {
    kind: "image";
    width: number;
    height: number;
    pixels: OwnPixels | { type: "frame" };
    parentId: string;
    parent: Placement | null;
    root: Placement;
    video: VideoMetadata | null;
  }

  /** Pixels of a picture that a block makes: red, green and blue, rows \`3 * width\` bytes apart. */
  interface OwnPixels {
    type: "owned";
    rgb: Uint8Array;
    width: number;
    height: number;
  }

  interface VideoMetadata {
    videoIdentifier: string;
    /** Counted from 1. */
    frameNumber: number;
    /** Milliseconds since 1970. */
    frameTimestamp: number;
    fps: number | null;
    measuredFps: number | null;
    comesFromVideoFile: boolean | null;
  }

  interface PixelView {
    rgb: Uint8Array;
    /** Bytes from one row to the next. */
    stride: number;
    width: number;
    height: number;
  }

  interface Pixels {
    /** Without a copy. Only read them, and only until \`run\` has answered. */
    view(image: Image): PixelView;
    /** In memory of your own, rows \`3 * width\` bytes apart. */
    copy(image: Image): Uint8Array;
  }

  /** One object for each step; declare what you add to it in an interface of this name. */
  interface Self {
    /** Name of the step. */
    step: string;
    /** Camera that the element belongs to. */
    source: string;
    /** Cameras of all elements, where a call gets several. */
    sources: readonly string[];
    pixels: Pixels;
    /** What \`init\` returned, \`{}\` without it. */
    initResults: any;
  }
}
`;
