import type { Issue } from "../../base/issue.ts";
import { zoneCameraIssues } from "../config/zone-camera-issues.ts";
import { withParameters } from "../prepare/prepare.ts";
import type { PreparedConfig } from "../reload/config-changes.ts";
import type { Drawn } from "../zones/zone-file.ts";
import { zoneRevision, zonesInForce } from "../zones/zones-in-force.ts";
import { type Change, type Refused, refused } from "./control.ts";

type ZoneChange = Extract<Change, { type: "zone" }>;

/** A config with other drawn zones over its own. */
export function withDrawn({ config, prepared }: PreparedConfig, drawn: Drawn): PreparedConfig {
  const zones = zonesInForce(config, drawn.zones);
  const pipelines = prepared.pipelines.map((pipeline) => {
    const { parameters } = pipeline.config;
    return pipeline.faultsOf(parameters, zones).length > 0 ? pipeline : withParameters(pipeline, parameters, zones);
  });
  return { config, prepared: { ...prepared, pipelines, drawn } };
}

/** Why a zone is not changed, as others have changed it since or as a pipeline would not take it; null where nothing speaks against it. */
export function whyNot({ id, zone, revision }: ZoneChange, now: PreparedConfig, next: Drawn): Refused | null {
  const { config, prepared } = now;
  const before = zonesInForce(config, prepared.drawn.zones);
  const found = revisionIn(now, id);
  if (zone === null && prepared.drawn.zones[id] === undefined) {
    const isOfConfig = Object.hasOwn(config.zones, id);
    const why = isOfConfig ? "it stands in the config, and is deleted there" : "there is none of this name";
    return refused("ZONE_NOT_DRAWN", `no zone "${id}" was drawn: ${why}`);
  }
  if (revision !== "any" && revision !== found) return refused("ZONE_CHANGED", changedWords(id, found, revision));
  const faults = zone === null ? [] : zoneCameraIssues({ [id]: zone }, Object.keys(config.cameras));
  const after = zonesInForce(config, next.zones);
  const issues =
    faults.length > 0
      ? faults
      : prepared.pipelines.flatMap(({ config: { parameters }, faultsOf }) => {
          const known = faultsOf(parameters, before).map(({ message }) => message);
          return faultsOf(parameters, after).filter(({ message }) => !known.includes(message));
        });
  if (issues.length === 0) return null;
  return { ...refused("ZONE_REFUSED", issues.map(wordsOf).join("\n")), issues };
}

/** Of a zone as it is now; null where there is none. */
function revisionIn({ config, prepared }: PreparedConfig, id: string): string | null {
  const drawn = prepared.drawn.zones;
  const zone = Object.hasOwn(drawn, id) ? drawn[id] : config.zones[id];
  return zone === undefined ? null : zoneRevision(zone, Object.hasOwn(drawn, id) ? "drawn" : "config");
}

function changedWords(id: string, found: string | null, revision: string | null): string {
  if (revision === null) return `there is a zone "${id}" already`;
  return found === null ? `zone "${id}" was deleted meanwhile` : `zone "${id}" was changed meanwhile`;
}

function wordsOf({ message, hint }: Issue): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
