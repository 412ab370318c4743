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
        const hint = other === id ? "name it once" : secondView(camera, id, cameras);
        issues.push({ code: "CONFIG_CAMERA_TWICE", path, message, hint });
      }
      users.set(camera, id);
    });
  }
  return issues;
}

/** The lines to write for a second pipeline on the stream of a camera. */
function secondView(camera: string, pipeline: string, cameras: Config["cameras"]): string {
  let name = `${camera}_${pipeline}`;
  while (name in cameras) name += "_2";
  const stream = cameras[camera]?.stream_of ?? camera;
  return `add  cameras: { ${name}: { stream_of: ${stream} } }  and write  cameras: [${name}]  here: the stream is opened and decoded once, and each pipeline has a camera of its own; or let one workflow do both`;
}
