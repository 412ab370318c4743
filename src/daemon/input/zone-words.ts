import type { z } from "zod";
import { outlineOf, type Zones } from "../config/schema/zone-schema.ts";
import type { ValueWords } from "./parameter-faults.ts";
import { type ZoneReference, zonesOf } from "./zone-reference.ts";

/** Words for what a reference brings to a camera, as its points would say nothing. */
export function zoneWords(reference: ZoneReference, zones: Zones, camera: string): ValueWords {
  const found = zonesOf(reference, zones, camera).map(([id, zone]) => {
    const { kind, points } = outlineOf(zone);
    return `"${id}", a ${kind} of ${points.length} points`;
  });
  const list = found.length === 0 ? "a list of no zone" : `a list of zones (${found.join("; ")})`;
  return { found: reference.form === "one" ? `zone ${found[0] ?? "none"}` : list, expected };
}

const POLYGON = [[0, 0], [9, 0], [9, 9]]; // biome-ignore format: corners
const LINE = [[0, 0], [9, 9]]; // biome-ignore format: corners

/** What a property takes of the forms that zones have. */
const FORMS: readonly (readonly [words: string, value: unknown])[] = [
  ["a polygon", POLYGON],
  ["a line", LINE],
  ["a list of zones", [POLYGON, POLYGON]],
  ["zones by their names", { a: POLYGON }],
];

function expected(schema: z.ZodType): string {
  const taken = FORMS.filter(([, value]) => schema.safeParse(value).success).map(([words]) => words);
  return taken.length === 0 ? "which takes no zone" : `expected ${taken.join(" or ")}`;
}
