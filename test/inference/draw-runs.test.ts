import fc from "fast-check";
import { expect, test } from "vitest";
import { drawMask } from "../../src/inference/tasks/draw-mask.ts";
import { drawRuns } from "../../src/inference/tasks/draw-runs.ts";
import { maskOf, wholeRuns } from "../../src/kinds/mask.ts";

const LEVEL = 0.5;
const side = fc.integer({ min: 1, max: 12 });
const scene = fc.record({
  map: fc.record({ width: side, height: side }),
  picture: fc.record({ width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) }),
  offset: fc.record({ x: fc.double({ min: 0, max: 2, noNaN: true }), y: fc.double({ min: 0, max: 2, noNaN: true }) }),
  scores: fc.array(fc.constantFrom(0, 0.2, 0.49, 0.5, 0.51, 0.8, 1, Number.NaN), { minLength: 144, maxLength: 144 }),
});

test("runs are those of the mask drawn pixel by pixel, for any scores and sizes", () => {
  fc.assert(
    fc.property(scene, ({ map, picture, offset, scores }) => {
      const window = { x: 0, y: 0, ...map };
      const scored = { scores: Float32Array.from(scores.slice(0, map.width * map.height)), window };
      const grid = {
        scaleX: map.width / picture.width,
        scaleY: map.height / picture.height,
        offsetX: offset.x,
        offsetY: offset.y,
      };
      const canvas = { window, grid, ...picture };
      const { pixels, area } = drawMask(scored, canvas, LEVEL);
      const whole = (mask: Parameters<typeof wholeRuns>[0]) => wholeRuns(mask, picture.width, picture.height);
      expect(whole(drawRuns(scored, canvas, LEVEL))).toEqual(whole(maskOf(pixels, area)));
    }),
    { numRuns: 300 },
  );
});

test("a small object on a large map takes a window of its own size", () => {
  const window = { x: 0, y: 0, width: 100, height: 100 };
  const scores = new Float32Array(10_000);
  scores[50 * 100 + 20] = 1;
  const grid = { scaleX: 0.1, scaleY: 0.1, offsetX: 0, offsetY: 0 };
  const mask = drawRuns({ scores, window }, { window, grid, width: 1000, height: 1000 }, LEVEL);
  expect([mask.x, mask.y]).toEqual([185, 485]);
  expect(mask.width).toBeLessThan(50);
  const none = drawRuns(
    { scores: new Float32Array(10_000), window },
    { window, grid, width: 1000, height: 1000 },
    LEVEL,
  );
  expect(wholeRuns(none, 1000, 1000)).toEqual(Uint32Array.of(1_000_000));
});
