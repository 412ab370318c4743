import { type Issue, pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { Zones } from "./schema/zone-schema.ts";

/** Zones of cameras that are not there. */
export function zoneCameraIssues(zones: Zones, cameras: readonly string[]): Issue[] {
  return Object.entries(zones).flatMap(([id, { camera }]) => {
    if (camera === undefined || cameras.includes(camera)) return [];
    const hint = suggest(camera, cameras) ?? `there are ${cameras.join(", ")}`;
    const message = `zone "${id}": there is no camera "${camera}"`;
    return [{ code: "CONFIG_UNKNOWN_CAMERA", path: pointer(["zones", id, "camera"]), message, hint }];
  });
}
