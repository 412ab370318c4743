import { expect, test } from "vitest";
import { compile } from "../../../src/compiler/compile.ts";
import { openResultWriter } from "../../../src/daemon/worker/result-writer.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import type { Message } from "../../../src/publish/messages/message-class.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";
import { createPaced } from "../../../src/publish/outbox/paced.ts";
import { detection, detections } from "../../blocks/values.ts";
import { trackingWorkflow } from "../../helpers/daemon.ts";

const [FPS, MINUTES] = [5, 20];

/** A person passes for ten seconds every half minute, in two zones one after the other; a total counts up with each. */
function sceneAt(seconds: number) {
  const [number, since] = [Math.floor(seconds / 30), seconds % 30];
  if (since >= 10) return { tracks: detections([]), frames: number };
  const zones = [{ zone: since < 5 ? "yard" : "door", seconds: since % 5 }];
  const box: [number, number, number, number] = [100 + since * 80, 200, 200 + since * 80, 500];
  return { tracks: detections([{ ...detection(box, { trackerId: number + 1 }), zones }]), frames: number };
}

test("a camera at 5 frames a second with tracks and no topic of every frame publishes less than 500 bytes a second", async () => {
  const plan = compile(trackingWorkflow(), openLibrary({ allowCode: true }));
  const publish = {
    ...{ prefix: "millrace", device: "dock", boot: "dead0000", sequence: openSequence().memory },
    ...{ workflow: { id: "count", revision: "abcdef01" }, detections: "tracks", frames: false, events: true },
    ...{ tracks: { confirmFrames: 3, confirmScore: 0.4, updateEveryS: 5, lostAfterS: 3, maxOpen: 1000 } },
    ...{ counts: true, values: true, outputs: "changed" as const, pictures: null },
  };
  const pixels = {
    view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
    copy: () => new Uint8Array(),
  };
  const writer = openResultWriter({ publish, outputs: false, picture: null }, plan, {
    pixels,
    codecs: new Map(),
    pictures: null,
  });
  let now = 0;
  const sent: Message[] = [];
  const paced = createPaced(1000, (message) => sent.push(message), { now: () => now, after: () => () => {} });
  for (let sequence = 0; sequence < FPS * 60 * MINUTES; sequence++) {
    const seconds = sequence / FPS;
    now = seconds * 1000;
    const stamp = {
      timestamp: 1_700_000_000_000 + now,
      timestampSource: "arrival" as const,
      clockS: seconds,
      startS: 0,
    };
    const frame: FrameHandle = {
      ...{ camera: "gate", sequence, pts: seconds, ...stamp, decodedAt: 0 },
      ...{ width: 1280, height: 720, fps: FPS, measuredFps: null, renditions: [], slot: 0 },
    };
    const [result] = await writer.write(
      [frame],
      { rows: [sceneAt(seconds)], faults: [] },
      { startedAt: 0, takenAt: 0, inferMs: 3, waitMs: 0, wishes: [] },
    );
    for (const message of result?.messages ?? []) {
      if (message.class === "value" || message.class === "count") paced.put(message);
      else sent.push(message);
    }
  }
  const bytes = sent.reduce((sum, { topic, payload }) => sum + Buffer.byteLength(topic) + payload.length + 7, 0);
  const perSecond = bytes / (60 * MINUTES);
  expect(sent.filter(({ class: of }) => of === "tracks")).toHaveLength(MINUTES * 2);
  expect(perSecond).toBeLessThan(500);
  expect(perSecond).toBeGreaterThan(20);
});
