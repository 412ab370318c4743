import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { areaOf } from "../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../src/kinds/polygon-mask.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

const SEGMENT = {
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    segmentation("find", 3),
    segmentation("find_runs", 4),
    drawing("masks", "mask_visualization@v1", "$inputs.image"),
    drawing("outlines", "polygon_visualization@v1", "$steps.masks.image"),
  ],
  outputs: [
    { type: "JsonField", name: "polygons", selector: "$steps.find.predictions" },
    { type: "JsonField", name: "runs", selector: "$steps.find_runs.predictions" },
    { type: "JsonField", name: "picture", selector: "$steps.outlines.image" },
  ],
};

function segmentation(name: string, version: number) {
  const type = `roboflow_core/roboflow_instance_segmentation_model@v${version}`;
  const confidence = { confidence_mode: "custom", custom_confidence: 0.5 };
  return { type, name, images: "$inputs.image", model_id: "coco-seg/1", ...confidence };
}

function drawing(name: string, type: string, image: string) {
  return { type: `roboflow_core/${type}`, name, image, predictions: "$steps.find.predictions" };
}

interface Row {
  polygons: { predictions: (Box & { points: { x: number; y: number }[] })[] };
  runs: { predictions: { rle_mask: { size: number[]; counts: string } }[] };
  picture: { value: string };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  class: string;
}

const ASSETS = ["models/coco-v8seglayout-416.onnx", "images/couple.png"] as const;

describe.skipIf(lacksAssets(...ASSETS))("a segmentation model, run once", () => {
  test("gives polygons or run lengths as the version says, and a picture with masks", {
    timeout: 120_000,
  }, async () => {
    const [model, image] = ASSETS.map((name) => assetPath(name) ?? "") as [string, string];
    await writeFile(folder.path("segment.json"), JSON.stringify(SEGMENT));
    const args = ["run", "segment.json", "--image", `image=${image}`, "--model", `coco-seg/1=${model}`];
    const { code, stdout, stderr } = await millrace(args, { cwd: folder.path("."), limitMs: 120_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [row] = JSON.parse(stdout) as [Row];
    const couple = row.polygons.predictions;
    expect(couple.map((one) => one.class)).toEqual(["person", "person"]);
    expect(row.runs.predictions.map(({ rle_mask }) => rle_mask.size)).toEqual([[480, 640], [480, 640]]); // biome-ignore format: sizes
    for (const [i, share] of [0.65, 0.56].entries()) expect(coveredShare(couple[i]!)).toBeCloseTo(share, 1);
    const before = await pixelsOf(image);
    const after = await pixelsOf(Buffer.from(row.picture.value, "base64"));
    for (const { x, y } of couple)
      expect(Math.abs(greenAt(after, x, y) - tinted(greenAt(before, x, y)))).toBeLessThan(12);
    expect(Math.abs(greenAt(after, 20, 400) - greenAt(before, 20, 400))).toBeLessThan(12);
  });
});

/** Of its box. */
function coveredShare({ points, width, height }: Row["polygons"]["predictions"][number]): number {
  const corners = points.map(({ x, y }) => [x, y] as const);
  return areaOf(maskOfPolygon(corners, { width: 640, height: 480 })) / (width * height);
}

/** With half of the first colour of the palette. */
function tinted(green: number): number {
  return (green + 0x51) / 2;
}

async function pixelsOf(picture: string | Buffer): Promise<Buffer> {
  return sharp(picture).removeAlpha().toColourspace("srgb").raw().toBuffer();
}

function greenAt(rgb: Buffer, x: number, y: number): number {
  return rgb[(Math.round(y) * 640 + Math.round(x)) * 3 + 1] ?? 0;
}
