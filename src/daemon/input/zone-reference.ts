import type { PipelineConfig } from "../config/schema/config-schema.ts";
import type { ZoneConfig, Zones } from "../config/schema/zone-schema.ts";

/** A value of a parameter that names zones of the config in place of points. */
export interface ZoneReference {
  /** `{ zone: … }` is one for each camera, `{ zones: … }` a list of all that are of a camera. */
  form: "one" | "several";
  names: readonly string[] | "all";
}

/** The reference that a value is: a map of nothing else than `zone` or `zones` with names; null for any other value. */
export function zoneReference(value: unknown): ZoneReference | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const [[key, names] = [], ...others] = Object.entries(value);
  if ((key !== "zone" && key !== "zones") || others.length > 0) return null;
  const form = key === "zone" ? "one" : "several";
  if (form === "several" && names === "*") return { form, names: "all" };
  if (typeof names === "string") return { form, names: [names] };
  return isNames(names) ? { form, names } : null;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string");
}

/** The parameters that name zones. */
export function zoneReferences(parameters: PipelineConfig["parameters"]): [string, ZoneReference][] {
  return Object.entries(parameters).flatMap(([name, value]): [string, ZoneReference][] => {
    const reference = zoneReference(value);
    return reference === null ? [] : [[name, reference]];
  });
}

/** The zones that parameters of a pipeline name, out of all. */
export function usedZones(
  { parameters, cameras }: Pick<PipelineConfig, "parameters" | "cameras">,
  zones: Zones,
): Zones {
  const references = zoneReferences(parameters).map(([, reference]) => reference);
  const isUsed = (id: string, zone: ZoneConfig) =>
    references.some(({ names }) =>
      names === "all" ? cameras.some((camera) => isIn(zone, camera)) : names.includes(id),
    );
  return Object.fromEntries(Object.entries(zones).filter(([id, zone]) => isUsed(id, zone)));
}

/** The zones of a reference that are of a camera, in the order in which they are named. */
export function zonesOf({ names }: ZoneReference, zones: Zones, camera: string): [string, ZoneConfig][] {
  const found = names === "all" ? Object.entries(zones) : names.map((name) => [name, zoneAt(zones, name)] as const);
  return found.filter((entry): entry is [string, ZoneConfig] => entry[1] !== undefined && isIn(entry[1], camera));
}

function isIn(zone: ZoneConfig, camera: string): boolean {
  return zone.camera === undefined || zone.camera === camera;
}

/** Undefined for a name that is no zone. */
export function zoneAt(zones: Zones, name: string): ZoneConfig | undefined {
  return Object.hasOwn(zones, name) ? zones[name] : undefined;
}
