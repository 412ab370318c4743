import { execFile } from "node:child_process";
import { promisify } from "node:util";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openAnnotated } from "../../../src/daemon/commands/annotated-video.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

test("a video has a picture for every frame: where one lacks, the last one stays, and the first begins early", async () => {
  const path = folder.path("gaps.mkv");
  const grey = (level: number) =>
    sharp({ create: { width: 32, height: 32, channels: 3, background: { r: level, g: level, b: level } } })
      .jpeg()
      .toBuffer();
  const video = openAnnotated(path, "ffmpeg");
  const frame = { fps: 10 } as FrameHandle;
  for (const level of [null, null, 40, null, 200, null]) {
    await video.write(frame, level === null ? undefined : await grey(level));
  }
  await video.close();
  const args = ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-vf", "scale=1:1", "-"];
  const { stdout } = await promisify(execFile)("ffmpeg", args, { encoding: "buffer" });
  expect([...stdout].map((level) => (level < 120 ? "dark" : "light"))).toEqual([
    ...["dark", "dark", "dark", "dark", "light", "light"],
  ]);
});
