import { expect, it } from "vitest";
import { BoxFilter, measureOf } from "../../src/tracking/kalman.ts";

it("learns a steady motion and carries it on over frames without a measure", () => {
  const filter = new BoxFilter(measureOf([0, 0, 40, 80]));
  for (let i = 1; i <= 30; i++) {
    filter.predict(1, true);
    filter.correct(measureOf([4 * i, 2 * i, 4 * i + 40, 2 * i + 80]));
  }
  for (let i = 0; i < 10; i++) filter.predict(1, false);
  const expected = [160, 80, 200, 160];
  filter.box.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(2);
  });
});

it("moves as far in one step of five frames as in five steps of one", () => {
  const make = () => {
    const filter = new BoxFilter(measureOf([0, 0, 40, 80]));
    filter.predict(1, true);
    filter.correct(measureOf([6, 0, 46, 80]));
    return filter;
  };
  const [leap, walk] = [make(), make()];
  leap.predict(5, true);
  for (let i = 0; i < 5; i++) walk.predict(1, true);
  leap.box.forEach((value, i) => {
    expect(value).toBeCloseTo(walk.box[i]!, 9);
  });
});

it("stays finite for a box of no size", () => {
  const filter = new BoxFilter(measureOf([5, 5, 5, 5]));
  filter.predict(1, true);
  filter.correct(measureOf([5, 5, 5, 5]));
  expect(filter.box.every(Number.isFinite)).toBe(true);
});
