import { expect, test } from "vitest";
import { keepVectors } from "../../../src/daemon/models/kept-vectors.ts";

function counting() {
  const asked: string[][] = [];
  const make = async (texts: readonly string[]) => {
    asked.push([...texts]);
    return texts.map((text) => Float32Array.of(text.length));
  };
  return { asked, make };
}

test("the vector of a text is made once for a model, also while it is being made", async () => {
  const { asked, make } = counting();
  const kept = keepVectors();
  const [both, again] = await Promise.all([
    kept.vectorsOf("clip", ["a", "bb", "a"], make),
    kept.vectorsOf("clip", ["bb", "ccc"], make),
  ]);
  expect(both.map(([length]) => length)).toEqual([1, 2, 1]);
  expect(again.map(([length]) => length)).toEqual([2, 3]);
  await kept.vectorsOf("other", ["a"], make);
  expect(asked).toEqual([["a", "bb"], ["ccc"], ["a"]]);
});

test("those used last are kept, so many in all", async () => {
  const { asked, make } = counting();
  const kept = keepVectors(2);
  for (const text of ["a", "b", "a", "c", "a", "b"]) await kept.vectorsOf("clip", [text], make);
  expect(asked).toEqual([["a"], ["b"], ["c"], ["b"]]);
});

test("one that failed is asked for again", async () => {
  const { asked, make } = counting();
  const kept = keepVectors();
  await expect(kept.vectorsOf("clip", ["a"], () => Promise.reject(new Error("busy")))).rejects.toThrow("busy");
  expect((await kept.vectorsOf("clip", ["a"], make)).length).toBe(1);
  expect(asked).toEqual([["a"]]);
});
