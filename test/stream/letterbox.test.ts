import fc from "fast-check";
import { expect, test } from "vitest";
import { type Fit, fitting, letterbox, type RenditionRequest } from "../../src/kinds/frame.ts";
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
