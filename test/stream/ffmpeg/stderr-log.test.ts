import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { keepSecret } from "../../../src/base/secrets.ts";
import { type InputFacts, StderrLog } from "../../../src/stream/ffmpeg/stderr-log.ts";

function read(lines: string[]) {
  const sizes: InputFacts[] = [];
  const log = new StderrLog({ sized: (facts) => void sizes.push(facts) });
  for (const line of lines) log.add(line);
  return { log, sizes };
}

const stream =
  "  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 768x432, 334 kb/s, 29.97 fps, 25 tbr";
const scale = (size: string) =>
  `[Parsed_scale_2 @ 0x55e0] ${size} fmt:yuv420p sar:1/1 -> w:416 h:312 fmt:rgb24 sar:1/1`;

test("codec, rate and the decoded size are read; the size of a rendition is not taken for it", () => {
  const { sizes } = read([stream, "[Parsed_scale_2 @ 0x55e0] w:iw h:ih flags:'bilinear'", scale("w:432 h:768")]);
  expect(sizes).toEqual([{ codec: "h264", fps: 29.97, width: 432, height: 768 }]);
});

test("only a size that differs is reported again", () => {
  const { sizes } = read([stream, scale("w:10 h:20"), scale("w:10 h:20"), scale("w:30 h:20")]);
  expect(sizes.map(({ width }) => width)).toEqual([10, 30]);
});

test("where the filters say nothing, the declared size is taken when writing begins", () => {
  const { sizes } = read([stream, "Output #0, nut, to 'pipe:3':", "Output #1, nut, to 'pipe:4':"]);
  expect(sizes).toEqual([{ codec: "h264", fps: 29.97, width: 768, height: 432 }]);
});

test("a stream without a rate has none", () => {
  const { sizes } = read(["    Stream #0:1: Video: mjpeg, yuvj422p, 640x480, 1k tbr", scale("w:640 h:480")]);
  expect(sizes).toEqual([{ codec: "mjpeg", fps: null, width: 640, height: 480 }]);
});

test("the last thirty lines are kept, without secrets", async () => {
  keepSecret("geheim");
  const { log } = read([]);
  const lines = Array.from({ length: 40 }, (_, index) => `${index} rtsp://me:geheim@camera geheim\n`);
  await log.read(Readable.from(lines));
  expect(log.lines).toHaveLength(30);
  expect(log.lines.at(-1)).toBe("39 rtsp://me:***@camera ***");
});

test.each([
  "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55df77c16840] stream 0, offset 0x1781: partial file",
  "[matroska,webm @ 0x562aa6811840] File ended prematurely",
  "cut.mp4: corrupt input packet in stream 0",
  "Error while decoding stream #0:0: Invalid data found when processing input",
  "[vist#0:0/h264 @ 0x5581] [dec:h264 @ 0x5582] Error submitting packet to decoder: Invalid data found",
])("a damaged file is reported once, in ffmpeg's words: %s", (line) => {
  const told: string[] = [];
  const log = new StderrLog({ sized: () => {}, damaged: (words) => void told.push(words) });
  for (const one of [stream, line, line]) log.add(one);
  expect(told).toEqual([line.replace(/^\[[^\]]+\] /, "")]);
});
