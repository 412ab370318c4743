import { configWarnings } from "../config/config-warnings.ts";
import type { Config } from "../config/schema/config-schema.ts";
import { hasCamera } from "../zones/zones-in-force.ts";
import type { Prepared } from "./prepare.ts";

/** What is in order and most likely not meant: of a config, its definitions and the zones that were drawn. */
export function warningsOf(config: Config, prepared: Pick<Prepared, "warnings" | "drawn" | "pipelines">): string[] {
  return [...configWarnings(config), ...prepared.warnings, ...drawnWarnings(config, prepared)];
}

function drawnWarnings(config: Config, { drawn, pipelines }: Pick<Prepared, "drawn" | "pipelines">): string[] {
  const zones = Object.entries(drawn.zones).flatMap(([id, zone]) => {
    if (!hasCamera(zone, config.cameras))
      return [`zone ${id}: it was drawn for camera "${zone.camera}", which the config does not have, and is set aside`];
    return Object.hasOwn(config.zones, id)
      ? [
          `zone ${id}: the one of the config is not used, as one that was drawn stands over it; delete that one to have it back`,
        ]
      : [];
  });
  const waiting = pipelines.flatMap(({ id, lacking }) =>
    lacking === null ? [] : [`pipeline ${id}: ${lacking}; it waits`],
  );
  return [...drawn.damage, ...zones, ...waiting];
}
