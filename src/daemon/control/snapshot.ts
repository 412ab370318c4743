import type { Message } from "../../publish/messages/message-class.ts";
import { devicePayload, type Sender } from "../../publish/messages/payload.ts";
import type { Topics } from "../../publish/topics/topics.ts";
import { type Outcome, refused } from "./control.ts";

export interface SnapshotSettings {
  sender: Sender;
  topics: Topics;
  publish: (message: Message) => void;
  /** Whether the workflow of a camera has a picture among its outputs. */
  hasPicture: (camera: string) => boolean;
  /** The next picture as a JPEG, null when none came in time. */
  next: (camera: string, timeoutMs: number) => Promise<Uint8Array | null>;
}

const WAIT_MS = 5000;

/** Publishes the next picture of a camera, and beside it what it is. */
export async function takeSnapshot(camera: string, settings: SnapshotSettings): Promise<Outcome> {
  const { topics, publish, hasPicture, next } = settings;
  if (!hasPicture(camera))
    return refused("COMMAND_NO_PICTURE", `the workflow of camera "${camera}" has no picture among its outputs`);
  const jpeg = await next(camera, WAIT_MS);
  if (jpeg === null) {
    return refused(
      "COMMAND_NO_PICTURE",
      `no picture of camera "${camera}" came within ${WAIT_MS / 1000} s; its status says why`,
    );
  }
  for (const message of snapshotMessages({ camera, reason: "command", event: null, jpeg }, settings)) publish(message);
  return { ok: true, value: { camera, topic: topics.snapshot(camera), bytes: jpeg.length } };
}

interface Taken {
  camera: string;
  reason: "command" | "event";
  /** Id of the event that it shows. */
  event: string | null;
  jpeg: Uint8Array;
}

/** A picture of a camera, and beside it what it is. */
export function snapshotMessages(
  { jpeg, ...about }: Taken,
  { sender, topics }: Pick<SnapshotSettings, "sender" | "topics">,
): Message[] {
  const known = { ...about, content_type: "image/jpeg", bytes: jpeg.length };
  const payload = devicePayload(sender, "snapshot", { at: Date.now(), ...known });
  return [
    { class: "snapshot", topic: topics.snapshot(about.camera), payload: jpeg, contentType: "image/jpeg" },
    { class: "snapshot_info", topic: topics.snapshotInfo(about.camera), payload },
  ];
}
