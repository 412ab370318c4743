import { describe, expect, it } from "vitest";
import { CameraMotion } from "../../../src/blocks/tracking/camera-motion.ts";
import { trackersBotsortV1 } from "../../../src/blocks/tracking/trackers-botsort.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import { cameraShift } from "../../../src/tracking/camera-shift.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { Step } from "../run-block.ts";
import { detection, detections, picture, video } from "../values.ts";

const [WIDTH, HEIGHT] = [320, 240];

/** Blots of all sizes and shades, as on a wall. */
const blots = Array.from({ length: 260 }, (_, i) => {
  const share = (n: number) => (Math.sin(12.9898 * (i + 1) * n) * 43758.5453) % 1;
  return { x: 180 + 240 * share(1), y: 130 + 190 * share(2), size: 5 + 14 * Math.abs(share(3)), shade: 70 * share(4) };
});

/** A still scene as a camera sees it that was turned by so many pixels and zoomed. */
function scene(shift: { x: number; y: number }, zoom = 1, channels: 1 | 3 = 1): Raster {
  const raster = newRaster({ width: WIDTH, height: HEIGHT }, channels);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [u, v] = [(x - shift.x) / zoom, (y - shift.y) / zoom];
      let value = 128;
      for (const blot of blots) {
        const distance = (u - blot.x) ** 2 + (v - blot.y) ** 2;
        if (distance < blot.size ** 2) value += blot.shade * (1 - distance / blot.size ** 2);
      }
      raster.data.fill(
        Math.max(0, Math.min(255, Math.round(value))),
        (y * WIDTH + x) * channels,
        (y * WIDTH + x + 1) * channels,
      );
    }
  }
  return raster;
}

describe("the motion of a camera", () => {
  it.each([1, 2])("is found by what stands still, in pictures %d times smaller", (downscale) => {
    const motion = new CameraMotion(downscale);
    expect(motion.next(scene({ x: 0, y: 0 }), [])).toBeNull();
    const turned = motion.next(scene({ x: 7, y: -3 }), []);
    expect(turned?.x).toBeCloseTo(7, 0);
    expect(turned?.y).toBeCloseTo(-3, 0);
    expect(turned?.scale).toBeCloseTo(1, 2);
    const zoomed = motion.next(scene({ x: 7 * 1.02, y: -3 * 1.02 }, 1.02), []);
    expect(zoomed?.scale).toBeCloseTo(1.02, 2);
  });

  it("is not found in a flat picture, nor across a change of size", () => {
    const motion = new CameraMotion(1);
    const flat = newRaster({ width: WIDTH, height: HEIGHT }, 1);
    motion.next(flat, []);
    expect(motion.next(flat, [])).toBeNull();
    expect(motion.next(newRaster({ width: 64, height: 48 }, 1), [])).toBeNull();
  });

  it("is that which most points agree with, and none where they do not", () => {
    const still = Array.from({ length: 20 }, (_, i) => ({ x: 30 * (i % 5), y: 40 * Math.floor(i / 5) }));
    const moves = still.map((from, i) => ({ from, to: { x: from.x + 4 + (i < 5 ? 30 : 0), y: from.y - 2 } }));
    const shift = cameraShift(moves);
    expect(shift?.x).toBeCloseTo(4, 6);
    expect(shift?.y).toBeCloseTo(-2, 6);
    const torn = still.map((from, i) => ({ from, to: { x: from.x + 37 * i, y: from.y - 23 * i } }));
    expect(cameraShift(torn)).toBeNull();
    expect(cameraShift([])).toBeNull();
  });
});

describe("trackers_botsort@v1", () => {
  /** Ids of a small object that stands still before a camera that jerks. */
  const idsOf = (enable_cmc: boolean) => {
    const step = new Step(trackersBotsortV1);
    const turns = [0, 0, 0, 0, 14, 14, 0, 0, 14, 0, 0];
    return turns.map((x, f) => {
      const rgb = scene({ x, y: 0 }, 1, 3).data;
      const pixels = { type: "owned", rgb, width: WIDTH, height: HEIGHT } as const;
      const image = picture(WIDTH, HEIGHT, { video: video(f + 1), pixels });
      const found = detections([detection([150 + x, 100, 162 + x, 130])], WIDTH, HEIGHT);
      const tracked = step.run({ image, detections: found, enable_cmc, cmc_downscale: 1 })["tracked_detections"];
      return (tracked as Detections).items[0]?.trackerId;
    });
  };

  it("keeps an object's id while the camera moves more than the object is wide, where that is taken out", () => {
    expect(new Set(idsOf(true).slice(1))).toEqual(new Set([1]));
    expect(new Set(idsOf(false).slice(1))).not.toEqual(new Set([1]));
  });

  it("needs the pixels of its picture only for that", () => {
    expect([true, false, undefined].map((enable_cmc) => trackersBotsortV1.looks?.({ enable_cmc }))).toEqual([
      true,
      false,
      true,
    ]);
  });
});
