import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/blocks/contract/block.ts";
import { byteTrackerV1, byteTrackerV2 } from "../../../src/blocks/tracking/byte-tracker.ts";
import { trackersBotsortV1 } from "../../../src/blocks/tracking/trackers-botsort.ts";
import { trackersBytetrackV1 } from "../../../src/blocks/tracking/trackers-bytetrack.ts";
import { trackersOcsortV1 } from "../../../src/blocks/tracking/trackers-ocsort.ts";
import { trackersSortV1 } from "../../../src/blocks/tracking/trackers-sort.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { Step, type Values } from "../run-block.ts";
import { detection, detections, frame, video } from "../values.ts";

const BLOCKS: readonly Block[] = [trackersSortV1, trackersBytetrackV1, trackersOcsortV1, trackersBotsortV1];

function person(left: number, top = 100): Detection["box"] {
  return [left, top, left + 50, top + 120];
}

function idsIn(value: unknown): (number | undefined)[] {
  return (value as Detections).items.map(({ trackerId }) => trackerId);
}

/** Ids of each frame; null is a frame without the object. */
function idsOf(block: Block, lefts: readonly (number | null)[], settings: Values = {}): (number | undefined)[][] {
  const step = new Step(block);
  return lefts.map((left, f) => {
    const items = left === null ? [] : [detection(person(left))];
    const values = { image: frame(f + 1), detections: detections(items), ...settings };
    return idsIn(step.run(values)["tracked_detections"]);
  });
}

describe.each(BLOCKS)("$type", (block) => {
  const walk = Array.from({ length: 12 }, (_, i) => 100 + 5 * i);
  const gone = Array.from({ length: 10 }, () => null);
  const back = Array.from({ length: 4 }, (_, i) => 100 + 5 * (22 + i));

  it("gives an object its id after a few sights and keeps it over an occlusion within the buffer", () => {
    const ids = idsOf(block, [...walk, ...gone, ...back]);
    expect(ids.flat()).toEqual(ids.flat().map(() => 1));
    expect(ids.slice(3, 12).every((found) => found.length === 1)).toBe(true);
    expect(ids.slice(22).map((found) => found.length)).toEqual([1, 1, 1, 1]);
  });

  it("gives another id to what comes back after the buffer", () => {
    const ids = idsOf(block, [...walk, ...gone, ...back], { lost_track_buffer: 6 });
    expect(ids.slice(22).flat().at(-1)).toBe(2);
  });

  it("counts ids through over all cameras of the step", () => {
    const step = new Step(block);
    const look = (camera: string, f: number) => {
      const image = frame(f, { videoIdentifier: camera });
      const found = step.run({ image, detections: detections([detection(person(100))]) }, camera);
      return idsIn(found["tracked_detections"])[0];
    };
    const last = Array.from({ length: 5 }, (_, i) => [look("north", i + 1), look("south", i + 1)]).at(-1);
    expect(last?.toSorted()).toEqual([1, 2]);
  });

  it("tells new instances from those seen before", () => {
    const step = new Step(block);
    const split = walk.slice(0, 6).map((left, f) => {
      const found = step.run({ image: frame(f + 1), detections: detections([detection(person(left))]) });
      return { fresh: idsIn(found["new_instances"]), known: idsIn(found["already_seen_instances"]) };
    });
    expect(split.flatMap(({ fresh }) => fresh)).toEqual([1]);
    expect(split.at(-1)).toEqual({ fresh: [], known: [1] });
  });

  it("follows nothing in empty frames and keeps masks, key points and fields of what it follows", () => {
    const step = new Step(block);
    const item = detection(person(100), { keypoints: [], data: { note: "x" } });
    expect(idsIn(step.run({ image: frame(1), detections: detections([]) })["tracked_detections"])).toEqual([]);
    let found: unknown;
    for (let f = 2; f < 8; f++) {
      found = step.run({ image: frame(f), detections: detections([item]) })["tracked_detections"];
    }
    expect((found as Detections).items).toEqual([{ ...item, trackerId: 1 }]);
  });
});

describe("roboflow_core/trackers_ocsort@v1", () => {
  it("reports a known object again at its first sight", () => {
    const ids = idsOf(trackersOcsortV1, [100, 100, 100, 100, 100, null, null, 100, 100]);
    expect(ids.slice(7)).toEqual([[1], [1]]);
  });

  it("does not take one who enters where another left a moment ago for that one", () => {
    const leaves = Array.from({ length: 20 }, (_, i) => 900 + 15 * i);
    const enters = Array.from({ length: 8 }, (_, i) => 1185 - 15 * i);
    const ids = idsOf(trackersOcsortV1, [...leaves, ...Array.from({ length: 10 }, () => null), ...enters]);
    expect(new Set(ids.flat())).toEqual(new Set([1, 2]));
  });
});

describe("roboflow_core/trackers_bytetrack@v1", () => {
  it("goes on with an uncertain detection, also after an occlusion, and starts no track from one", () => {
    const step = new Step(trackersBytetrackV1);
    const look = (f: number, confidence: number, left = 100) => {
      const values = { image: frame(f), detections: detections([detection(person(left), { confidence })]) };
      return idsIn(step.run(values)["tracked_detections"]);
    };
    const seen = [look(1, 0.9), look(2, 0.9), look(3, 0.3)];
    expect(seen).toEqual([[], [1], [1]]);
    step.run({ image: frame(4), detections: detections([]) });
    expect(look(5, 0.2)).toEqual([1]);
    expect([look(6, 0.65, 600), look(7, 0.65, 600)]).toEqual([[], []]);
  });
});

describe("roboflow_core/trackers_botsort@v1", () => {
  it("reports what the first frame shows at once when that is asked for", () => {
    expect(idsOf(trackersBotsortV1, [100, 100], { instant_first_frame_activation: true })).toEqual([[1], [1]]);
    expect(idsOf(trackersBotsortV1, [100, 100])).toEqual([[], [1]]);
  });
});

describe("roboflow_core/byte_tracker@v1", () => {
  it("follows by the metadata of the video as version 2 does by the image", () => {
    const [one, two] = [new Step(byteTrackerV1), new Step(byteTrackerV2)];
    for (let f = 1; f < 6; f++) {
      const found = detections([detection(person(10 * f))]);
      const ids = [
        one.run({ metadata: video(f), detections: found })["tracked_detections"],
        two.run({ image: frame(f), detections: found })["tracked_detections"],
      ].map(idsIn);
      expect(ids).toEqual([[1], [1]]);
    }
  });
});
