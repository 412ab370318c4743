import { createHash } from "node:crypto";
import type { Config } from "../config/schema/config-schema.ts";
import { outlineOf, type ZoneConfig, type Zones } from "../config/schema/zone-schema.ts";

type Configured = Pick<Config, "zones" | "cameras">;

/** The zones of the config with those that were drawn, which stand over them; without those of cameras that are gone. */
export function zonesInForce({ zones, cameras }: Configured, drawn: Zones): Zones {
  return { ...zones, ...Object.fromEntries(Object.entries(drawn).filter(([, zone]) => hasCamera(zone, cameras))) };
}

export function hasCamera({ camera }: ZoneConfig, cameras: Config["cameras"]): boolean {
  return camera === undefined || Object.hasOwn(cameras, camera);
}

/** Another one for other points, another camera, or where it comes from. */
export function zoneRevision(zone: ZoneConfig, origin: "config" | "drawn"): string {
  const text = JSON.stringify([origin, zone.camera ?? null, outlineOf(zone)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
