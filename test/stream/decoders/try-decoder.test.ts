import { expect, test } from "vitest";
import { decodesFrame, tryHardwareDecoders } from "../../../src/stream/decoders/try-decoder.ts";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { ffmpegPrograms } from "../../helpers/camera.ts";

const trials = ffmpegPrograms.flatMap((program) => (["h264", "hevc"] as const).map((codec) => ({ ...program, codec })));

test.each(trials)(
  "$name decodes the frame of $codec in software, and not with what it does not have",
  async ({ path, codec }) => {
    const options = (...texts: string[]) => ({ codec, arguments: texts });
    expect(await decodesFrame(path, options("-c:v", codec))).toBe(true);
    expect(await decodesFrame(path, options("-c:v", `${codec}_of_no_chip`))).toBe(false);
    expect(await decodesFrame(path, options("-hwaccel", "of_no_chip"))).toBe(false);
    // No picture is none, and one of another size is another one.
    expect(await decodesFrame(path, options("-skip_frame", "all", "-c:v", codec))).toBe(false);
    expect(await decodesFrame(`${path}-absent`, options("-c:v", codec))).toBe(false);
  },
);

test.each(trials)("each hardware decoder of $codec that $name has is tried", async ({ path, codec }) => {
  const ffmpeg = await probeFfmpeg(path, "system");
  const tried = await tryHardwareDecoders(ffmpeg, codec);
  const names = [...ffmpeg.decoders].filter((name) => new RegExp(`^${codec}_(cuvid|qsv|v4l2m2m)$`).test(name));
  const expected = [...names.map((name) => name.replace(`${codec}_`, "")), "vaapi"].toSorted();
  expect(tried.map(({ name }) => name).toSorted()).toEqual(expected);
});
