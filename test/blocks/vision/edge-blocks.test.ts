import { describe, expect, it } from "vitest";
import { autoRotateOnEdgesV1 } from "../../../src/blocks/vision/auto-rotate-on-edges.ts";
import { maskEdgeSnapV1 } from "../../../src/blocks/vision/mask-edge-snap.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { areaOf } from "../../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../../src/kinds/polygon-mask.ts";
import { askBlock, runBlock } from "../run-block.ts";
import { detection, detections, picture } from "../values.ts";

const SIZE = { width: 100, height: 80 };

/** A bright rectangle, the last column and row included, on grey. */
function rectangle(x1: number, y1: number, x2: number, y2: number): Image {
  const image = picture(SIZE.width, SIZE.height);
  if (image.pixels.type !== "owned") return image;
  for (let y = y1; y <= y2; y++) image.pixels.rgb.fill(220, 3 * (y * SIZE.width + x1), 3 * (y * SIZE.width + x2 + 1));
  return image;
}

const corners = (x1: number, y1: number, x2: number, y2: number) => {
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]] as const; // biome-ignore format: corners
};

describe("mask_edge_snap@v1", () => {
  const image = rectangle(25, 20, 74, 59);
  const rough = detection([28, 23, 72, 57], { mask: maskOfPolygon(corners(28, 23, 71, 56), SIZE), trackerId: 3 });
  const run = (items: Parameters<typeof detections>[0], values: object = {}) => {
    return runBlock(maskEdgeSnapV1, { image, segmentation: detections(items, 100, 80), ...values });
  };

  it("moves a mask to the edges of what it is about, and keeps all else of the object", () => {
    const { items } = run([rough])["refined_segmentation"] as Detections;
    expect(items[0]).toMatchObject({ box: rough.box, trackerId: 3, detectionId: rough.detectionId });
    expect(Math.abs(areaOf(items[0]!.mask!) - 50 * 40)).toBeLessThan(0.06 * 50 * 40);
  });

  it("leaves it where no edge is in reach", () => {
    const { items } = run([rough], { pixel_tolerance: 1, boundary_band_width: 1 })[
      "refined_segmentation"
    ] as Detections;
    expect(areaOf(items[0]!.mask!)).toBe(areaOf(rough.mask!));
  });

  it("gives the edges of the whole picture where there are no masks, and knows its size", () => {
    const boxed = detection([1, 2, 3, 4]);
    for (const items of [[], [boxed]]) {
      const outputs = run(items);
      expect((outputs["refined_segmentation"] as Detections).items).toEqual(items);
      const edges = outputs["edges"] as Detections;
      expect(edges).toMatchObject({ width: 100, height: 80 });
      expect(edges.items.map(({ class: name, box }) => [name, box])).toEqual([["edges", [24, 19, 75, 60]]]);
    }
  });
});

describe("auto_rotate_on_edges@v1", () => {
  /** Upright stripes that lean to the right by degrees. */
  function leaning(degrees: number): Image {
    const image = picture(SIZE.width, SIZE.height);
    const slope = Math.tan((degrees * Math.PI) / 180);
    if (image.pixels.type !== "owned") return image;
    for (let i = 0; i < SIZE.width * SIZE.height; i++) {
      const place = (i % SIZE.width) + slope * Math.floor(i / SIZE.width);
      image.pixels.rgb.fill(128 + 100 * Math.sin(place / 2), 3 * i, 3 * i + 3);
    }
    return image;
  }

  const angle = async (degrees: number, values: object = {}) => {
    return (await askBlock(autoRotateOnEdgesV1, { image: leaning(degrees), ...values }))["angle"] as number;
  };

  it("turns lines upright, level, or to what is nearer", async () => {
    expect(Math.abs((await angle(12)) - 12)).toBeLessThan(0.5);
    expect(Math.abs((await angle(12, { target_orientation: "horizontal" })) + 78)).toBeLessThan(0.5);
    expect(Math.abs((await angle(-12, { target_orientation: "either" })) + 12)).toBeLessThan(0.5);
  });

  it("leaves a picture as it is that needs too little or too much", async () => {
    for (const values of [{ skip_below_degrees: 20 }, { max_correction_degrees: 5 }]) {
      const image = leaning(12);
      expect(await askBlock(autoRotateOnEdgesV1, { image, ...values })).toEqual({ image, angle: 0 });
    }
  });
});
