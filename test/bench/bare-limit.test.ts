import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBareLimit } from "../../src/bench/bare-limit.ts";
import { renditionOf } from "../../src/inference/description.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { ffmpegArguments } from "../../src/stream/ffmpeg/ffmpeg-arguments.ts";
import { findFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { openVideoWriter } from "../../src/stream/ffmpeg/video-writer.ts";

const model = fileURLToPath(new URL("../../demo/shapes.onnx", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("decodes a file and runs a model side by side, and can be asked again after a rest", async () => {
  const ffmpeg = await findFfmpeg();
  const description = await inspectModel(model);
  const source = { url: await clip(ffmpeg.path), transport: "tcp", pace: "fast", loop: true } as const;
  const settings = { ...source, connectTimeoutMs: 10_000, stallTimeoutMs: 10_000 };
  const limit = await openBareLimit({
    description,
    sessions: 2,
    ffmpegPath: ffmpeg.path,
    ffmpegArguments: ffmpegArguments(settings, ffmpeg, [renditionOf(description)]),
  });
  try {
    expect(await limit.fps(2, 10)).toBeGreaterThan(0);
    expect(await limit.fps(2, 10)).toBeGreaterThan(0);
  } finally {
    await limit.close();
  }
});

async function clip(ffmpegPath: string): Promise<string> {
  const path = join(folder, "grey.mp4");
  const create = { width: 64, height: 48, channels: 3, background: "grey" } as const;
  const jpeg = await sharp({ create }).jpeg().toBuffer();
  const writer = openVideoWriter({ ffmpegPath, path, fps: 10 });
  for (let frame = 0; frame < 10; frame++) await writer.write(jpeg);
  await writer.close();
  return path;
}
