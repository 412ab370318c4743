import { expect, test } from "vitest";
import { UNKNOWN_HOST } from "../../../src/daemon/host/host-watch.ts";
import { CameraStates } from "../../../src/daemon/report/statistics.ts";

const FACTS = {
  host: UNKNOWN_HOST,
  shed: new Map(),
  isStopping: false,
  broker: "none",
  cameras: [],
  counts: {},
  uptimeS: 1,
  configFault: null,
  video: [],
  archive: null,
  snapshots: {},
  clips: {},
  stalled: [],
} as const;

test("what steps could not send, and files that a budget deleted, are in the health of the daemon", () => {
  const states = new CameraStates();
  const failed = { step: "mail", code: "MAIL_TIMEOUT", message: "no answer", count: 1, pipeline: "gate" };
  for (let i = 0; i < 2; i++) states.observe({ type: "effect_failed", ...failed });
  states.observe({ ...failed, type: "effect_refused", code: "EFFECT_REFUSED" });
  const deleted = { type: "files_deleted", directory: "/var/files", bytes: 5, pipeline: "gate" } as const;
  states.observe({ ...deleted, files: 2, count: 2 });
  states.observe({ ...deleted, files: 3, count: 5 });
  expect(states.health({ ...FACTS, refused: new Map() })).toMatchObject({
    status: "ok",
    failures: { gate: { mail: { MAIL_TIMEOUT: 2, EFFECT_REFUSED: 1 } } },
    deleted_files: 5,
    decoders_given_up: 0,
  });
});

test("what is degraded is named with its reason, as long as it is", () => {
  const states = new CameraStates();
  const facts = { ...FACTS, cameras: ["gate", "yard"], refused: new Map([["pipelines.count", "no such model"]]) };
  states.observe({ type: "spool_degraded", directory: "/var/spool", message: "no space left" });
  states.observe({ type: "camera_not_started", camera: "yard", pipeline: "count", code: "X", message: "no model" });
  const found = states.health({ ...facts, broker: "away", configFault: "line 3: wrong" });
  expect(found).toMatchObject({ ok: false, status: "degraded" });
  expect(found.degraded).toEqual([
    { what: "config", message: "line 3: wrong" },
    { what: "pipelines.count", message: "no such model" },
    { what: "broker", message: "it is not connected; events wait" },
    { what: "spool", message: "/var/spool: no space left" },
    { what: "camera yard", message: "no model" },
  ]);
  states.observe({ type: "spool_recovered", directory: "/var/spool" });
  const size = { width: 8, height: 8, codec: null, fps: null, decoder: null };
  for (const camera of ["gate", "yard"]) states.observe({ type: "source_started", camera, ...size });
  expect(states.health({ ...facts, refused: new Map(), broker: "connected" })).toMatchObject({
    ok: true,
    degraded: [],
  });
});

test("video that cannot be sent is degraded; video that waits for its first picture is not", () => {
  const place = { pipeline: "count", camera: "gate", output: "picture", to: "rtsp", place: "rtsp://box/gate" } as const;
  const stream = { ...place, encoder: null, seen: 3, encoded: 0, dropped: {} };
  const video = [
    { ...stream, state: "retrying", error: "refused" } as const,
    { ...stream, camera: "yard", state: "waiting", error: null } as const,
  ];
  const found = new CameraStates().health({ ...FACTS, refused: new Map(), video });
  expect(found.degraded).toEqual([{ what: "video gate/picture", message: "refused" }]);
  expect(found.video_out).toEqual(video);
});
