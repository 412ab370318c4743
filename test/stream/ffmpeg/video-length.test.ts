import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { videoFrames } from "../../../src/stream/ffmpeg/video-length.ts";
import { useFolder, writeNumberedClip } from "../clip.ts";

const folder = useFolder();

test("a file of video tells about how many frames it has; what is none tells nothing", async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 50, "64x48", 10);
  await writeFile(folder.path("text.mkv"), "Duration: none");
  expect(await videoFrames("ffmpeg", folder.path("clip.mkv"))).toBe(50);
  expect(await videoFrames("ffmpeg", folder.path("text.mkv"))).toBeNull();
  expect(await videoFrames("/nowhere/ffmpeg", folder.path("clip.mkv"))).toBeNull();
});
