import type { Plan, PlanInput } from "../../compiler/plan.ts";
import type { KindCodecs } from "../../kinds/codec.ts";
import { nameZone } from "../../kinds/zone-name.ts";
import { outlineOf, type Point, type ZoneConfig, type Zones } from "../config/schema/zone-schema.ts";
import { type InputFault, readInputs } from "./runtime-inputs.ts";
import { type ZoneReference, zoneReference, zonesOf } from "./zone-reference.ts";

/** A picture in which zones are placed. */
export interface Picture {
  camera: string;
  width: number;
  height: number;
}

export interface PlacedSettings {
  plan: Plan;
  /** As in the config. */
  parameters: Readonly<Record<string, unknown>>;
  zones: Zones;
  codecs: KindCodecs;
  /** Inputs that something else feeds. */
  isFed: (input: PlanInput) => boolean;
}

/**
 * The values of parameters for the picture of each camera, with its zones in pixels. Pictures of one size with the same
 * zones have the same object, so that their frames can run in one batch.
 */
export function openPlacedParameters(settings: PlacedSettings): (picture: Picture) => Record<string, unknown> {
  const isPlaced = Object.values(settings.parameters).some((value) => zoneReference(value) !== null);
  if (!isPlaced) {
    const { inputs } = placedParameters(settings, { camera: "", width: 0, height: 0 });
    return () => inputs;
  }
  const last = new Map<string, Placed>();
  return (picture) => {
    const { camera, width, height } = picture;
    const known = last.get(camera);
    if (known?.width === width && known.height === height) return known.inputs;
    const own = zoneIds(settings.zones, camera);
    const like = [...last.values()].find((other) => isLike(other, picture, own));
    const inputs = like?.inputs ?? placedParameters(settings, picture).inputs;
    last.set(camera, { width, height, own, inputs });
    return inputs;
  };
}

interface Placed extends Omit<Picture, "camera"> {
  /** Ids of the zones that are of its camera. */
  own: string;
  inputs: Record<string, unknown>;
}

function isLike(other: Placed, { width, height }: Picture, own: string): boolean {
  return other.width === width && other.height === height && other.own === own;
}

function zoneIds(zones: Zones, camera: string): string {
  return zonesOf({ form: "several", names: "all" }, zones, camera)
    .map(([id]) => id)
    .join(" ");
}

/** Values of parameters in one picture, and what is wrong with them. */
export function placedParameters(
  { plan, parameters, zones, codecs, isFed }: PlacedSettings,
  picture: Picture,
  shown?: (input: string, value: unknown) => string,
): { inputs: Record<string, unknown>; faults: InputFault[] } {
  const given: Record<string, unknown> = { ...parameters };
  const named = new Map<string, { form: ZoneReference["form"]; ids: string[] }>();
  for (const input of plan.inputs) {
    const reference = zoneReference(given[input.name]);
    if (reference === null || input.batch) continue;
    const found = takenBy(input, reference, zonesOf(reference, zones, picture.camera));
    const points = found.map(([, zone]) => pointsIn(zone, picture));
    const ids = found.map(([id]) => id);
    given[input.name] = valueFor(input, reference, { ids, points });
    named.set(input.name, { form: reference.form, ids });
  }
  const settings = { codecs, isFed, ...(shown === undefined ? {} : { shown }) };
  const { inputs, faults } = readInputs(plan, given, settings);
  for (const [name, zonesIn] of named) nameZones(inputs[name], zonesIn);
  return { inputs, faults };
}

/** All zones of a camera are its polygons, where no names tell lines apart. */
function takenBy(input: PlanInput, { names }: ZoneReference, found: [string, ZoneConfig][]): [string, ZoneConfig][] {
  return names !== "all" || takesNames(input) ? found : found.filter(([, { polygon }]) => polygon !== undefined);
}

/** Where a map is taken and no list, zones go by their names. */
function valueFor(
  input: PlanInput,
  { form }: ZoneReference,
  { ids, points }: { ids: string[]; points: Point[][] },
): unknown {
  if (form === "one") return points[0] ?? null;
  return takesNames(input) ? Object.fromEntries(ids.map((id, i) => [id, points[i]])) : points;
}

function takesNames({ kinds }: PlanInput): boolean {
  return kinds.includes("dictionary") && !kinds.some((kind) => ["*", "zone", "list_of_values"].includes(kind));
}

/** Whole pixels, in which blocks reckon zones. */
function pointsIn(zone: ZoneConfig, { width, height }: Picture): Point[] {
  return outlineOf(zone).points.map(([x, y]): Point => [Math.round(x * width), Math.round(y * height)]);
}

function nameZones(value: unknown, { form, ids }: { form: ZoneReference["form"]; ids: readonly string[] }): void {
  const named = form === "one" ? [value] : Array.isArray(value) ? value : [];
  for (const [i, points] of named.entries()) nameZone(points, ids[i] ?? "");
}
