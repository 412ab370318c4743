import { type Issue, pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { PipelineConfig } from "../config/schema/config-schema.ts";
import type { Zones } from "../config/schema/zone-schema.ts";
import { type ZoneReference, zoneAt, zoneReferences, zonesOf } from "./zone-reference.ts";

interface Around {
  /** JSON pointer of the pipeline. */
  path: string;
  cameras: readonly string[];
  zones: Zones;
}

/** What is wrong with the zones that the parameters of a pipeline name: unknown ones, and cameras that have none of them or several. */
export function zoneIssues({ parameters, cameras }: PipelineConfig, zones: Zones, path: string): Issue[] {
  return zoneReferences(parameters).flatMap(([name, reference]) => {
    const around = { path: `${path}${pointer(["parameters", name])}`, cameras, zones };
    const unknown = unknownZones(reference, around);
    if (unknown.length > 0) return unknown;
    return reference.form === "one" ? camerasWithoutOne(reference, around) : zonesElsewhere(reference, around);
  });
}

function unknownZones({ names }: ZoneReference, { path, zones }: Around): Issue[] {
  if (names === "all") return [];
  const known = Object.keys(zones);
  return names.flatMap((name) => {
    if (zoneAt(zones, name) !== undefined) return [];
    const hint =
      suggest(name, known) ?? (known.length === 0 ? 'the config has no "zones"' : `there are ${known.join(", ")}`);
    return [{ code: "CONFIG_UNKNOWN_ZONE", path, message: `there is no zone "${name}"`, hint }];
  });
}

/** A single zone must be one for every camera. */
function camerasWithoutOne(reference: ZoneReference, { path, cameras, zones }: Around): Issue[] {
  return cameras.flatMap((camera) => {
    const ids = zonesOf(reference, zones, camera).map(([id]) => id);
    if (ids.length === 1) return [];
    const message =
      ids.length === 0
        ? `camera "${camera}" has none of these zones: ${placesOf(reference, zones)}`
        : `camera "${camera}" has ${ids.length} of these zones, ${ids.map(quoted).join(", ")}, expected one`;
    const hint =
      ids.length === 0
        ? `name one for each camera,  { zone: [${[...namesOf(reference), "…"].join(", ")}] }, or leave "camera" out of the zone`
        : `a list of zones is  { zones: [${ids.join(", ")}] }`;
    return [{ code: "CONFIG_ZONE_CAMERA", path, message, hint }];
  });
}

function zonesElsewhere(reference: ZoneReference, { path, cameras, zones }: Around): Issue[] {
  return namesOf(reference).flatMap((name) => {
    const camera = zoneAt(zones, name)?.camera;
    if (camera === undefined || cameras.includes(camera)) return [];
    const message = `zone "${name}" is of camera "${camera}", which the pipeline does not run on`;
    return [{ code: "CONFIG_ZONE_CAMERA", path, message, hint: `its cameras are ${cameras.join(", ")}` }];
  });
}

function placesOf(reference: ZoneReference, zones: Zones): string {
  return namesOf(reference)
    .map((name) => `"${name}" is of "${zoneAt(zones, name)?.camera}"`)
    .join(", ");
}

function namesOf({ names }: ZoneReference): readonly string[] {
  return names === "all" ? [] : names;
}

function quoted(name: string): string {
  return `"${name}"`;
}
