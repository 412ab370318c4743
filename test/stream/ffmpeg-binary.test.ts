import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ffmpegInstaller from "@ffmpeg-installer/ffmpeg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findFfmpeg, probeFfmpeg } from "../../src/stream/ffmpeg-binary.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ffmpeg-test-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function writeProgram(script: string): Promise<string> {
  const path = join(folder, "ffmpeg");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe("the embedded build", () => {
  test("is found where there is no other, and is known by its old options", async () => {
    vi.stubEnv("PATH", folder);
    const ffmpeg = await findFfmpeg();
    expect(ffmpeg).toMatchObject({ origin: "embedded", path: ffmpegInstaller.path });
    expect(ffmpeg.decoders.has("h264")).toBe(true);
    expect(ffmpeg.decoders.has("aac")).toBe(true);
  });

  test.runIf(process.platform === "linux" && process.arch === "x64")("has the options of 2018", async () => {
    const ffmpeg = await probeFfmpeg(ffmpegInstaller.path, "embedded");
    expect(ffmpeg).toMatchObject({ rtspTimeoutOption: "stimeout", frameRateModeOption: "vsync", resolvesHosts: false });
    expect(ffmpeg.hwaccels).toContain("vaapi");
  });
});

test("the first program on PATH that works is taken, and one that does not is passed over", async () => {
  await writeProgram("exit 1");
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  const ffmpeg = await findFfmpeg();
  expect(ffmpeg.path).not.toContain(folder);
  expect(ffmpeg.version).toMatch(/\d/);
});

describe("a configured path", () => {
  test("that is missing is an error, even where another ffmpeg is there", async () => {
    const found = findFfmpeg("/nowhere/ffmpeg");
    await expect(found).rejects.toMatchObject({ code: "STREAM_FFMPEG_UNUSABLE" });
    await expect(found).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SourceError: "/nowhere/ffmpeg" cannot be run (spawn /nowhere/ffmpeg ENOENT); install ffmpeg 4 or later, or name a working one in the configuration]`,
    );
  });

  test("to something else is an error", async () => {
    const path = await writeProgram("echo hello");
    await expect(findFfmpeg(path)).rejects.toThrow(`"${path}" runs but is not ffmpeg`);
  });
});
