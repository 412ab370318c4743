import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ffmpegInstaller from "@ffmpeg-installer/ffmpeg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openHostCache } from "../../../src/base/host-cache.ts";
import { findFfmpeg, probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";

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

describe("what a binary can do is kept", () => {
  /** Says what it was asked, one line each. */
  const standIn = (libavcodec: string, decoders = "h264") =>
    writeProgram(`
echo "$@" >> ${folder}/asked
case "$*" in
  -version) echo "ffmpeg version 5.1 of a test"; echo "libavcodec ${libavcodec}" ;;
  *decoders) echo " VFS..D ${decoders}  H.264" ;;
  *hwaccels) echo "Hardware acceleration methods:"; echo vaapi ;;
  *"h long") echo "-fps_mode  x"; echo "-autoscale x" ;;
esac`);
  const probed = (path: string) => {
    const cache = openHostCache("ffmpeg", { XDG_CACHE_HOME: join(folder, "cache") });
    return probeFfmpeg(path, "config", { cache });
  };
  /** How often it has run since it was asked last. */
  const runs = async () => {
    const text = await readFile(join(folder, "asked"), "utf8");
    await rm(join(folder, "asked"));
    return text.trim().split("\n").length;
  };

  test("and not asked again; it must still run", async () => {
    const path = await standIn("59.37");
    const first = await probed(path);
    expect(await runs()).toBe(6);
    expect(await probed(path)).toEqual(first);
    expect(await runs()).toBe(1);
    expect(first).toMatchObject({ frameRateModeOption: "fps_mode", keepsSizes: true, hwaccels: ["vaapi"] });
    expect(first.decoders).toEqual(new Set(["h264"]));
    await writeProgram("exit 1");
    await expect(probed(path)).rejects.toMatchObject({ code: "STREAM_FFMPEG_UNUSABLE" });
  });

  test("until it is replaced, or finds other libraries", async () => {
    const library = join(folder, "library");
    await writeFile(library, "59.37");
    const path = await standIn(`$(cat ${library})`);
    await probed(path);
    expect(await runs()).toBe(6);
    await writeFile(library, "60.1");
    await probed(path);
    expect(await runs()).toBe(6);
    await standIn(`$(cat ${library})`, "hevc");
    expect((await probed(path)).decoders).toEqual(new Set(["hevc"]));
    expect(await runs()).toBe(6);
  });

  test("in a form that is known; otherwise it is asked", async () => {
    const path = await standIn("59.37");
    const first = await probed(path);
    await runs();
    const file = join(folder, "cache/millrace/host/ffmpeg.json");
    const text = await readFile(file, "utf8");
    for (const [from, to] of [
      ["fps_mode", "other"],
      ['["h264"]', '"h264"'],
      ["true", "1"],
    ] as const) {
      expect(text).toContain(from);
      await writeFile(file, text.replaceAll(from, to));
      expect(await probed(path)).toEqual(first);
      expect(await runs()).toBe(6);
    }
  });

  test("for all binaries of the machine", async () => {
    const path = (await findFfmpeg()).path;
    const fresh = await probeFfmpeg(path, "system");
    await probed(path);
    expect({ ...(await probed(path)), origin: "system" }).toEqual(fresh);
  });
});
