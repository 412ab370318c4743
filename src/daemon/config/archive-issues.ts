import { type Issue, pointer } from "../../base/issue.ts";
import { inputKind } from "../../stream/source-settings.ts";
import type { Config } from "./schema/config-schema.ts";

/** Pictures and clips of events that cannot be, or have no place. */
export function archiveIssues(config: Config): Issue[] {
  const hasPlace = (config.archive.directory ?? config.state_dir) !== undefined;
  return [...snapshotIssues(config, hasPlace), ...clipIssues(config, hasPlace)];
}

function clipIssues({ cameras, pipelines }: Config, hasPlace: boolean): Issue[] {
  return Object.entries(cameras).flatMap(([id, { clips, url }]): Issue[] => {
    if (clips === false) return [];
    const at = { path: pointer(["cameras", id, "clips"]) };
    const issues: Issue[] = [];
    if (inputKind(url) === "v4l2") {
      const message = `camera "${id}": "clips" are made of packets as they come, and ${url} gives pictures that are not coded`;
      const hint = 'leave "clips" out, or let a server code its pictures and open that over RTSP';
      issues.push({ code: "CONFIG_CLIPS", ...at, message, hint });
    }
    const user = Object.entries(pipelines).find(([, pipeline]) => pipeline.cameras.includes(id));
    if (user !== undefined && !user[1].publish.events) {
      const message = `camera "${id}": "clips" are videos of events, and "events" of pipeline "${user[0]}" is false`;
      issues.push({ code: "CONFIG_CLIPS", ...at, message, hint: "leave  events: true" });
    }
    return hasPlace ? issues : [...issues, withoutPlace(`camera "${id}": "clips"`, at.path)];
  });
}

function withoutPlace(what: string, path: string): Issue {
  const message = `${what} are to be kept on disk, but the config has no "state_dir" for them`;
  const hint = "add  state_dir: /var/lib/millrace  or  archive: { directory: /srv/events }";
  return { code: "CONFIG_STATE_DIR", path, message, hint };
}

function snapshotIssues({ pipelines }: Config, hasPlace: boolean): Issue[] {
  return Object.entries(pipelines).flatMap(([id, { publish }]): Issue[] => {
    const { mqtt, disk } = publish.snapshots;
    const path = ["pipelines", id, "publish", "snapshots"];
    const issues: Issue[] = [];
    if ((mqtt || disk) && !publish.events) {
      const message = `pipeline "${id}": "snapshots" are pictures of events, and "events" is false`;
      issues.push({ code: "CONFIG_SNAPSHOTS", path: pointer(path), message, hint: "leave  events: true" });
    }
    if (disk && !hasPlace) issues.push(withoutPlace(`pipeline "${id}": "snapshots"`, pointer([...path, "disk"])));
    return issues;
  });
}
