import { expect, test } from "vitest";
import { discardFrames } from "../../src/bench/discard-frames.ts";
import { until } from "../../src/bench/wait.ts";
import { FULL_RGB } from "../../src/kinds/frame.ts";
import { ffmpegArguments } from "../../src/stream/ffmpeg/ffmpeg-arguments.ts";
import { findFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

const folder = useFolder();

test("a decoder of a file is read to the end, no further ahead than it may be", async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 30, "64x48", 10);
  const ffmpeg = await findFfmpeg();
  const settings = { url: folder.path("clip.mkv"), pace: "fast", loop: false } as never;
  const decoder = await discardFrames(ffmpeg.path, ffmpegArguments(settings, ffmpeg, [FULL_RGB]));
  for (const frames of [7, 30]) {
    decoder.allow(frames);
    await until(() => decoder.read >= frames, 20_000, `${frames} frames`);
    expect(decoder.read).toBe(frames);
  }
  await decoder.close();
});
