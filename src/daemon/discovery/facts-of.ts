import type { Config } from "../config/schema/config-schema.ts";
import { outputKinds } from "../prepare/chosen-outputs.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import { plainOutputs } from "../worker/plain-values.ts";
import { wordingOf } from "./component.ts";
import type { DiscoveryFacts } from "./discovery.ts";

/** What discovery announces of a config. */
export function factsOf(
  config: Config,
  pipelines: readonly PreparedPipeline[],
  takesCommands: boolean,
): DiscoveryFacts {
  return {
    device: config.device,
    commands: takesCommands ? (config.mqtt?.commands ?? "none") : "none",
    wording: wordingOf(config.mqtt?.home_assistant),
    cameras: pipelines.flatMap(camerasOf),
  };
}

function camerasOf({ config, plan, detections, picture }: PreparedPipeline): DiscoveryFacts["cameras"] {
  const { counts, events, values, snapshots } = config.publish;
  const outputs = values ? plainOutputs(plan, detections) : [];
  const kinded = outputs.map(([name, level]) => ({ name, level, kinds: outputKinds(plan, name) }));
  return config.cameras.map((id) => ({
    id,
    hasPicture: picture !== null,
    showsEvents: snapshots.mqtt,
    isCounted: counts && events,
    values: kinded,
  }));
}
