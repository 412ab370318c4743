import type { Verb } from "./messages/commands.ts";
import type { MessageClass } from "./messages/message-class.ts";
import type { PayloadName } from "./messages/schemas.ts";
import { topicsOf } from "./topics/topics.ts";

/** A kind of topic that this version publishes. */
export interface Published {
  class: MessageClass;
  /** With `{name}` for ids. */
  address: string;
  /** Null: a JPEG. */
  payload: PayloadName | null;
}

const topics = topicsOf("prefix0", "device0");

/** Ids have a digit behind them above, as topics take nothing else. */
function addressOf(topic: string): string {
  return topic.replace(/([a-z]+)0/g, "{$1}");
}

function published(of: MessageClass, topic: string, payload: PayloadName | null): Published {
  return { class: of, address: addressOf(topic), payload };
}

/** Everything that is published. */
export const PUBLISHED: readonly Published[] = [
  published("status", topics.status, "status"),
  published("info", topics.info, "info"),
  published("stats", topics.stats, "stats"),
  published("camera_status", topics.cameraStatus("camera0"), "camera-status"),
  published("camera_enabled", topics.cameraEnabled("camera0"), "enabled"),
  published("detections", topics.detections("camera0"), "detections"),
  published("events", topics.events("camera0"), "event"),
  published("tracks", topics.tracks("camera0"), "track"),
  published("count", topics.count("camera0", "zone0", "class0"), "count"),
  published("value", topics.value("camera0", "output0"), "value"),
  published("snapshot", topics.snapshot("camera0"), null),
  published("snapshot_info", topics.snapshotInfo("camera0"), "snapshot"),
  published("clip", topics.clip("camera0"), "clip"),
  published("output", topics.output("pipeline0", "output0"), "output"),
  published("engine", topics.engine("model0"), "engine"),
  published("result", topics.result("id0"), "result"),
];

/** Where the switch of a camera is set. */
export const SWITCH_ADDRESS = `${addressOf(topics.cameraEnabled("camera0"))}/set`;

export function commandAddress(verb: Verb): string {
  return addressOf(topics.inbound.commands.replace("+", verb));
}

/** What each command does. */
export const VERB_WORDS: Readonly<Record<Verb, string>> = {
  enabled: "Switches a camera on or off, also after a restart when there is a `state_dir`",
  snapshot: "Publishes the next picture of a camera, as on the live page",
  reload: "Reads the config and the definitions again, as SIGHUP does",
  parameters:
    "Sets parameters of a workflow while it runs; they hold, also after a restart, until the config changes theirs",
  log_level: "Sets the least level of the log until the next start",
};
