import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readSystemFile, readSystemNumber } from "./system-file.ts";

export interface Temperature {
  zone: string;
  celsius: number;
  /** Where the kernel begins to slow the machine down; null where it does not say. */
  limit: number | null;
}

/** The thermal zones of the machine; two of one name are one, the warmer. */
export async function readTemperatures(root: string): Promise<Temperature[]> {
  const folder = join(root, "sys/class/thermal");
  const names = await readdir(folder).catch(() => []);
  const zones = await Promise.all(names.filter(isZone).map((name) => readZone(join(folder, name))));
  const warmest = new Map<string, Temperature>();
  for (const zone of zones.filter((found) => found !== null)) {
    if (zone.celsius > (warmest.get(zone.zone)?.celsius ?? Number.NEGATIVE_INFINITY)) warmest.set(zone.zone, zone);
  }
  return [...warmest.values()].toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
}

function isZone(name: string): boolean {
  return /^thermal_zone\d+$/.test(name);
}

/** That of older Jetsons always says 100 °C; the other is an estimate for the fan. */
const IMAGINARY: ReadonlySet<string> = new Set(["PMIC-Die", "thermal-fan-est"]);
/** Beyond these a sensor or a trip point is unset or broken. */
const BELIEVED = { least: -50, most: 150 };
const LEAST_LIMIT = 45;
/** How far below the shutdown a zone without another trip point is hot. */
const BELOW_CRITICAL = 10;

async function readZone(folder: string): Promise<Temperature | null> {
  const zone = await readSystemFile(join(folder, "type"));
  const milli = await readSystemNumber(join(folder, "temp"));
  if (zone === null || milli === null || IMAGINARY.has(zone)) return null;
  const celsius = milli / 1000;
  if (celsius < BELIEVED.least || celsius > BELIEVED.most) return null;
  return { zone, celsius, limit: await limitOf(folder) };
}

async function limitOf(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => []);
  const points = names.flatMap((name) => /^trip_point_(\d+)_type$/.exec(name)?.[1] ?? []);
  const trips = await Promise.all(
    points.map(async (point) => ({
      type: await readSystemFile(join(folder, `trip_point_${point}_type`)),
      celsius: ((await readSystemNumber(join(folder, `trip_point_${point}_temp`))) ?? 0) / 1000,
    })),
  );
  const lowest = (types: readonly string[]) => {
    const of = trips.filter(({ type, celsius }) => types.includes(type ?? "") && celsius >= LEAST_LIMIT);
    return of.length === 0 ? null : Math.min(...of.map(({ celsius }) => celsius));
  };
  const critical = lowest(["critical"]);
  return lowest(["passive", "hot"]) ?? (critical === null ? null : critical - BELOW_CRITICAL);
}
