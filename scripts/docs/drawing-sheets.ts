import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { BugError } from "../../src/base/errors.ts";
import type { Block, Context } from "../../src/blocks/contract/block.ts";
import { CORE } from "../../src/blocks/registry/core.ts";
import { pasteRaster } from "../../src/drawing/paste.ts";
import { drawText } from "../../src/drawing/text.ts";
import { openFonts } from "../../src/effects/fonts.ts";
import type { Image } from "../../src/kinds/image.ts";
import type { PixelService } from "../../src/kinds/pixel-service.ts";
import type { Raster } from "../../src/vision/raster.ts";
import { resize } from "../../src/vision/warps/resize.ts";
import {
  anomalies,
  CLASSES,
  frameOf,
  icon,
  namedObjects,
  objectsOf,
  type Sample,
  SHEETS,
  SIZE,
} from "./drawing-samples.ts";

// `npm run sheets` writes pictures of every drawing block to docs/reference/drawing.

const FOLDER = fileURLToPath(new URL("../../docs/reference/drawing", import.meta.url));
const [COLUMNS, CAPTION, GAP] = [3, 20, 4];
/** Of the scene; before it there are as many frames as a sample asks for. */
const SHOWN = 70;

function bytesOf({ pixels }: Image): Uint8Array {
  return pixels.type === "owned" ? pixels.rgb : new Uint8Array();
}

const pixels: PixelService = {
  view: (image) => ({ rgb: bytesOf(image), stride: image.width * 3, width: image.width, height: image.height }),
  copy: (image) => bytesOf(image).slice(),
};
const services = { pixels, fonts: openFonts({}), ids: { uuid: () => "sample" } };

const SIZES: Readonly<Record<string, unknown>> = { width: SIZE.width, height: SIZE.height };

await mkdir(FOLDER, { recursive: true });
for (const [name, samples] of Object.entries(SHEETS)) {
  const { rgb, ...size } = await sheetOf(samples);
  const file = await sharp(rgb, { raw: { ...size, channels: 3 } })
    .webp({ quality: 78 })
    .toBuffer();
  await writeFile(`${FOLDER}/${name}.webp`, file);
}

async function sheetOf(samples: readonly Sample[]) {
  const cell = { width: SIZE.width + GAP, height: SIZE.height + CAPTION + GAP };
  const width = COLUMNS * cell.width - GAP;
  const height = Math.ceil(samples.length / COLUMNS) * cell.height - GAP;
  const canvas = { rgb: new Uint8Array(width * height * 3).fill(255), width, height };
  for (const [i, sample] of samples.entries()) {
    const [x, y] = [(i % COLUMNS) * cell.width, Math.floor(i / COLUMNS) * cell.height];
    const text = sample.caption ?? sample.type.replace("_visualization", "");
    drawText(canvas, text, { x: x + 4, y: y + CAPTION - 6, scale: 0.4, thickness: 1, color: [40, 40, 40] });
    const image = await shown(sample);
    pasteRaster(canvas, [x, y + CAPTION], fitted(image));
  }
  return canvas;
}

/** The pixels, made smaller where they are larger than a cell. */
function fitted(image: Image): Raster<3> {
  const { width, height } = image;
  const raster: Raster<3> = { data: bytesOf(image), width, height, stride: width * 3, channels: 3 };
  const share = Math.min(1, SIZE.width / width, SIZE.height / height);
  return share === 1
    ? raster
    : resize(raster, { width: Math.round(width * share), height: Math.round(height * share) });
}

/** What the block makes of the last frame. */
async function shown({ type, properties = {}, frames = 1 }: Sample): Promise<Image> {
  const block = CORE.catalogue.get(`roboflow_core/${type}`) as Block;
  const run = block.run ?? fail(type);
  const state = block.state?.();
  let image = frameOf(SHOWN);
  for (let frame = SHOWN - frames + 1; frame <= SHOWN; frame++) {
    const inputs = inputsOf(block, { ...flowing(frame), ...properties });
    const context = { step: "sample", source: "scene", state, prepared: block.prepare?.(inputs), init: {}, services };
    const outputs = (await run(inputs, context as unknown as Context)) as { image?: Image; qr_code?: Image };
    image = outputs.image ?? outputs.qr_code ?? image;
  }
  return image;
}

function fail(type: string): never {
  throw new BugError(`${type} does not run`);
}

/** Values that steps before would give. */
function flowing(frame: number): Record<string, unknown> {
  const image = frameOf(frame);
  return {
    image,
    images: [image, frameOf(frame + 25), frameOf(frame + 50)],
    predictions: objectsOf(frame),
    named: namedObjects(frame),
    predictions_a: objectsOf(frame, 0),
    predictions_b: objectsOf(frame, 1),
    icon: icon(),
    anomaly_map: anomalies(),
    anomaly_threshold: 1,
  };
}

function inputsOf(block: Block, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isGrid = block.type.includes("grid");
  const inputs: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    const value = values[name] === "classes" ? CLASSES : values[name] === "named" ? values["named"] : values[name];
    if (name === "type" || name === "name") continue;
    inputs[name] = value ?? (isGrid ? SIZES[name] : undefined) ?? schema.parse(undefined);
  }
  return inputs;
}
