import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SourceError } from "../../../src/base/errors.ts";
import { NutParser, type NutSink } from "../../../src/stream/frames/nut.ts";
import { NutCursor, readMainHeader, readStreamHeader } from "../../../src/stream/frames/nut-header.ts";
import { ffmpegPrograms } from "../../helpers/camera.ts";

const frameCount = 12;
const sizeBytes = 16 * 8 * 3;

describe.each(ffmpegPrograms)("the stream that $name writes", ({ path }) => {
  const nut = encode(path, "color=black:s=16x8:r=30000/1001,format=rgb24,geq=r=N*10:g=0:b=0");

  test("gives every frame with its time and its pixels, however it is cut into pieces", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cuts, fc.array(fc.boolean()), (pieces, waits) => {
        const { sink, frames, size } = collect(waits);
        feed(sink, nut, pieces);
        expect(size).toEqual([16, 8]);
        expect(frames.map((frame) => frame.red)).toEqual(Array.from({ length: frameCount }, (_, n) => n * 10));
      }),
      { numRuns: 60 },
    );
  });

  test("has the times that ffprobe reads", () => {
    const { sink, frames } = collect([]);
    feed(sink, nut, [1000]);
    const args = ["-v", "quiet", "-show_entries", "packet=pts_time", "-of", "csv=p=0", "-f", "nut", "-"];
    const probed = execFileSync("ffprobe", args, { input: nut, encoding: "utf8" }).trim().split("\n").map(Number);
    expect(probed).toHaveLength(frameCount);
    frames.forEach((frame, index) => void expect(frame.pts).toBeCloseTo(probed[index]!, 5));
  });

  test("loses only the frame that is cut off at its end", () => {
    const { sink, frames } = collect([]);
    feed(sink, nut.subarray(0, nut.length - 1), [4096]);
    expect(frames).toHaveLength(frameCount - 1);
  });

  test("can be skipped frame by frame", () => {
    const { sink, frames } = collect([]);
    feed({ ...sink, frame: (pts, size) => (frames.length % 2 === 0 ? sink.frame(pts, size) : "discard") }, nut, [777]);
    expect(frames.map((frame) => frame.red)).toEqual([0, 0, 20, 20, 40, 40, 60, 60, 80, 80, 100, 100]);
  });
});

test("frames large enough for long headers, and black ones, arrive whole", () => {
  const nut = encode("ffmpeg", "color=black:s=320x240:r=5", 3);
  const { sink, frames } = collect([]);
  feed(sink, nut, [65_536]);
  expect(frames.map((frame) => [frame.sizeBytes, frame.pts])).toEqual([0, 0.2, 0.4].map((pts) => [230_400, pts]));
});

test.each([2, 4, 6, 10, 16, 30, 36, 38, 64])("frames %i pixels wide arrive whole", (side) => {
  const nut = encode("ffmpeg", `color=0xfffb07:s=${side}x${side}:r=5,format=rgb24`, 3);
  const { sink, frames } = collect([]);
  feed(sink, nut, [100]);
  expect(frames).toMatchObject(Array.from({ length: 3 }, () => ({ sizeBytes: side * side * 3, red: 255, blue: 7 })));
});

test("bytes that are no NUT stream are refused", () => {
  const { sink } = collect([]);
  expect(() => feed(sink, Buffer.alloc(100, "x"), [100])).toThrowErrorMatchingInlineSnapshot(
    `[SourceError: ffmpeg wrote a NUT stream that cannot be read: no file identification at its beginning]`,
  );
});

function encode(ffmpeg: string, graph: string, frames = frameCount): Buffer {
  const output = ["-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "nut", "-write_index", "0", "-"];
  const args = ["-v", "error", "-f", "lavfi", "-i", graph, "-frames:v", `${frames}`, ...output];
  return execFileSync(ffmpeg, args, { maxBuffer: 1e8 });
}

/** Asks for a wait wherever `waits` has a true; red and blue are those of the first pixel. */
function collect(waits: boolean[]) {
  const frames: { pts: number; sizeBytes: number; red: number; blue: number }[] = [];
  const size: number[] = [];
  const asked = [...waits];
  let payload = new Uint8Array(sizeBytes);
  let pts = 0;
  const sink: NutSink = {
    stream: (width, height) => void size.push(width, height),
    frame(time, length) {
      if (asked.shift()) return "wait";
      pts = time;
      if (payload.length !== length) payload = new Uint8Array(length);
      return payload;
    },
    frameEnd: () => void frames.push({ pts, sizeBytes: payload.length, red: payload[0]!, blue: payload[2]! }),
  };
  return { sink, frames, size };
}

/** Pieces repeat; a target smaller than the piece takes what it can. */
function feed(sink: NutSink, nut: Uint8Array, pieces: number[]): void {
  const parser = new NutParser(sink);
  for (let at = 0, turn = 0; at < nut.length; turn++) {
    const target = parser.target();
    expect(target.length).toBeGreaterThan(0);
    const count = Math.min(pieces[turn % pieces.length]!, target.length, nut.length - at);
    target.set(nut.subarray(at, at + count));
    at += count;
    let isReady = parser.advance(count);
    while (!isReady) isReady = parser.resume();
  }
}

describe("a damaged stream", () => {
  const nut = encode("ffmpeg", "color=black:s=16x8:r=5,format=rgb24", 3);

  /** What became of it: frames, or the code of the fault. */
  const judge = (bytes: Buffer) => {
    const { sink, frames } = collect([]);
    try {
      feed({ ...sink, frame: (pts, size) => (size === sizeBytes ? sink.frame(pts, size) : "discard") }, bytes, [300]);
      return frames.length;
    } catch (error) {
      return error instanceof SourceError ? error.code : String(error);
    }
  };
  const isJudged = (verdict: number | string) => typeof verdict === "number" || verdict === "STREAM_BAD_NUT";

  test("ends with its fault, or goes on, whatever byte is wrong", () => {
    const place = fc.tuple(fc.nat(nut.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), (places) => {
        const damaged = Buffer.from(nut);
        for (const [at, byte] of places) damaged[at] = byte;
        expect(judge(damaged)).toSatisfy(isJudged);
      }),
      { numRuns: 3000 },
    );
  });

  test("ends with its fault where a header claims numbers without end", () => {
    // Behind the identification, the start code, the length, version, streams and distance: the number of time bases.
    const start = nut.indexOf("4e4d7a561f5f04ad", 0, "hex") + 8;
    const header = nut.subarray(start, start + 40);
    for (let at = 3; at < header.length; at++) {
      const damaged = Buffer.from(nut);
      damaged.fill(0xff, start + at, start + at + 6);
      expect(judge(damaged)).toSatisfy(isJudged);
    }
  });

  test("ends with its fault where a frame claims fields without end", () => {
    const cursor = new NutCursor(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2]));
    expect(cursor.several(cursor.v(), () => cursor.v()).length).toBeLessThan(4);
    expect(cursor.isShort).toBe(true);
  });

  test.each([
    ["no time base", [3, 1, 0, 0], "a time base that is no fraction"],
    ["a time base of 0", [3, 1, 0, 1, 0, 25], "a time base that is no fraction"],
    ["a table that is cut off", [3, 1, 0, 1, 1, 25, 0, 0], "a main header that ends too early"],
  ])("is refused with %s", (_, bytes, message) => {
    expect(() => readMainHeader(new NutCursor(Uint8Array.from(bytes)))).toThrow(message);
  });

  test.each([
    ["a width of 0", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8], "pictures of 0 x 8"],
    ["times of too many bits", [0, 0, 0, 0, 127, 0, 0, 0, 0, 8, 8], "times of 127 bits"],
    ["nothing more", [0, 0], "a stream header that ends too early"],
  ])("is refused with %s in the header of its stream", (_, bytes, message) => {
    expect(() => readStreamHeader(new NutCursor(Uint8Array.from(bytes)))).toThrow(message);
  });
});
