import type { FamilyName, ModelInput } from "../description.ts";
import type { OnnxFile, TensorInfo } from "../onnx-file.ts";

/** Everything a family may judge a file by. */
export interface ModelFacts {
  file: Pick<OnnxFile, "inputs" | "outputs" | "metadata">;
  image: ImageFacts;
  /** Number of class names in the metadata, null when there are none. */
  nameCount: number | null;
  /** Whether the user says that it is this family, so that doubt is no reason to refuse. */
  stated: boolean;
}

/** The input that takes the picture; null where the file leaves a size free and nobody states it. */
export interface ImageFacts {
  info: TensorInfo;
  layout: ModelInput["layout"];
  width: number | null;
  height: number | null;
}

/** What only the family tells about the input. */
type Preprocessing = Pick<ModelInput, "order" | "scale" | "mean" | "std" | "fit" | "pad">;

/** `reason` continues "<family>: " when it matches and "not <family>: " when not. */
export type Verdict = { matches: true; classCount: number; reason: string } | { matches: false; reason: string };

export function no(reason: string): Verdict {
  return { matches: false, reason };
}

/** An output tensor of a run, as float32. */
export interface OutputTensor {
  data: Float32Array;
  dims: readonly number[];
}

export interface DecodeRequest {
  /** In the order of the file. */
  outputs: readonly OutputTensor[];
  /** Which picture of the batch. */
  index: number;
  /** Size of the model's input in pixels. */
  width: number;
  height: number;
  /** Lowest score to keep. */
  confidence: number;
}

/** One layout of outputs: how to know it, how to feed it, how to read it. */
export interface Family {
  name: FamilyName;
  preprocessing: Preprocessing;
  /** Whether decoded boxes still overlap for one object. */
  needsSuppression: boolean;
  match(facts: ModelFacts): Verdict;
  /** Adds every box of at least `confidence` to `into`, in pixels of the model's input. */
  decode(request: DecodeRequest, into: Candidates): void;
}

/** Growing list of boxes, x min, y min, x max, y max, score, class index each; reused from run to run. */
export interface Candidates {
  rows: Float32Array;
  count: number;
}

export function createCandidates(): Candidates {
  return { rows: new Float32Array(6 * 256), count: 0 };
}

/** Makes room for one more row and returns where it begins. */
export function nextRow(candidates: Candidates): number {
  const at = candidates.count * 6;
  if (at === candidates.rows.length) {
    const rows = new Float32Array(at * 2);
    rows.set(candidates.rows);
    candidates.rows = rows;
  }
  candidates.count++;
  return at;
}

/** The dimensions after the batch axis of a file's only output, or why there are none. */
export function onlyOutput({ file }: ModelFacts): readonly [number | string, number | string] | string {
  const [output, ...others] = file.outputs;
  const [, first, second, ...rest] = output?.shape ?? [];
  if (output !== undefined && others.length === 0 && first !== undefined && second !== undefined && rest.length === 0) {
    return [first, second];
  }
  const found = file.outputs.map(({ name, shape }) => `"${name}" [${shape.join(", ")}]`).join(" and ");
  return `expected one output of 3 dimensions, found ${found}`;
}
