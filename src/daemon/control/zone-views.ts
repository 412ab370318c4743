import { outlineOf, type Point, type ZoneConfig, type Zones } from "../config/schema/zone-schema.ts";
import { zoneReferences, zonesOf } from "../input/zone-reference.ts";
import type { PreparedPipeline } from "../prepare/prepare.ts";
import type { PreparedConfig } from "../reload/config-changes.ts";
import { hasCamera, zoneRevision, zonesInForce } from "../zones/zones-in-force.ts";

/** A zone as it is shown and edited. */
export interface ZoneView {
  id: string;
  /** Null for one of every camera. */
  camera: string | null;
  kind: "polygon" | "line";
  /** Parts of the picture. */
  points: readonly Point[];
  origin: "config" | "drawn";
  /** Drawn over one of the config, which comes back when this one is deleted. */
  over_config: boolean;
  /** Another one after every change. */
  revision: string;
  /** Whether it is in force: its camera is there. */
  in_force: boolean;
  used_by: readonly ZoneUse[];
}

export interface ZoneUse {
  pipeline: string;
  parameter: string;
}

/** What a parameter could be to take a zone. */
export interface ZoneFit extends ZoneUse {
  value: { zone: string } | { zones: readonly string[] };
}

/** All zones by their names, those of the config and those that were drawn. */
export function zoneViews(running: PreparedConfig): ZoneView[] {
  const { config, prepared } = running;
  const ids = [...new Set([...Object.keys(config.zones), ...Object.keys(prepared.drawn.zones)])].sort();
  return ids.flatMap((id) => zoneView(id, running) ?? []);
}

export function zoneView(id: string, { config, prepared }: PreparedConfig): ZoneView | null {
  const own = ownOf(config.zones, id);
  const drawn = ownOf(prepared.drawn.zones, id);
  const zone = drawn ?? own;
  if (zone === undefined) return null;
  const origin = drawn === undefined ? "config" : "drawn";
  return {
    id,
    camera: zone.camera ?? null,
    ...outlineOf(zone),
    origin,
    over_config: origin === "drawn" && own !== undefined,
    revision: zoneRevision(zone, origin),
    in_force: hasCamera(zone, config.cameras),
    used_by: prepared.pipelines.flatMap((pipeline) => usesIn(pipeline, id, zonesInForce(config, prepared.drawn.zones))),
  };
}

function ownOf(zones: Zones, id: string): ZoneConfig | undefined {
  return Object.hasOwn(zones, id) ? zones[id] : undefined;
}

function usesIn(
  { id: pipeline, config: { parameters, cameras } }: PreparedPipeline,
  zone: string,
  zones: Zones,
): ZoneUse[] {
  return zoneReferences(parameters).flatMap(([parameter, reference]) => {
    const isUsed = cameras.some((camera) => zonesOf(reference, zones, camera).some(([id]) => id === zone));
    return isUsed ? [{ pipeline, parameter }] : [];
  });
}

/** Parameters that would take the zone, by the check that the config is held to. */
export function zoneFits(id: string, { config, prepared }: PreparedConfig): ZoneFit[] {
  const zones = zonesInForce(config, prepared.drawn.zones);
  return prepared.pipelines.flatMap((pipeline) => fitsOf(pipeline, id, zones));
}

function fitsOf(
  { id: pipeline, plan, config: { parameters }, faultsOf }: PreparedPipeline,
  zone: string,
  zones: Zones,
) {
  const count = faultsOf(parameters, zones).length;
  const inputs = plan.inputs.filter(({ batch, kinds }) => !batch && kinds.some((kind) => OF_ZONES.includes(kind)));
  return inputs.flatMap(({ name: parameter }): ZoneFit[] => {
    const value = [{ zone }, { zones: [zone] }].find((one) => {
      const faults = faultsOf({ ...parameters, [parameter]: one }, zones);
      return faults.length <= count && faults.every(({ path }) => !path.endsWith(`/parameters/${parameter}`));
    });
    return value === undefined ? [] : [{ pipeline, parameter, value }];
  });
}

/** Kinds of the points of zones. */
const OF_ZONES: readonly string[] = ["zone", "list_of_values", "dictionary", "*"];
