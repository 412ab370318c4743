import { expect, test } from "vitest";
import type { CameraState } from "../../../src/daemon/report/events.ts";
import { FRAME_PARTS } from "../../../src/daemon/timing/frame-times.ts";
import type { FailureCause } from "../../../src/stream/ffmpeg/failure-cause.ts";
import type { DropReason } from "../../../src/stream/ledger.ts";

// Scripts of the page know no types: what they have words for is compared with what there is.

const words: Record<string, object> = await import(
  new URL("../../../src/daemon/http/page/words.js", import.meta.url).href
);

const STATES: Record<CameraState, true> = {
  starting: true,
  online: true,
  retrying: true,
  failed: true,
  ended: true,
  disabled: true,
  paused: true,
};

const DROPS: Record<DropReason, true> = {
  newest_wins: true,
  opening: true,
  no_slot: true,
  too_old: true,
  shed: true,
  batch_failed: true,
  worker_lost: true,
  step_failed: true,
  timeout: true,
  shutdown: true,
  camera_removed: true,
  publish_failed: true,
};

const CAUSES: Record<FailureCause, true> = {
  refused: true,
  busy: true,
  not_found: true,
  unauthorised: true,
  untrusted: true,
  unsupported: true,
  codec: true,
  timeout: true,
  stalled: true,
  ended: true,
  geometry_changed: true,
  no_memory: true,
  decoder_failed: true,
};

test.each([
  ["CAMERA_STATES", "every state of a camera", Object.keys(STATES)],
  ["DROPS", "every reason to drop a frame", Object.keys(DROPS)],
  ["HINTS", "every cause of a failure", Object.keys(CAUSES)],
  ["FRAME_PARTS", "every part of a frame's way", ["total", ...FRAME_PARTS]],
])("the page has words in %s for %s", (name, _, wanted) => {
  expect(Object.keys(words[name] ?? {}).toSorted()).toEqual(wanted.toSorted());
});
