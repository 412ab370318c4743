import { expect, test } from "vitest";
import { maskOf, pixelsOf } from "../../src/kinds/mask.ts";
import { maskParts } from "../../src/kinds/mask-parts.ts";

function parts(rows: readonly string[]) {
  const [width, height] = [rows[0]?.length ?? 0, rows.length];
  const pixels = Uint8Array.from([...rows.join("")], (pixel) => (pixel === "#" ? 1 : 0));
  return maskParts(maskOf(pixels, { x: 10, y: 20, width, height })).map(({ mask, box }) => {
    const bits = pixelsOf(mask);
    const drawn = Array.from({ length: mask.height }, (_, y) =>
      [...bits.subarray(y * mask.width, (y + 1) * mask.width)].map((bit) => (bit === 1 ? "#" : ".")).join(""),
    );
    return { at: [mask.x, mask.y], drawn, box };
  });
}

test("what does not touch is several parts, each with its own pixels", () => {
  expect(parts(["##...", "##.##", "...##"])).toEqual([
    { at: [10, 20], drawn: ["##", "##"], box: [10, 20, 11, 21] },
    { at: [13, 21], drawn: ["##", "##"], box: [13, 21, 14, 22] },
  ]);
});

test("a hole stays open, and what lies in it belongs to what is around", () => {
  const ring = ["#####.##", "#...#.##", "#.#.#...", "#...#...", "#####..."];
  expect(parts(ring)).toEqual([
    { at: [10, 20], drawn: ["#####", "#...#", "#.#.#", "#...#", "#####"], box: [10, 20, 14, 24] },
    { at: [16, 20], drawn: ["##", "##"], box: [16, 20, 17, 21] },
  ]);
});

test("a pixel or a line of them is no part, nor is nothing", () => {
  expect(parts(["#..", "...", "###"])).toEqual([]);
  expect(parts(["...", "..."])).toEqual([]);
});

test("a mask of one part is that part", () => {
  expect(parts(["###", "#.#", "###"])).toEqual([{ at: [10, 20], drawn: ["###", "#.#", "###"], box: [10, 20, 12, 22] }]);
});
