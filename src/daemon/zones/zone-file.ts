import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { sentenceOf } from "../../base/issue.ts";
import type { Zones } from "../config/schema/zone-schema.ts";
import { isZoneId, readZone } from "./read-zone.ts";

/** Zones that were drawn on the page, and what could not be read of them. */
export interface Drawn {
  zones: Zones;
  /** Sentences; empty where all is in order. */
  damage: readonly string[];
}

export const NOTHING_DRAWN: Drawn = { zones: {}, damage: [] };

export function zoneFile(stateDirectory: string): string {
  return join(stateDirectory, "zones.json");
}

/** What lies in the folder of the state; a zone that cannot be read costs the others nothing. */
export async function readDrawn(stateDirectory: string | undefined): Promise<Drawn> {
  if (stateDirectory === undefined) return NOTHING_DRAWN;
  const file = zoneFile(stateDirectory);
  try {
    return zonesIn(JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    const isNone = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    return isNone ? NOTHING_DRAWN : damaged(file, messageOf(error));
  }
}

function zonesIn(content: unknown, file: string): Drawn {
  const stored = (content as { zones?: unknown } | null)?.zones;
  if (typeof stored !== "object" || stored === null || Array.isArray(stored))
    return damaged(file, 'it has no map of "zones"');
  const found = Object.entries(stored).map(([id, value]) => ({ id, ...readZone(id, value) }));
  const zones = found.flatMap(({ id, zone }) => (zone === null || !isZoneId(id) ? [] : [[id, zone] as const]));
  const damage = found.flatMap(({ id, zone, issues }) => {
    if (!isZoneId(id)) return [`${file}: ${JSON.stringify(id)} is no name of a zone, and is left out`];
    return zone === null
      ? [`${file}: the zone is left out: ${issues.map((issue) => sentenceOf(issue)).join("; ")}`]
      : [];
  });
  return { zones: Object.fromEntries(zones), damage };
}

function damaged(file: string, why: string): Drawn {
  return { zones: {}, damage: [`zones that were drawn cannot be read from ${file}: ${why}`] };
}

/** Replaces the file as a whole; one that was damaged is kept beside it. */
export async function writeDrawn(stateDirectory: string, { zones, damage }: Drawn): Promise<void> {
  const file = zoneFile(stateDirectory);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ version: 1, zones }, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (damage.length > 0) await rename(file, `${file}.broken`);
  await rename(`${file}.new`, file);
}
