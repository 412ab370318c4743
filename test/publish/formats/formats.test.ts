import { expect, test } from "vitest";
import { type Format, openFormats } from "../../../src/publish/formats/formats.ts";
import type { Message } from "../../../src/publish/messages/message-class.ts";

const START = {
  ...{ schema: "millrace.event/1.0", replayed: false, device: "dock", boot: "b001", seq: 1 },
  ...{ ts: "2026-11-21T00:14:02.500Z", ts_source: "arrival", camera: "gate" },
  frame: { id: 9, pts: 1, width: 640, height: 360 },
  ...{ id: "gate-b001-000001", phase: "start", reason: "confirmed" },
  ...{ start_ts: "2026-11-21T00:14:02.000Z", best_confidence: 0.9, zones_entered: ["yard"], snapshot: null },
  object: {
    ...{ track: 7, parent: null, class: "person", confidence: 0.8, attrs: {}, zones: ["yard"] },
    box: [0.1, 0.1, 0.2, 0.5],
    px: [64, 36, 128, 180],
  },
};
const MOVED = {
  ...START,
  ...{ phase: "update", reason: "zone_entered", ts: "2026-11-21T00:14:05.000Z", zones_entered: ["yard", "bay #2"] },
  object: { ...START.object, zones: ["bay #2"] },
};
const END = { ...MOVED, phase: "end", reason: "lost", ts: "2026-11-21T00:14:09.000Z" };

function encoded(format: Format, ...events: object[]) {
  const encode = openFormats("millrace/dock", () => [format]);
  const message = (event: object): Message => ({ class: "events", topic: "t", payload: JSON.stringify(event) });
  return events.map((event) =>
    encode(message(event)).map(({ topic, payload }) => ({ topic, ...JSON.parse(String(payload)) })),
  );
}

test("Frigate's consumers get new, update and end with the object before and after", () => {
  const [start, moved, end] = encoded("frigate-events", START, MOVED, END).flat();
  expect(start).toMatchObject({ topic: "frigate/events", type: "new" });
  expect(start.after).toMatchObject({
    ...{ id: "gate-b001-000001", camera: "gate", label: "person", score: 0.8, top_score: 0.9, end_time: null },
    ...{ box: [64, 36, 128, 180], area: 9216, ratio: 0.44, region: [0, 0, 640, 360], current_zones: ["yard"] },
  });
  expect(start.after.frame_time - start.after.start_time).toBe(0.5);
  expect(moved).toMatchObject({
    type: "update",
    before: { current_zones: ["yard"] },
    after: { current_zones: ["bay #2"], entered_zones: ["yard", "bay #2"] },
  });
  expect(end).toMatchObject({ type: "end", after: { current_zones: [], active: false } });
  expect(end.after.end_time).toBe(Date.parse(END.ts) / 1000);
});

test("DeepStream's minimal schema has the object as one text", () => {
  expect(encoded("deepstream-minimal", START)).toEqual([
    [
      {
        topic: "millrace/dock/camera/gate/deepstream",
        ...{ version: "4.0", id: "9", "@timestamp": START.ts, sensorId: "gate" },
        objects: ["7|64|36|128|180|person|#|0.8"],
      },
    ],
  ]);
});

test("ONVIF gets objects that come into zones and leave them, each on the topic of camera and zone", () => {
  const inside = encoded("onvif-ej", START, MOVED, END).map((messages) =>
    messages.map(({ topic, Source, Data }) => [
      topic.replace("millrace/dock/onvif-ej/", ""),
      Source.Rule,
      Data.IsInside,
    ]),
  );
  const tree = "RuleEngine/FieldDetector/ObjectsInside";
  expect(inside).toEqual([
    [[`${tree}/&gate/yard`, "yard", "true"]],
    [
      [`${tree}/&gate/yard`, "yard", "false"],
      [`${tree}/&gate/bay 2`, "bay #2", "true"],
    ],
    [[`${tree}/&gate/bay 2`, "bay #2", "false"]],
  ]);
});

test("nothing is said twice where no format is asked for, nor of other messages", () => {
  const encode = openFormats("millrace/dock", () => []);
  expect(encode({ class: "events", topic: "t", payload: JSON.stringify(START) })).toEqual([]);
  expect(openFormats("a/b", () => ["onvif-ej"])({ class: "tracks", topic: "t", payload: "{}" })).toEqual([]);
});
