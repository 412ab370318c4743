import type { Issue } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { Config } from "./schema/config-schema.ts";
import { zoneCameraIssues } from "./zone-camera-issues.ts";

/** What entries say of each other. `leftOut` has the ids of cameras that are missing for their own faults, null when that may be any. */
export function crossChecks(
  { pipelines, cameras, zones }: Pick<Config, "pipelines" | "cameras" | "zones">,
  leftOut: readonly string[] | null = [],
): Issue[] {
  const named = Object.values(pipelines).flatMap((pipeline) => pipeline.cameras);
  const inZones = Object.values(zones).flatMap(({ camera }) => camera ?? []);
  const ids = [...Object.keys(cameras), ...(leftOut ?? [...named, ...inZones])];
  const issues = zoneCameraIssues(zones, ids);
  const users = new Map<string, string>();
  for (const [id, pipeline] of Object.entries(pipelines)) {
    pipeline.cameras.forEach((camera, index) => {
      const path = `/pipelines/${id}/cameras/${index}`;
      const hint = suggest(camera, ids);
      if (!ids.includes(camera)) {
        const message = `pipeline "${id}": there is no camera "${camera}"`;
        issues.push({ code: "CONFIG_UNKNOWN_CAMERA", path, message, ...(hint ? { hint } : {}) });
      }
      const other = users.get(camera);
      if (other !== undefined) {
        const message = `pipeline "${id}": camera "${camera}" already feeds pipeline "${other}"`;
        issues.push({
          code: "CONFIG_CAMERA_TWICE",
          path,
          message,
          hint: "let one workflow do both, so that the camera is decoded once; an entry of its own for the second pipeline is a second stream",
        });
      }
      users.set(camera, id);
    });
  }
  return issues;
}
