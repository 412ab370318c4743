import type { InferenceSession } from "onnxruntime-node";
import { BugError } from "../base/errors.ts";
import { freeNow } from "../base/free-now.ts";
import { knownInput, type ModelDescription } from "./description.ts";
import type { ExtraInput, Family, OutputTensor } from "./families/family.ts";
import { readUnchanged } from "./files/model-file.ts";
import { partOf } from "./files/onnx-part.ts";
import type { ProviderOptions } from "./gpu/provider-options.ts";
import type { ProviderName } from "./provider-library.ts";
import { firstWorking, LADDER, type Refusal } from "./providers.ts";
import { createSession, runSession, tensorOf } from "./runtime.ts";
import { PIXELS, withUint8Input } from "./uint8-input.ts";

export interface SessionSettings {
  /** Tried in this order; default `LADDER`. */
  providers?: readonly ProviderName[];
  /** For those of a GPU. */
  providerOptions?: ProviderOptions;
  /** Threads within one run on the CPU; default 1, as several sessions side by side do more in all. */
  threads?: number;
  /** Most pictures in one run where the model leaves it free; default 1. */
  maxBatch?: number;
  /** What the model takes beside pictures. */
  extraInputs?: Family["extraInputs"];
  /** Inputs that may be others in each run. */
  changing?: () => readonly ExtraInput[];
}

export interface PictureSize {
  width: number;
  height: number;
}

export interface ModelSession {
  /** The provider that runs the model. */
  provider: ProviderName;
  /** Those tried before it. */
  refusals: Refusal[];
  maxBatch: number;
  /** What one grey picture gave (or a batch of them where the file fixes that), in the order of the file. */
  firstOutputs: OutputTensor[];
  /** Runs the model on 1 to `maxBatch` packed pictures of its input size, or of another one where that is free. One run at a time. */
  run(pictures: readonly Uint8Array[], size?: PictureSize): Promise<OutputTensor[]>;
  close(): Promise<void>;
}

/** Opens a model on the first provider that runs it; throws `ModelError` when none does or the file changed. */
export async function openSession(
  description: ModelDescription,
  settings: SessionSettings = {},
): Promise<ModelSession> {
  const bytes = await readUnchanged(description);
  const { part } = description;
  const whole = part === null ? bytes : partOf(bytes, part);
  const model = withUint8Input(whole, description);
  freeNow([bytes, whole]);
  const { providers = LADDER } = settings;
  const { provider, refusals, value } = await firstWorking(description.path, providers, (name) =>
    openOn(name, model, { description, settings }),
  ).finally(() => freeNow([model]));
  return { provider, refusals, ...value };
}

type OpenSession = Omit<ModelSession, "provider" | "refusals">;

interface Opening {
  description: ModelDescription;
  settings: SessionSettings;
}

function changingOf({ settings: { changing } }: Opening) {
  return Object.fromEntries((changing?.() ?? []).map((extra) => [extra.name, tensorOf(extra)]));
}

async function openOn(provider: ProviderName, model: Uint8Array, opening: Opening): Promise<OpenSession> {
  const { description, settings } = opening;
  const session = await createSession(model, provider, settings);
  try {
    const runner = createRunner(session, opening);
    // Some faults show only when a provider first computes; both ends of the range, so that TensorRT builds for all.
    const outputs = await runner.run([runner.blank]);
    if (runner.maxBatch > 1 && description.dynamicBatch) {
      await runner.run(Array.from({ length: runner.maxBatch }, () => runner.blank));
    }
    const { maxBatch, run } = runner;
    return { maxBatch, run, firstOutputs: outputs, close: () => session.release() };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function createRunner(session: InferenceSession, opening: Opening) {
  const { isFree } = knownInput(opening.description);
  return isFree ? createFreeRunner(session, opening) : createFixedRunner(session, opening);
}

/** What a run feeds beside the pictures, as far as the file takes it. */
function extrasOf({ description, settings: { extraInputs } }: Opening, run: { batch: number } & PictureSize) {
  const taken = (extraInputs?.(run) ?? []).filter(({ name }) =>
    description.inputs.some((input) => input.name === name),
  );
  return Object.fromEntries(taken.map((extra) => [extra.name, tensorOf(extra)]));
}

/** One picture of any size in each run. */
function createFreeRunner(session: InferenceSession, opening: Opening) {
  const usual = knownInput(opening.description);
  const run = async ([picture, ...others]: readonly Uint8Array[], { width, height }: PictureSize = usual) => {
    if (picture === undefined || others.length > 0 || picture.length !== width * height * 3) {
      throw new BugError(`expected one picture of ${width}x${height}`);
    }
    // The runtime refuses views of shared memory.
    const pixels = tensorOf({ elementType: "uint8", dims: [1, height, width, 3], values: Uint8Array.from(picture) });
    return runSession(session, {
      [PIXELS]: pixels,
      ...extrasOf(opening, { batch: 1, width, height }),
      ...changingOf(opening),
    });
  };
  return { run, maxBatch: 1, blank: new Uint8Array(usual.width * usual.height * 3).fill(114) };
}

function createFixedRunner(session: InferenceSession, opening: Opening) {
  const { description, settings } = opening;
  const { width, height, batch } = knownInput(description);
  const size = width * height * 3;
  const limit = description.dynamicBatch ? (settings.maxBatch ?? 1) : batch;
  // The runtime refuses views of shared memory, so pictures are copied into this one buffer.
  const pixels = new Uint8Array(limit * size);
  const inputs = description.dynamicBatch ? [...Array(limit).keys()].map((index) => index + 1) : [batch];
  const feeds = new Map(
    inputs.map((count) => {
      const picture = tensorOf({
        elementType: "uint8",
        dims: [count, height, width, 3],
        values: pixels.subarray(0, count * size),
      });
      return [count, { [PIXELS]: picture, ...extrasOf(opening, { batch: count, width, height }) }];
    }),
  );
  const run = async (pictures: readonly Uint8Array[]): Promise<OutputTensor[]> => {
    if (pictures.length < 1 || pictures.length > limit || pictures.some(({ length }) => length !== size)) {
      throw new BugError(`expected 1 to ${limit} pictures of ${size} bytes, got ${pictures.map((p) => p.length)}`);
    }
    for (const [index, picture] of pictures.entries()) pixels.set(picture, index * size);
    const feed = feeds.get(description.dynamicBatch ? pictures.length : batch) ?? {};
    return runSession(session, { ...feed, ...changingOf(opening) });
  };
  return { run, maxBatch: limit, blank: new Uint8Array(size).fill(114) };
}
