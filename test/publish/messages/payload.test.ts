import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import type { FrameStamp } from "../../../src/publish/messages/frame-stamp.ts";
import { devicePayload, framePayloads, type Origin, type Sender } from "../../../src/publish/messages/payload.ts";
import { objectsOf } from "../../../src/publish/messages/payload-object.ts";
import { PAYLOAD_NAMES, type PayloadName, payloadSchema } from "../../../src/publish/messages/schemas.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";
import { createTrackEvents } from "../../../src/publish/messages/track-events.ts";

const at = Date.UTC(2026, 10, 20, 10, 15, 2, 417);
const stamp: FrameStamp = {
  camera: "gate",
  sequence: 90211,
  pts: 8119.08,
  timestamp: at,
  timestampSource: "arrival",
  clockS: 7,
  width: 1920,
  height: 1080,
};
const origin: Origin = {
  workflow: { id: "gate-count", revision: "b41d", lineage: ["gate", "crop:2"] },
  model: { id: "yolo-s", hash: "9c1e", provider: "cpu", precision: "fp32" },
  latencyMs: { decode: 11, queue: 4, infer: 9, total: 31 },
};

function sender(): Sender {
  return { device: "dock-3", boot: "7f2c", sequence: openSequence() };
}

function found(item: Partial<Detection>): Detection {
  return { box: [791, 324, 1187, 804], confidence: 0.91, class: "truck", classId: 7, detectionId: "d1", ...item };
}

function on(items: Detection[]): Detections {
  const root = { id: "gate", width: 1920, height: 1080, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items, width: 1920, height: 1080, parentId: "gate", parent: null, root };
}

function check(name: PayloadName, payload: string): Record<string, unknown> {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(payloadSchema(name));
  const value: unknown = JSON.parse(payload);
  validate(value);
  expect(validate.errors).toBeNull();
  return value as Record<string, unknown>;
}

describe("payloads", () => {
  test("an object names the zones of the steps that it went through, with the seconds in each", () => {
    const stays = [
      { zone: "yard", seconds: 4 },
      { zone: "door", seconds: 1.5 },
    ];
    const item = found({ trackerId: 1, timeInZone: 1.5, zones: stays, data: { zones: ["bay"] } });
    const [object] = objectsOf({ width: 1920, height: 1080 }, on([item]));
    expect(object).toMatchObject({ zones: ["yard", "door", "bay"], dwell_s: { yard: 4, door: 1.5 }, attrs: {} });
  });

  test("detections of a frame carry normalised and pixel boxes, zones and attributes", () => {
    const colour = { value: "white", confidence: 0.8, model: "colour-s" };
    const detection = found({ trackerId: 57, timeInZone: 1.5, data: { zones: ["bay"], colour, speed: 3 } });
    const message = check("detections", framePayloads(sender()).detections(stamp, on([detection]), origin));
    expect(message).toMatchInlineSnapshot(`
      {
        "boot": "7f2c",
        "camera": "gate",
        "device": "dock-3",
        "frame": {
          "height": 1080,
          "id": 90211,
          "pts": 8119.08,
          "width": 1920,
        },
        "latency_ms": {
          "decode": 11,
          "infer": 9,
          "queue": 4,
          "total": 31,
        },
        "model": {
          "hash": "9c1e",
          "id": "yolo-s",
          "precision": "fp32",
          "provider": "cpu",
        },
        "objects": [
          {
            "attrs": {
              "colour": {
                "confidence": 0.8,
                "model": "colour-s",
                "value": "white",
              },
              "speed": {
                "value": 3,
              },
            },
            "box": [
              0.41198,
              0.3,
              0.61823,
              0.74444,
            ],
            "class": "truck",
            "confidence": 0.91,
            "detection": "d1",
            "dwell_s": {
              "bay": 1.5,
            },
            "parent": null,
            "px": [
              791,
              324,
              1187,
              804,
            ],
            "track": 57,
            "zones": [
              "bay",
            ],
          },
        ],
        "replayed": false,
        "schema": "millrace.detections/1.0",
        "seq": 1,
        "ts": "2026-11-20T10:15:02.417Z",
        "ts_source": "arrival",
        "workflow": {
          "id": "gate-count",
          "lineage": [
            "gate",
            "crop:2",
          ],
          "revision": "b41d",
        },
      }
    `);
  });

  test("boxes that leave the picture or are no numbers still make a valid message", () => {
    const wild = [found({ box: [-20, Number.NaN, 5000, 1081], confidence: 1.2, data: { mask: new Uint8Array(9) } })];
    const message = check("detections", framePayloads(sender()).detections(stamp, on(wild), {}));
    expect(message).toMatchObject({
      objects: [{ px: [0, 0, 1920, 1080], box: [0, 0, 1, 1], confidence: 1, attrs: {} }],
    });
  });

  test("detections on a crop are moved into the frame and name the detection they were cut from", () => {
    const root = { id: "gate", width: 1920, height: 1080, offsetX: 100, offsetY: 200 };
    const crop = {
      ...on([found({ box: [0, 0, 10, 20] })]),
      width: 50,
      height: 50,
      parentId: "car-1",
      parent: root,
      root,
    };
    const message = check("detections", framePayloads(sender()).detections(stamp, [crop, on([found({})])], {}));
    expect(message).toMatchObject({ objects: [{ px: [100, 200, 110, 220], parent: "car-1" }, { parent: null }] });
  });

  test("events and the record of a track fit their schemas and share an id", () => {
    const from = sender();
    const payloads = framePayloads(from);
    const tracker = createTrackEvents({
      boot: from.boot,
      sequence: from.sequence,
      rules: { confirmFrames: 1, confirmScore: 0, updateEveryS: 5, lostAfterS: 3, maxOpen: 1000 },
    });
    const [start] = tracker.observe(stamp, on([found({ trackerId: 57 })])).events;
    const last = tracker.endAll("shutdown");
    const messages = [start!, last.events[0]!].map((event) => check("event", payloads.event(event, origin)));
    const record = check("track", payloads.track(last.tracks[0]!, origin));
    expect(messages).toMatchObject([
      { id: "gate-7f2c-000001", phase: "start", reason: "confirmed", seq: 1, object: { track: 57, class: "truck" } },
      { id: "gate-7f2c-000001", phase: "end", reason: "shutdown", seq: 2 },
    ]);
    expect(record).toMatchObject({ id: "gate-7f2c-000001", seq: 1, class_votes: { truck: 1 }, duration_s: 0 });
  });

  test("messages about the device fit their schemas", () => {
    const from = sender();
    const status = {
      camera: "gate",
      state: "retrying",
      error: { code: "SOURCE_TIMEOUT", message: "no frame" },
    } as const;
    const since = new Date(at).toISOString();
    const host = { class: "jetson-orin-nano", jetpack: "6.2" };
    const info = { version: "0.1.0", schemas: ["millrace.event/1.0"], host, engines: [{ name: "onnxruntime" }] };
    const spool = { depth: 0, bytes: 0, storage: "disk", oldest_age_s: null } as const;
    const camera = { fps_in: 25, fps_out: 24.5, dropped: { busy: 3 }, latency_ms: { p50: 20, p99: 40 } };
    const stats = { uptime_s: 60, cameras: { gate: camera }, outbox: { published: { info: 1 }, dropped: {}, spool } };
    check("info", devicePayload(from, "info", { at, ...info, cameras: ["gate"] }));
    check("stats", devicePayload(from, "stats", { at, ...stats }));
    check(
      "camera-status",
      devicePayload(from, "camera-status", { at, ...status, since, attempts: 3, next_retry: since }),
    );
    check("engine", devicePayload(from, "engine", { at, model: "yolo-s", state: "building", elapsed_s: 3 }));
    check("result", devicePayload(from, "result", { at, id: "17", ok: true, error: null }));
    check("output", framePayloads(from).output(stamp, { name: "total", value: undefined }, origin));
    check("status", JSON.stringify("online"));
  });

  test("sequence numbers run per class and are shared by the threads of a boot", () => {
    const first = openSequence();
    const second = openSequence(first.memory);
    expect([first.next("events"), second.next("events"), first.next("detections")]).toEqual([1, 2, 1]);
  });

  test("consumers may meet fields the schema does not name", () => {
    const message = JSON.parse(framePayloads(sender()).detections(stamp, on([found({})]), {})) as { objects: object[] };
    check("detections", JSON.stringify({ ...message, added: 1, objects: [{ ...message.objects[0], added: 1 }] }));
  });

  test.each(PAYLOAD_NAMES)("the schema of %s is titled with name and version", (name) => {
    expect(payloadSchema(name)["title"]).toBe(`millrace.${name}/1.0`);
  });
});
