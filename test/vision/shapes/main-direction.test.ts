import { describe, expect, it } from "vitest";
import { evenLocalContrast } from "../../../src/vision/contrast/local-contrast.ts";
import { newRaster, type Raster } from "../../../src/vision/raster.ts";
import { mainDirection } from "../../../src/vision/shapes/main-direction.ts";

/** Stripes across a direction, in degrees from the right downwards. */
function stripes(degrees: number): Raster<1> {
  const raster = newRaster({ width: 120, height: 90 }, 1);
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  for (let i = 0; i < raster.data.length; i++) {
    raster.data[i] = 128 + 100 * Math.sin(((i % 120) * dx + Math.floor(i / 120) * dy) / 2);
  }
  return raster;
}

describe("the main direction", () => {
  it.each([0, 7, 30, 60, 90, -20, -75])("is that in which brightness changes: %d degrees", (degrees) => {
    expect(Math.abs(mainDirection(stripes(degrees))! - degrees)).toBeLessThan(0.5);
  });

  it("is none of a flat picture", () => {
    expect(mainDirection(newRaster({ width: 20, height: 20 }, 1))).toBeNull();
  });
});

describe("local contrast", () => {
  it("is raised in a faint part as far as its limit allows, at every size", () => {
    for (const width of [64, 67]) {
      const raster = newRaster({ width, height: 40 }, 1);
      for (let i = 0; i < raster.data.length; i++) raster.data[i] = 100 + (i % 4);
      const [faint, strong] = [1, 40].map((limit) => {
        const { data } = evenLocalContrast(raster, limit);
        return Math.max(...data) - Math.min(...data);
      });
      expect(strong).toBeGreaterThan(faint!);
    }
  });
});
