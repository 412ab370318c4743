import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { lineCounterV2 } from "../../../src/blocks/analytics/line-counter.ts";
import { timeInZoneV2 } from "../../../src/blocks/analytics/time-in-zone.ts";
import type { Detection, Detections } from "../../../src/kinds/detections.ts";
import { assetPath, lacksAssets } from "../../helpers/assets.ts";
import { Step } from "../run-block.ts";
import { detection, detections, frame } from "../values.ts";

const TRUTH = "mot/mot-synth-a/gt/gt.txt";
const FILE = { fps: 25, comesFromVideoFile: true };

describe.skipIf(lacksAssets(TRUTH))("on eight persons whose places are known", () => {
  const scene = Array.from({ length: 400 }, (): Detection[] => []);

  beforeAll(() => {
    for (const line of readFileSync(assetPath(TRUTH) ?? "", "utf8")
      .trim()
      .split("\n")) {
      const [number, trackerId, left, top, width, height] = line.split(",").map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const box: Detection["box"] = [left - 1, top - 1, left - 1 + width, top - 1 + height];
      scene[number - 1]?.push(detection(box, { trackerId }));
    }
  });

  it("line_counter@v2 counts four to the right and three to the left, each in its frame", () => {
    const step = new Step(lineCounterV2);
    const into: number[][] = [];
    const out: number[][] = [];
    scene.forEach((items, f) => {
      const values = { image: frame(f + 1), detections: detections(items), triggering_anchor: "BOTTOM_CENTER" };
      const found = step.run({
        ...values,
        line_segment: [
          [700, 0],
          [700, 800],
        ],
      });
      for (const { trackerId } of (found["detections_in"] as Detections).items) into.push([trackerId!, f]);
      for (const { trackerId } of (found["detections_out"] as Detections).items) out.push([trackerId!, f]);
    });
    expect(into).toEqual([
      [3, 146],
      [1, 148],
      [6, 228],
      [2, 353],
    ]);
    expect(out).toEqual([
      [2, 67],
      [4, 173],
      [7, 363],
    ]);
  });

  it("time_in_zone@v2 times three persons in the zone", () => {
    const step = new Step(timeInZoneV2);
    const stays = new Map<number, { frames: number; longest: number }>();
    scene.forEach((items, f) => {
      const values = { image: frame(f + 1, FILE), detections: detections(items), triggering_anchor: "BOTTOM_CENTER" };
      const found = step.run({
        ...values,
        zone: [
          [800, 580],
          [1240, 580],
          [1240, 720],
          [800, 720],
        ],
      });
      for (const { trackerId, timeInZone } of (found["timed_detections"] as Detections).items) {
        const stay = stays.get(trackerId!) ?? { frames: 0, longest: 0 };
        stays.set(trackerId!, { frames: stay.frames + 1, longest: Math.max(stay.longest, timeInZone!) });
      }
    });
    expect(Object.fromEntries(stays)).toEqual({
      1: { frames: 232, longest: 9.24 },
      2: { frames: 68, longest: 1.76 },
      6: { frames: 65, longest: 2.56 },
    });
  });
});
