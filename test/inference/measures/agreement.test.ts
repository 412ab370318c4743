import { describe, expect, test } from "vitest";
import { agreementCounter, type Sighting } from "../../../src/inference/measures/agreement.ts";

function sighting(x: number, score = 0.9, className = "person"): Sighting {
  return { className, score, box: [x, 0, x + 10, 10] };
}

function agreementOf(first: Sighting[], second: Sighting[]) {
  const counter = agreementCounter(0.4);
  counter.add(first, second);
  return counter.result();
}

describe("two models", () => {
  test("that find the same agree on everything", () => {
    const all = [sighting(0), sighting(100, 0.5), sighting(3, 0.8)];
    expect(agreementOf(all, all)).toEqual({
      objects: [3, 3],
      pairs: 3,
      below: [0, 0],
      overlap: 1,
      scoreDifference: 0,
    });
  });

  test("that find nothing agree on nothing", () => {
    expect(agreementOf([], [])).toMatchObject({ objects: [0, 0], pairs: 0, overlap: null, scoreDifference: null });
  });

  test("need the same class and half of the area in common", () => {
    const far = agreementOf([sighting(0)], [sighting(3.4)]);
    expect(far.pairs).toBe(0);
    const near = agreementOf([sighting(0)], [sighting(3.3)]);
    expect(near.pairs).toBe(1);
    expect(near.overlap).toBeCloseTo(6.7 / 13.3, 9);
    expect(agreementOf([sighting(0)], [sighting(0, 0.9, "dog")]).pairs).toBe(0);
  });

  test("pair each object once, with the closest", () => {
    const found = agreementOf([sighting(0), sighting(2)], [sighting(2)]);
    expect(found).toMatchObject({ objects: [2, 1], pairs: 1, overlap: 1 });
  });

  test("differ from two whose scores lie on either side of the threshold", () => {
    const found = agreementOf([sighting(0, 0.45), sighting(50)], [sighting(0, 0.35), sighting(90, 0.95)]);
    expect(found).toMatchObject({ objects: [2, 1], pairs: 0, below: [1, 0] });
  });

  test("are the same the other way round", () => {
    const [a, b] = [
      [sighting(0, 0.41), sighting(20)],
      [sighting(1, 0.2), sighting(21, 0.7), sighting(80, 0.6)],
    ];
    const [there, back] = [agreementOf(a, b), agreementOf(b, a)];
    expect(back).toEqual({ ...there, objects: there.objects.toReversed(), below: there.below.toReversed() });
  });
});
