import fc from "fast-check";
import { expect, test } from "vitest";
import { drawShape, SHADOW_REACH } from "../../src/demo/draw-shape.ts";
import { createScene, type SceneObject } from "../../src/demo/scene.ts";
import { boxOf, SHAPE_CLASSES, type Shape } from "../../src/demo/shape.ts";
import { parcelsAt } from "../../src/demo/traffic.ts";

const WIDTH = 320;
const HEIGHT = 180;
const anyFrame = fc.integer({ min: 0, max: 1_000_000_000 });
const fewRuns = { numRuns: 12 };

function sceneOf(seed: number) {
  return createScene({ seed, width: WIDTH, height: HEIGHT });
}

function picture(scene: ReturnType<typeof sceneOf>, frame: number): Buffer {
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
  scene.drawFrame(frame, rgb);
  return rgb;
}

test("equal seeds give equal pictures and truths, whatever was asked for before", () => {
  const used = sceneOf(5);
  fc.assert(
    fc.property(anyFrame, (frame) => {
      const fresh = sceneOf(5);
      expect(picture(used, frame).equals(picture(fresh, frame))).toBe(true);
      expect(used.truthAt(frame)).toEqual(fresh.truthAt(frame));
    }),
    fewRuns,
  );
});

test("different seeds give different scenes", () => {
  expect(picture(sceneOf(1), 0).equals(picture(sceneOf(2), 0))).toBe(false);
  expect(sceneOf(1).truthAt(0)).not.toEqual(sceneOf(2).truthAt(0));
});

test("the scene never ends: at any frame a few objects lie in the picture", () => {
  fc.assert(
    fc.property(fc.integer(), anyFrame, (seed, frame) => {
      const truth = sceneOf(seed).truthAt(frame);
      expect(truth.length).toBeGreaterThan(0);
      expect(truth.length).toBeLessThanOrEqual(16);
      expect(new Set(truth.map(({ id }) => id)).size).toBe(truth.length);
      for (const object of truth) expectInPicture(object);
    }),
    fewRuns,
  );
});

function expectInPicture({ box: [left, top, right, bottom], visible }: SceneObject): void {
  expect(left).toBeGreaterThanOrEqual(0);
  expect(top).toBeGreaterThanOrEqual(0);
  expect(right).toBeGreaterThan(left);
  expect(bottom).toBeGreaterThan(top);
  expect(right).toBeLessThanOrEqual(WIDTH);
  expect(bottom).toBeLessThanOrEqual(HEIGHT);
  expect(visible).toBeGreaterThanOrEqual(0);
  expect(visible).toBeLessThanOrEqual(1);
}

const anyShape: fc.Arbitrary<Shape> = fc.record({
  class: fc.constantFrom(...SHAPE_CLASSES),
  x: fc.double({ min: 60, max: 80, noNaN: true }),
  y: fc.double({ min: 60, max: 80, noNaN: true }),
  radius: fc.double({ min: 8, max: 42, noNaN: true }),
  angle: fc.double({ min: -10, max: 10, noNaN: true }),
  color: fc.constant<[number, number, number]>([250, 60, 20]),
});

test("a shape's box is the smallest that holds its drawn pixels", () => {
  fc.assert(
    fc.property(anyShape, (shape) => {
      const canvas = { rgb: new Uint8Array(140 * 140 * 3).fill(120), width: 140, height: 140 };
      drawShape(canvas, shape);
      const drawn = extentOfColor(canvas);
      for (const [side, edge] of boxOf(shape).entries()) expect(Math.abs(drawn[side]! - edge)).toBeLessThan(1.6);
    }),
  );
});

/** Box of the pixels that are not grey: the shadow only darkens, the shape has a colour. */
function extentOfColor({ rgb, width }: { rgb: Uint8Array; width: number }): number[] {
  const colored = Array.from({ length: rgb.length / 3 }, (_, pixel) => pixel).filter(
    (pixel) => rgb[pixel * 3]! - rgb[pixel * 3 + 2]! > 60,
  );
  const columns = colored.map((pixel) => pixel % width);
  const rows = colored.map((pixel) => Math.floor(pixel / width));
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
}

test("between two frames pixels change at the objects and their shadows, and nowhere else", () => {
  const scene = sceneOf(11);
  fc.assert(
    fc.property(anyFrame, anyFrame, (first, second) => {
      const shapes = [first, second].flatMap((frame) => parcelsAt({ seed: 11, width: WIDTH, height: HEIGHT }, frame));
      const before = picture(scene, first);
      const after = picture(scene, second);
      let strays = 0;
      for (let at = 0; at < before.length; at++) {
        if (before[at] !== after[at] && !shapes.some((shape) => isNear(shape, at))) strays++;
      }
      expect(strays).toBe(0);
    }),
    // In the first example a shape outside of the picture casts its shadow into it.
    { numRuns: 4, examples: [[319438334, 0]] },
  );
});

function isNear(shape: Shape, at: number): boolean {
  const box = boxOf(shape);
  const x = Math.floor(at / 3) % WIDTH;
  const y = Math.floor(at / 3 / WIDTH);
  const reach = SHADOW_REACH + 1;
  return x > box[0] - reach && x < box[2] + reach && y > box[1] - reach && y < box[3] + reach;
}

test("what enters is partly visible first, wholly in the middle of the picture", () => {
  const scene = sceneOf(3);
  for (let frame = 0; frame < 400; frame++) {
    for (const { box, visible } of scene.truthAt(frame)) {
      if (box[2] < 4) expect(visible).toBeLessThan(0.7);
      if (visible === 1) expect(Math.min(box[2] - box[0], box[3] - box[1])).toBeGreaterThan(10);
    }
  }
});

test("objects of every class cross the line in the middle, in both directions", () => {
  const scene = sceneOf(8);
  const crossings = { right: new Set<string>(), left: new Set<string>() };
  const sides = new Map<string, boolean>();
  for (let frame = 0; frame < 1500; frame++) {
    for (const { id, class: name, box } of scene.truthAt(frame)) {
      const isRight = (box[0] + box[2]) / 2 > WIDTH / 2;
      if (sides.get(id) === !isRight) crossings[isRight ? "right" : "left"].add(name);
      sides.set(id, isRight);
    }
  }
  expect([...crossings.right].sort()).toEqual([...SHAPE_CLASSES]);
  expect([...crossings.left].sort()).toEqual([...SHAPE_CLASSES]);
});
