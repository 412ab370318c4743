import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { byteTrackerV3 } from "../../src/blocks/tracking/byte-tracker.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import { Step } from "../blocks/run-block.ts";
import { detection, detections, frame } from "../blocks/values.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { evaluate, type Labelled } from "./mot-metrics.ts";

const TRUTH = "mot/mot-synth-a/gt/gt.txt";
const DETECTED = "mot/mot-synth-a/det/det.txt";
const [FRAMES, WIDTH, HEIGHT] = [400, 1280, 720];

describe.skipIf(lacksAssets(TRUTH, DETECTED))(
  "byte_tracker@v3 on eight persons that cross in front of each other",
  () => {
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

    it("follows what a small model detected", () => {
      const scores = evaluate(truth, track(detected));
      expect(scores.mota).toBeGreaterThan(0.82);
      expect(scores.idf1).toBeGreaterThan(0.63);
      expect(scores.switches).toBeLessThan(16);
    });

    it("makes no mistake on perfect detections but to wait for the second sight of those who enter later", () => {
      const perfect = truth.map((objects) => objects.map(({ box }) => detection([...box])));
      expect(evaluate(truth, track(perfect))).toMatchObject({ switches: 0, missed: 5, invented: 0 });
    });
  },
);

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

function track(scene: readonly Detection[][]): Labelled[][] {
  const step = new Step(byteTrackerV3);
  return scene.map((found, f) => {
    const values = { image: frame(f + 1, { fps: 25 }), detections: detections(found) };
    const { items } = step.run(values)["tracked_detections"] as Detections;
    return items.map(({ box, trackerId }) => ({ id: trackerId!, box }));
  });
}
