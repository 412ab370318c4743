import { describe, expect, it } from "vitest";
import { type Modules, qrCodeOf } from "../../src/vision/codes/qr-code.ts";
import { readCodes } from "../../src/vision/codes/read-codes.ts";
import { newRaster, type Raster } from "../../src/vision/raster.ts";
import { rotate } from "../../src/vision/warps/warp.ts";

/** Modules of 4 pixels, dark on white. */
function drawn(
  { dark, size }: Modules,
  side: number,
  [left, top]: readonly [number, number],
  on?: Raster<1>,
): Raster<1> {
  const raster = on ?? newRaster({ width: side, height: side }, 1);
  if (on === undefined) raster.data.fill(255);
  for (let y = 0; y < size * 4; y++) {
    for (let x = 0; x < size * 4; x++) {
      raster.data[(top + y) * side + left + x] = dark[(y >> 2) * size + (x >> 2)] === 1 ? 0 : 255;
    }
  }
  return raster;
}

const codeOf = (text: string) => qrCodeOf(text, "M")!;

describe("QR codes", () => {
  it.each(["", "7", "12345", "ABC/1", "größe 箱 🙂", "aaaa1234567BBBBBBBBB-"])(
    "say what they are made of: %j",
    async (text) => {
      const code = codeOf(text);
      const side = code.size * 4 + 60;
      const found = await readCodes(drawn(code, side, [30, 30]), "qr");
      expect(found.map((each) => each.text)).toEqual(text === "" ? found.map(() => "") : [text]);
    },
  );

  it("grow with their text, and are none for one that no code holds", () => {
    expect(codeOf("a").size).toBe(21);
    expect(codeOf("a".repeat(100)).size).toBeGreaterThan(21);
    expect(qrCodeOf("a".repeat(3000), "H")).toBeNull();
  });

  it("are given from the top down, each with an upright box around its corners however it is turned", async () => {
    const lower = drawn(codeOf("lower"), 300, [20, 180]);
    const both = drawn(codeOf("upper"), 300, [190, 20], lower);
    expect((await readCodes(both, "qr")).map(({ text }) => text)).toEqual(["upper", "lower"]);
    const [turned] = await readCodes(rotate(drawn(codeOf("turned"), 200, [58, 58]), 180), "qr");
    const [x1, y1, x2, y2] = turned!.box;
    expect([x2 - x1, y2 - y1].every((side) => Math.abs(side - 84) <= 2)).toBe(true);
    expect(x1).toBeGreaterThan(0);
  });

  it("are not seen where there are none", async () => {
    expect(await readCodes(newRaster({ width: 40, height: 30 }, 1), "all")).toEqual([]);
  });
});
