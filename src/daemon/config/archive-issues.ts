import { type Issue, pointer } from "../../base/issue.ts";
import type { Config } from "./config-schema.ts";

/** Pictures of events that cannot be, or have no place. */
export function archiveIssues({ pipelines, archive, state_dir: stateDirectory }: Config): Issue[] {
  const hasPlace = (archive.directory ?? stateDirectory) !== undefined;
  return Object.entries(pipelines).flatMap(([id, { publish }]): Issue[] => {
    const { mqtt, disk } = publish.snapshots;
    const path = ["pipelines", id, "publish", "snapshots"];
    const issues: Issue[] = [];
    if ((mqtt || disk) && !publish.events) {
      const message = `pipeline "${id}": "snapshots" are pictures of events, and "events" is false`;
      issues.push({ code: "CONFIG_SNAPSHOTS", path: pointer(path), message, hint: "leave  events: true" });
    }
    if (disk && !hasPlace) {
      const message = `pipeline "${id}": "snapshots" are to be kept on disk, but the config has no "state_dir" for them`;
      const hint = "add  state_dir: /var/lib/millrace  or  archive: { directory: /srv/events }";
      issues.push({ code: "CONFIG_STATE_DIR", path: pointer([...path, "disk"]), message, hint });
    }
    return issues;
  });
}
