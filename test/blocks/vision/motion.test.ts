import { describe, expect, it } from "vitest";
import { backgroundSubtractionV1 } from "../../../src/blocks/vision/background-subtraction.ts";
import { motionDetectionV1 } from "../../../src/blocks/vision/motion-detection.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { Step } from "../run-block.ts";
import { picture } from "../values.ts";
import { pixel } from "../visualization/pixels.ts";

/** A grey scene of 40 x 30 with a bright square of 10 at a place; none without. */
function scene(place?: readonly [number, number]): Image {
  const image = picture(40, 30);
  if (place === undefined || image.pixels.type !== "owned") return image;
  const [x, y] = place;
  for (let row = y; row < y + 10; row++) image.pixels.rgb.fill(220, 3 * (row * 40 + x), 3 * (row * 40 + x + 10));
  return image;
}

const SETTINGS = { history: 5, minimum_contour_area: 30 };

/** A step that has seen the empty scene for so many frames as its history is long. */
function ready(values: object = {}): (image: Image) => ReturnType<Step["run"]> {
  const step = new Step(motionDetectionV1);
  const run = (image: Image) => step.run({ image, ...SETTINGS, ...values });
  for (let i = 0; i < 5; i++) run(scene());
  return run;
}

const boxes = (outputs: ReturnType<Step["run"]>) => (outputs["detections"] as Detections).items.map(({ box }) => box);

describe("motion_detection@v1", () => {
  it("gives boxes and outlines of what moves, and the alarm when it begins", () => {
    const run = ready();
    const first = run(scene([10, 12]));
    expect(first).toMatchObject({ motion: true, alarm: true });
    expect(boxes(first)).toEqual([[10, 12, 20, 22]]);
    expect((first["motion_zones"] as number[][][])[0]).toContainEqual([10, 13]);
    expect(run(scene([20, 12]))).toMatchObject({ motion: true, alarm: false });
    for (let i = 0; i < 20; i++) run(scene());
    expect(run(scene())).toMatchObject({ motion: false, alarm: false, motion_zones: [] });
    expect(run(scene([10, 2]))).toMatchObject({ motion: true, alarm: true });
  });

  it("gives every object an id of its own, and knows the picture also when there is none", () => {
    const run = ready();
    const [a, b] = [run(scene([10, 12])), run(scene([25, 2]))].map((outputs) => outputs["detections"] as Detections);
    const ids = [...a!.items, ...b!.items].map(({ detectionId }) => detectionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(run(scene())["detections"]).toMatchObject({ width: 40, height: 30 });
  });

  it("is silent for as many frames as its history is long, unless it shall not be", () => {
    const early = (suppress_first_detections: boolean) => {
      const step = new Step(motionDetectionV1);
      const values = { ...SETTINGS, suppress_first_detections };
      return Array.from({ length: 7 }, (_, i) => step.run({ image: scene([i * 5, 4]), ...values })["motion"]);
    };
    expect(early(true).slice(0, 5)).toEqual([false, false, false, false, false]);
    expect(early(true)[5]).toBe(true);
    expect(early(false)[0]).toBe(true);
  });

  it("counts what lies in its zone, of several polygons too, and tells of one that is none", () => {
    const left: [number, number][] = [[0, 0], [14, 0], [14, 29], [0, 29]]; // biome-ignore format: corners
    const right: [number, number][] = [[30, 0], [39, 0], [39, 29], [30, 29]]; // biome-ignore format: corners
    expect(boxes(ready({ detection_zone: left })(scene([10, 12])))).toEqual([[10, 12, 15, 22]]);
    expect(boxes(ready({ detection_zone: JSON.stringify(left) })(scene([10, 12])))).toEqual([[10, 12, 15, 22]]);
    expect(boxes(ready({ detection_zone: [left, right] })(scene([28, 12])))).toEqual([[30, 12, 38, 22]]);
    expect(ready({ detection_zone: right })(scene([10, 12]))).toMatchObject({ motion: false });
    expect(() => ready({ detection_zone: "zone" })).toThrow(/detection_zone is "zone", expected a list of points/);
  });

  it("gives outlines with no more corners than their shapes need", () => {
    const disc = scene();
    if (disc.pixels.type === "owned") {
      for (let i = 0; i < 40 * 30; i++) {
        if (Math.hypot((i % 40) - 20, Math.floor(i / 40) - 15) <= 12) disc.pixels.rgb.fill(220, 3 * i, 3 * i + 3);
      }
    }
    const [outline] = ready()(disc)["motion_zones"] as number[][][];
    expect(outline!.length).toBeGreaterThan(6);
    expect(outline!.length).toBeLessThan(24);
  });

  it("leaves out what is small", () => {
    expect(ready({ minimum_contour_area: 81 })(scene([10, 12]))).toMatchObject({ motion: false });
    expect(ready({ minimum_contour_area: 70 })(scene([10, 12]))).toMatchObject({ motion: true });
  });
});

describe("background_subtraction@v1", () => {
  it("has a background for each camera", () => {
    const step = new Step(backgroundSubtractionV1);
    const at = (source: string, image: Image) => pixel(step.run({ image }, source)["image"] as Image, 12, 14);
    for (let i = 0; i < 12; i++) {
      at("a", scene());
      at("b", scene([10, 12]));
    }
    expect([at("a", scene()), at("b", scene([10, 12]))]).toEqual([[0, 0, 0], [0, 0, 0]]); // biome-ignore format: two
    expect(at("a", scene([10, 12]))).toEqual([255, 255, 255]);
  });

  it("asks for a history of at least a frame", () => {
    const run = () => new Step(backgroundSubtractionV1).run({ image: scene(), history: 0 });
    expect(run).toThrow("history is 0, expected 1 or more");
  });
});
