// The only file that loads ONNX Runtime. A run blocks its thread, so sessions are opened in worker threads only.
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { BugError } from "../base/errors.ts";
import { freeNow } from "../base/free-now.ts";
import type { ExtraInput, OutputTensor } from "./families/family.ts";
import { type ProviderOptions, placeOf } from "./gpu/provider-options.ts";
import type { ProviderName } from "./provider-library.ts";

// What the runtime would log it also throws, and its log goes straight to the process's stderr.
env.logLevel = "fatal";
const SILENT = 4;

interface Opening {
  /** Within one run on the CPU; 1 by default. */
  threads?: number;
  providerOptions?: ProviderOptions;
}

/** Opens a session on one provider. */
export function createSession(
  model: Uint8Array,
  provider: ProviderName,
  { threads = 1, providerOptions }: Opening,
): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    ...placeOf(provider, providerOptions),
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // A plan of all memory of a run lies beside the memory that the first run took, and saves no time on the CPU.
    enableMemPattern: provider !== "cpu",
    graphOptimizationLevel: "all",
    logSeverityLevel: SILENT,
  });
}

/** One run; outputs in the order of the file, as float32. */
export async function runSession(session: InferenceSession, feed: InferenceSession.FeedsType): Promise<OutputTensor[]> {
  const results = await session.run(feed, { logSeverityLevel: SILENT });
  return session.outputNames.map((output) => toOutput(results[output]));
}

/** Bytes are taken as they are and not copied. */
type Values = Omit<ExtraInput, "name"> | { elementType: "uint8"; dims: readonly number[]; values: Uint8Array };

export function tensorOf(given: Values): Tensor {
  const { elementType, dims, values } = given;
  if (elementType === "uint8") return new Tensor(elementType, values as Uint8Array, dims);
  if (elementType === "float32") return new Tensor(elementType, Float32Array.from(values), dims);
  if (elementType === "int32") return new Tensor(elementType, Int32Array.from(values), dims);
  return new Tensor(elementType, BigInt64Array.from(values as readonly number[], BigInt), dims);
}

function toOutput(tensor: Tensor | undefined): OutputTensor {
  if (tensor === undefined) throw new BugError("the runtime left out an output");
  const { data, dims } = tensor;
  if (data instanceof Float32Array) return { data, dims };
  const output = { data: Float32Array.from(data as ArrayLike<number>, Number), dims };
  if (ArrayBuffer.isView(data)) freeNow([data]);
  return output;
}

/** Frees the memory of outputs that have been read; they are empty afterwards. */
export function freeOutputs(outputs: readonly OutputTensor[]): void {
  freeNow(outputs.map(({ data }) => data));
}
