import { Tensor } from "onnxruntime-node";
import { ModelError, messageOf } from "../../base/errors.ts";
import type { DecoderDescription } from "../description.ts";
import type { ExtraInput, OutputTensor } from "../families/family.ts";
import { hashOf, readModelFile } from "../files/model-file.ts";
import { firstWorking, LADDER } from "../providers.ts";
import { createSession, runSession, tensorOf } from "../runtime.ts";
import type { SessionSettings } from "../session.ts";

/** What the encoder gave for a picture, by the names of its outputs. */
export type Features = ReadonlyMap<string, OutputTensor>;

/** The second file of a prompted model. */
export interface OpenDecoder {
  /** Outputs in the order of the file. */
  run(features: Features, prompt: readonly ExtraInput[]): Promise<OutputTensor[]>;
  close(): Promise<void>;
}

/** Opens a decoder on the first provider that runs it on `first`; throws `ModelError` when none does or the file changed. */
export async function openDecoder(
  description: DecoderDescription,
  settings: SessionSettings,
  first: { features: Features; prompt: readonly ExtraInput[] },
): Promise<OpenDecoder> {
  const { path, sha256, inputs } = description;
  const bytes = await readModelFile(path);
  if (hashOf(bytes) !== sha256) {
    throw new ModelError("MODEL_CHANGED", `model "${path}": the file changed since it was inspected`, { path, sha256 });
  }
  const { value } = await firstWorking(path, settings.providers ?? LADDER, async (provider) => {
    const session = await createSession(bytes, provider, settings);
    const run: OpenDecoder["run"] = (features, prompt) => {
      const taken = inputs.flatMap(({ name }) => {
        const given = features.get(name);
        return given === undefined ? [] : [[name, new Tensor("float32", given.data, given.dims)] as const];
      });
      const feed = [...taken, ...prompt.map((input) => [input.name, tensorOf(input)] as const)];
      return runSession(session, Object.fromEntries(feed));
    };
    try {
      // Some faults show only in a run.
      await run(first.features, first.prompt);
      return { run, close: () => session.release() };
    } catch (error) {
      await session.release();
      throw error;
    }
  });
  return {
    close: value.close,
    run: (features, prompt) =>
      value.run(features, prompt).catch((error: unknown) => {
        const message = `model "${path}": run failed: ${messageOf(error)}`;
        throw new ModelError("MODEL_RUN_FAILED", message, { path }, { cause: error });
      }),
  };
}
