import { BugError } from "../../base/errors.ts";
import { isTopicId } from "./topic-id.ts";

/** Every topic of one device. Arguments are ids (see `topicId`); anything else is a `BugError`. */
export interface Topics {
  status: string;
  info: string;
  stats: string;
  cameraStatus(camera: string): string;
  /** The state of the switch, retained; requests come to the same topic and `/set`. */
  cameraEnabled(camera: string): string;
  detections(camera: string): string;
  events(camera: string): string;
  tracks(camera: string): string;
  count(camera: string, zone: string, label: string): string;
  /** The last picture, and what it shows. */
  snapshot(camera: string): string;
  snapshotInfo(camera: string): string;
  clip(camera: string): string;
  output(workflow: string, name: string): string;
  /** The plain value of an output. */
  value(camera: string, name: string): string;
  engine(model: string): string;
  result(id: string): string;
  /** Filters of what others send us; they match none of our own outputs. */
  inbound: { commands: string; cameraEnabled: string };
}

/** Requests to this device. */
export type Inbound = { type: "command"; verb: string } | { type: "camera_enabled"; camera: string };

/** Builds the topics of a device; a prefix of at most two levels keeps the deepest topic within seven slashes. */
export function topicsOf(prefix: string, device: string): Topics {
  const levels = prefix.split("/");
  if (levels.length > 2) throw new BugError(`topic prefix "${prefix}" has ${levels.length} levels, expected 1 or 2`);
  const root = join(...levels, device);
  const under = (...ids: string[]) => `${root}/${join(...ids)}`;
  return {
    status: `${root}/status`,
    info: `${root}/info`,
    stats: `${root}/stats`,
    cameraStatus: (camera) => under("camera", camera, "status"),
    cameraEnabled: (camera) => under("camera", camera, "enabled"),
    detections: (camera) => under("camera", camera, "detections"),
    events: (camera) => under("camera", camera, "events"),
    tracks: (camera) => under("camera", camera, "tracks"),
    count: (camera, zone, label) => under("camera", camera, "count", zone, label),
    snapshot: (camera) => under("camera", camera, "snapshot"),
    snapshotInfo: (camera) => under("camera", camera, "snapshot", "info"),
    clip: (camera) => under("camera", camera, "clip"),
    output: (workflow, name) => under("workflow", workflow, "output", name),
    value: (camera, name) => under("camera", camera, "output", name, "value"),
    engine: (model) => under("engine", model),
    result: (id) => under("result", id),
    inbound: { commands: `${root}/cmd/+`, cameraEnabled: `${root}/camera/+/enabled/set` },
  };
}

/** The request of a received topic, or undefined when it is none of `topics.inbound`. */
export function readInbound(topics: Topics, topic: string): Inbound | undefined {
  const verb = wildcard(topics.inbound.commands, topic);
  if (verb !== undefined) return { type: "command", verb };
  const camera = wildcard(topics.inbound.cameraEnabled, topic);
  return camera === undefined ? undefined : { type: "camera_enabled", camera };
}

function wildcard(filter: string, topic: string): string | undefined {
  const [before = "", after = ""] = filter.split("+");
  if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
  const id = topic.slice(before.length, topic.length - after.length);
  return isTopicId(id) ? id : undefined;
}

function join(...ids: string[]): string {
  const wrong = ids.find((id) => !isTopicId(id));
  if (wrong !== undefined) throw new BugError(`"${wrong}" in a topic is not an id of [a-z0-9_-]{1,64}`, { ids });
  return ids.join("/");
}
