import { messageOf } from "../../../base/errors.ts";
import type { ModelDescription } from "../../../inference/description.ts";
import { createArena } from "../../../stream/frames/arena.ts";
import { gpuOptions } from "../../config/gpu-options.ts";
import type { Config } from "../../config/schema/config-schema.ts";
import { openModels } from "../../models/models.ts";
import type { DaemonEvent } from "../../report/events.ts";
import type { Finding } from "./doctor.ts";

/** Opens each model as the daemon would, which runs it on a blank picture, one after the other. */
export async function examineModels(
  descriptions: ReadonlyMap<string, ModelDescription>,
  config: Pick<Config, "inference" | "state_dir">,
): Promise<Finding[]> {
  const { providers, max_batch: maxBatch } = config.inference;
  const opened: (DaemonEvent & { type: "model_opened" })[] = [];
  const models = openModels({
    arena: createArena({ sizeBytes: 2 ** 16, configKey: "frame_memory_mb" }).memory,
    descriptions,
    inference: { providers, providerOptions: gpuOptions(config), sessions: 1, maxBatch, maxWaitMs: 0 },
    report: (event) => void (event.type === "model_opened" && opened.push(event)),
  });
  const findings: Finding[] = [];
  try {
    for (const id of descriptions.keys()) {
      const failure = await models.open(id).then(
        () => null,
        (error: unknown) => messageOf(error),
      );
      findings.push(findingOf(id, failure, opened.at(-1)));
    }
  } finally {
    await models.close();
  }
  return findings;
}

function findingOf(
  model: string,
  failure: string | null,
  opened: (DaemonEvent & { type: "model_opened" }) | undefined,
): Finding {
  const id = `model ${model}`;
  if (failure !== null || opened === undefined) return { id, status: "failed", found: failure ?? "it did not open" };
  const { provider, via, ms, refusals } = opened;
  const found = `it runs on ${provider}${via === "binding" ? " without options" : ""}, opened and run once in ${(ms / 1000).toFixed(1)} s`;
  if (refusals.length === 0) return { id, status: "ok", found };
  const refused = refusals.map(({ provider: name, reason }) => `${name}: ${reason}`).join("; ");
  return { id, status: "ok", found: `${found}; refused by ${refused}` };
}
