import { expect, test } from "vitest";
import { leastScores } from "../../src/kinds/least-score.ts";

const recommended = { confidence: 0.3, byClass: { b: 0.7, toString: 0.9 } };

test.each([
  [null, recommended, [0.5, 0.5, 0.5]],
  [0.2, recommended, [0.2, 0.2, 0.2]],
  [0, recommended, [0, 0, 0]],
  ["best", recommended, [0.3, 0.7, 0.9]],
  ["best", { ...recommended, byClass: {} }, [0.3, 0.3, 0.3]],
  ["best", null, [0.5, 0.5, 0.5]],
] as const)("asked for %j with %j, classes must score %j", (asked, told, expected) => {
  expect(leastScores(asked, ["a", "b", "toString"], { usual: 0.5, recommended: told })).toEqual(expected);
});
