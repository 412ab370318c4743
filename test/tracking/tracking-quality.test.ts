import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Block } from "../../src/blocks/contract/block.ts";
import { byteTrackerV3 } from "../../src/blocks/tracking/byte-tracker.ts";
import { trackersBotsortV1 } from "../../src/blocks/tracking/trackers-botsort.ts";
import { trackersBytetrackV1 } from "../../src/blocks/tracking/trackers-bytetrack.ts";
import { trackersOcsortV1 } from "../../src/blocks/tracking/trackers-ocsort.ts";
import { trackersSortV1 } from "../../src/blocks/tracking/trackers-sort.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import { Step } from "../blocks/run-block.ts";
import { detection, detections, frame } from "../blocks/values.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { evaluate, type Labelled } from "./mot-metrics.ts";

const TRUTH = "mot/mot-synth-a/gt/gt.txt";
const DETECTED = "mot/mot-synth-a/det/det.txt";
const [FRAMES, WIDTH, HEIGHT] = [400, 1280, 720];

/**
 * MOTA, IDF1 and switches of the reference's trackers on what a small model detected; and how many sights of perfect detections wait for
 * their id here.
 */
const TRACKERS: readonly [Block, { mota: number; idf1: number; switches: number; waits: number }][] = [
  [byteTrackerV3, { mota: 0.827, idf1: 0.585, switches: 15, waits: 5 }],
  [trackersSortV1, { mota: 0.8176, idf1: 0.6406, switches: 15, waits: 16 }],
  [trackersBytetrackV1, { mota: 0.7995, idf1: 0.6936, switches: 8, waits: 8 }],
  [trackersOcsortV1, { mota: 0.7184, idf1: 0.6367, switches: 9, waits: 18 }],
  [trackersBotsortV1, { mota: 0.7765, idf1: 0.6627, switches: 12, waits: 8 }],
];

describe.skipIf(lacksAssets(TRUTH, DETECTED))("trackers on eight persons that cross in front of each other", () => {
  const truth = Array.from({ length: FRAMES }, (): Labelled[] => []);
  const detected = Array.from({ length: FRAMES }, (): Detection[] => []);

  beforeAll(() => {
    for (const [number, id, left, top, width, height, flag] of rows(TRUTH)) {
      if (flag === 1) truth[number! - 1]?.push({ id: id!, box: clipped(boxOf(left!, top!, width!, height!)) });
    }
    for (const [number, , left, top, width, height, confidence] of rows(DETECTED)) {
      detected[number! - 1]?.push(detection(boxOf(left!, top!, width!, height!), { confidence: confidence! }));
    }
  });

  describe.each(TRACKERS)("$type", (block, reference) => {
    it("follows what a small model detected at least as well as the reference", () => {
      const scores = evaluate(truth, track(block, detected));
      expect(scores.mota).toBeGreaterThan(reference.mota);
      expect(scores.idf1).toBeGreaterThan(reference.idf1);
      expect(scores.switches).toBeLessThanOrEqual(reference.switches);
    });

    it("gives one id to each person on perfect detections, over every occlusion", () => {
      const perfect = truth.map((objects) => objects.map(({ box }) => detection([...box])));
      const tracked = track(block, perfect);
      expect(evaluate(truth, tracked)).toMatchObject({ switches: 0, missed: reference.waits, invented: 0 });
      // No reported object has the id of another one.
      expect(evaluate(reported(truth, tracked), tracked)).toMatchObject({ mota: 1, idf1: 1 });
    });
  });
});

/** The objects that the tracker reported, those that still waited for an id left out. */
function reported(truth: readonly Labelled[][], tracked: readonly Labelled[][]): Labelled[][] {
  return truth.map((objects, f) => {
    return objects.filter(({ box }) => tracked[f]?.some((found) => found.box.every((value, i) => value === box[i])));
  });
}

function rows(name: string): number[][] {
  const text = readFileSync(assetPath(name) ?? "", "utf8").trim();
  return text.split("\n").map((line) => line.split(",").map(Number));
}

function boxOf(left: number, top: number, width: number, height: number): Detection["box"] {
  return [left - 1, top - 1, left - 1 + width, top - 1 + height];
}

function clipped([x1, y1, x2, y2]: Detection["box"]): Detection["box"] {
  return [Math.max(0, x1), Math.max(0, y1), Math.min(WIDTH, x2), Math.min(HEIGHT, y2)];
}

function track(block: Block, scene: readonly Detection[][]): Labelled[][] {
  const step = new Step(block);
  return scene.map((found, f) => {
    const values = { image: frame(f + 1, { fps: 25 }), detections: detections(found) };
    const { items } = step.run(values)["tracked_detections"] as Detections;
    return items.map(({ box, trackerId }) => ({ id: trackerId!, box }));
  });
}
