import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelInput } from "../../src/inference/description.ts";
import { modelPixels } from "../../src/inference/pixels.ts";
import {
  type Fit,
  FULL_RGB,
  fitting,
  letterbox,
  type PicturePart,
  partIn,
  type RenditionRequest,
  renditionKey,
} from "../../src/kinds/frame.ts";
import { ffmpeg, useFolder } from "./clip.ts";
import { collect, createStream } from "./open-cameras.ts";

const folder = useFolder();
const PAD = 7;

test("ffmpeg puts the picture exactly where the fitting says", async () => {
  const side = fc.integer({ min: 16, max: 300 });
  const target = fc.integer({ min: 8, max: 200 });
  const fit = fc.constantFrom<Fit>("letterbox_center", "letterbox_top_left");
  const requests = fc.array(fc.record({ fit, width: target, height: target }), { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(side, side, requests, async (width, height, boxes) => {
      const renditions = boxes.map((box) => ({ ...box, pixelFormat: "rgb24" as const, pad: PAD }));
      const found = await measure(width, height, renditions);
      expect(found).toEqual(boxes.map((box) => expected(box, width, height)));
    }),
    { numRuns: 5 },
  );
});

test("ffmpeg cuts out exactly what is cut out of the whole picture", async () => {
  const side = fc.integer({ min: 16, max: 200 });
  const edge = fc.double({ min: 0, max: 100, noNaN: true, noDefaultInfinity: true });
  const edges = fc.tuple(edge, edge).filter(([from, to]) => from !== to);
  const parts = fc.array(fc.tuple(edges, edges), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(side, side, parts, async (width, height, found) => {
      const requests: RenditionRequest[] = found.flatMap(([xs, ys]) => {
        const [x, y] = [xs, ys].map((pair) => [...pair].sort((a, b) => a - b)) as [number[], number[]];
        const part: PicturePart = [x[0]!, y[0]!, x[1]!, y[1]!];
        const size = partIn(part, { width, height });
        const rest = { pixelFormat: "rgb24", pad: PAD, part } as const;
        const square = { width: 32, height: 32 };
        return [
          { ...rest, fit: "stretch", width: size.width, height: size.height },
          { ...rest, ...square, fit: "crop_center" },
        ];
      });
      const picture = `testsrc2=s=${width}x${height}:r=1,format=bgr0`;
      const { whole, renditions } = await decode(width, height, { picture, requests });
      const source = { type: "owned", rgb: whole, width, height } as const;
      for (const [i, request] of requests.entries()) {
        const { fit, part, ...size } = request as RenditionRequest & {
          fit: "stretch" | "crop_center";
          part: PicturePart;
        };
        const input = { ...INPUT, ...size, fit, part };
        expect(renditions[i]).toEqual(modelPixels(source, input, new Uint8Array()));
      }
    }),
    { numRuns: 4 },
  );
});

const INPUT = {
  name: "images",
  layout: "nchw",
  elementType: "float32",
  order: "rgb",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  batch: 1,
  isFree: false,
} satisfies Partial<ModelInput>;

/** The pixels of one picture, and those of its renditions. */
async function decode(
  width: number,
  height: number,
  { picture, requests }: { picture: string; requests: RenditionRequest[] },
) {
  const url = folder.path(`part-${width}x${height}.mkv`);
  await ffmpeg(["-f", "lavfi", "-i", picture, "-frames:v", "1", "-c:v", "ffv1", "-pix_fmt", "bgr0", url]);
  const stream = await createStream({ renditions: [FULL_RGB, ...requests] });
  const camera = stream.open({ url });
  const { frames } = collect(camera);
  await camera.finished;
  const pixels = (request: RenditionRequest, size: { width: number; height: number }) => {
    const { offset } = frames[0]!.renditions.find(({ key }) => key === renditionKey(request))!;
    return Uint8Array.from(new Uint8Array(stream.arena.memory, offset, size.width * size.height * 3));
  };
  return {
    whole: pixels(FULL_RGB, { width, height }),
    renditions: requests.map((request) => pixels(request, request)),
  };
}

function expected(box: Pick<RenditionRequest, "fit" | "width" | "height">, width: number, height: number) {
  const inner = letterbox(width, height, box.width, box.height);
  const { offsetX, offsetY } = fitting(box.fit, width, height, box.width, box.height);
  return { left: offsetX, top: offsetY, ...inner };
}

/** Decodes one white picture and finds the white part of each rendition. */
async function measure(width: number, height: number, renditions: RenditionRequest[]) {
  const url = folder.path(`white-${width}x${height}.mkv`);
  const picture = `color=white:s=${width}x${height}:r=1,format=rgb24`;
  await ffmpeg(["-f", "lavfi", "-i", picture, "-frames:v", "1", "-c:v", "ffv1", "-pix_fmt", "bgr0", url]);
  const stream = await createStream({ renditions });
  const camera = stream.open({ url });
  const { frames } = collect(camera);
  await camera.finished;
  const byKey = new Map(frames[0]!.renditions.map((rendition) => [rendition.key, rendition]));
  return renditions.map((request) => {
    const key = `${request.fit}:${request.width}x${request.height}:rgb24:${PAD}`;
    return whitePart(new Uint8Array(stream.arena.memory, byKey.get(key)!.offset), request);
  });
}

function whitePart(pixels: Uint8Array, { width, height }: { width: number; height: number }) {
  const isWhite = (x: number, y: number) => pixels[(y * width + x) * 3] !== PAD;
  const columns = Array.from({ length: width }, (_, x) => x).filter((x) => range(height).some((y) => isWhite(x, y)));
  const rows = Array.from({ length: height }, (_, y) => y).filter((y) => range(width).some((x) => isWhite(x, y)));
  return { left: columns[0], top: rows[0], width: columns.length, height: rows.length };
}

const range = (length: number) => Array.from({ length }, (_, index) => index);
