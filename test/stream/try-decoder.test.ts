import { expect, test } from "vitest";
import { probeFfmpeg } from "../../src/stream/ffmpeg-binary.ts";
import { decodesFrame, tryHardwareDecoders } from "../../src/stream/try-decoder.ts";
import { ffmpegPrograms } from "../helpers/camera.ts";

test.each(ffmpegPrograms)(
  "$name decodes the frame in software, and not with what it does not have",
  async ({ path }) => {
    expect(await decodesFrame(path, "h264")).toBe(true);
    expect(await decodesFrame(path, "h264_of_no_chip")).toBe(false);
    expect(await decodesFrame(`${path}-absent`, "h264")).toBe(false);
  },
);

test.each(ffmpegPrograms)("each hardware decoder of H.264 that $name has is tried", async ({ path }) => {
  const ffmpeg = await probeFfmpeg(path, "system");
  const tried = await tryHardwareDecoders(ffmpeg);
  expect(tried.map(({ name }) => name)).toEqual(
    [...ffmpeg.decoders].filter((name) => /^h264_(cuvid|qsv|v4l2m2m)$/.test(name)).toSorted(),
  );
});
