import sharp from "sharp";
import { expect, test } from "vitest";
import { arenaPixels } from "../../../src/daemon/worker/arena-pixels.ts";
import { encodeBounded } from "../../../src/daemon/worker/bounded-jpeg.ts";
import { EventPictures, type PictureRules, type PictureWord } from "../../../src/daemon/worker/event-pictures.ts";
import { type FrameHandle, FULL_RGB, renditionKey } from "../../../src/kinds/frame.ts";
import { detection } from "../../blocks/values.ts";

const SIZE = { width: 320, height: 180 };
const WHOLE: PictureRules = { crop: false, margin: 0, jpeg: { quality: 80, maxWidth: 1280, maxBytes: 250_000 } };

type Box = [number, number, number, number];

/** Frames of one colour each, and what is said about them. */
function open() {
  const arena = new SharedArrayBuffer(3 * SIZE.width * SIZE.height);
  const words: PictureWord[] = [];
  const pictures = new EventPictures(arenaPixels(arena), (word) => words.push(word));
  const see = (seconds: number, objects: Record<number, Box>, rules = WHOLE, confidence = 0.8) => {
    new Uint8Array(arena).fill(Math.round(seconds * 10));
    const sights = Object.entries(objects).map(([id, box]) => ({
      trackerId: Number(id),
      detection: { ...detection(box, { trackerId: Number(id) }), confidence },
      isLikely: true,
    }));
    pictures.observe(frameAt(seconds), sights, rules);
    // The slot is given back, and filled with the next frame.
    new Uint8Array(arena).fill(255);
  };
  const made = () => words.flatMap((word) => (word.type === "picture" ? [word.picture] : []));
  return { pictures, words, see, made };
}

function frameAt(seconds: number): FrameHandle {
  const full = { key: renditionKey(FULL_RGB), offset: 0, ...SIZE, fit: "none", pixelFormat: "rgb24" } as const;
  return {
    ...{ camera: "gate", sequence: 1 + seconds * 10, pts: seconds, timestamp: 1_700_000_000_000 + seconds * 1000 },
    ...{ timestampSource: "arrival", clockS: seconds, startS: 0, decodedAt: 0, fps: 10, measuredFps: null },
    ...{ ...SIZE, renditions: [full], slot: 0 },
  };
}

/** Grey level of a JPEG of one colour. */
async function greyOf(jpeg: Uint8Array): Promise<number> {
  const { channels } = await sharp(jpeg).stats();
  return Math.round(channels[0]?.mean ?? -1);
}

test("an event has its first picture at once and the best one at its end, whatever the frame's memory holds by then", async () => {
  const { pictures, see, made } = open();
  see(1, { 7: [100, 60, 120, 80] });
  await pictures.settled();
  expect(made()).toEqual([]);
  pictures.started("gate", 7, "gate-a-1");
  expect(made()).toHaveLength(1);
  for (const [seconds, size] of [
    [2, 21],
    [3, 60],
    [4, 30],
    [5, 61],
  ] as const) {
    see(seconds, { 7: [100, 60, 100 + size, 60 + size] });
    await pictures.settled();
  }
  expect(made()).toHaveLength(1);
  pictures.ended("gate", 7);
  const [first, last] = made();
  expect([first?.timestamp, last?.timestamp]).toEqual([1_700_000_001_000, 1_700_000_003_000]);
  expect([await greyOf(first?.jpeg ?? new Uint8Array()), await greyOf(last?.jpeg ?? new Uint8Array())]).toEqual([
    10, 30,
  ]);
  expect(last).toMatchObject({ event: "gate-a-1", camera: "gate", ...SIZE, box: [0.3125, 0.33333, 0.5, 0.66667] });
  expect(made()).toHaveLength(2);
});

test("an object that the border cuts off gives way to a smaller one that is whole", async () => {
  const { pictures, see, made } = open();
  see(1, { 7: [0, 0, 100, 100] });
  await pictures.settled();
  see(2, { 7: [20, 20, 90, 90] });
  await pictures.settled();
  pictures.started("gate", 7, "gate-a-1");
  pictures.ended("gate", 7);
  expect(made().map(({ timestamp }) => timestamp)).toEqual([1_700_000_002_000]);
});

test("frames that come while one is encoded are skipped and counted, and an event that ends meanwhile has its picture", async () => {
  const { pictures, words, see, made } = open();
  see(1, { 7: [50, 50, 80, 80] });
  pictures.started("gate", 7, "gate-a-1");
  expect(pictures.has("gate", 7)).toBe(true);
  for (const seconds of [2, 3, 4]) see(seconds, { 7: [50, 50, 80 + 20 * seconds, 120] });
  pictures.ended("gate", 7);
  await pictures.settled();
  expect(made().map(({ timestamp }) => timestamp)).toEqual([1_700_000_001_000]);
  expect(words.at(-1)).toEqual({ type: "skipped", camera: "gate", frames: 3 });
});

test("a crop has the object and its margin, within the picture", async () => {
  const { pictures, see, made } = open();
  see(1, { 7: [100, 40, 140, 120], 8: [300, 100, 318, 178] }, { ...WHOLE, crop: true, margin: 0.25 });
  pictures.started("gate", 7, "gate-a-1");
  pictures.started("gate", 8, "gate-a-2");
  await pictures.settled();
  const byEvent = Object.fromEntries(made().map((picture) => [picture.event, picture]));
  expect(byEvent["gate-a-1"]).toMatchObject({ width: 60, height: 120, box: [0.16667, 0.16667, 0.83333, 0.83333] });
  expect(byEvent["gate-a-2"]?.width).toBe(320 - 295);
  for (const { jpeg, width, height } of made()) expect(await sharp(jpeg).metadata()).toMatchObject({ width, height });
});

test("an object that is no event leaves nothing behind", async () => {
  const { pictures, see, made } = open();
  see(1, { 7: [100, 40, 140, 120] });
  await pictures.settled();
  pictures.ended("gate", 7);
  expect([made(), pictures.has("gate", 7)]).toEqual([[], false]);
});

test.each([
  [250_000, 640],
  [20_000, 640],
  [5000, 640],
  [5000, 200],
])("a JPEG of noise keeps within %i bytes and %i pixels", async (maxBytes, maxWidth) => {
  const size = { width: 640, height: 360 };
  let state = 7;
  const rgb = Uint8Array.from({ length: 3 * size.width * size.height }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  });
  const { jpeg, width, height } = await encodeBounded(rgb, size, { quality: 90, maxWidth, maxBytes });
  expect(jpeg.length).toBeLessThanOrEqual(maxBytes);
  expect(width).toBeLessThanOrEqual(maxWidth);
  expect(await sharp(jpeg).metadata()).toMatchObject({ format: "jpeg", width, height });
});
