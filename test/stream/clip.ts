import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";

export const LEVEL_STEP = 4;

/** A folder for the tests of one file, removed afterwards. */
export function useFolder(): { path: (name: string) => string } {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return { path: (name) => join(folder, name) };
}

/** Writes a lossless clip in which frame `n` is grey of level `LEVEL_STEP * n`, at most 64 frames. */
export async function writeNumberedClip(path: string, frames: number, size = "64x48", rate = 25): Promise<string> {
  const level = `N*${LEVEL_STEP}`;
  const graph = `color=black:s=${size}:r=${rate},format=rgb24,geq=r='${level}':g='${level}':b='${level}'`;
  await ffmpeg(["-f", "lavfi", "-i", graph, "-frames:v", `${frames}`, "-c:v", "ffv1", "-pix_fmt", "bgr0", path]);
  return path;
}

export interface CodedClip {
  frames: number;
  encoder: "libx264" | "libx265";
  /** Frames from keyframe to keyframe. */
  group: number;
  /** Frames between two that others refer to. */
  between?: number;
  size?: string;
}

/** Ten frames a second, coded as regularly as cameras do; frame `n` is grey of about level `LEVEL_STEP * n`. */
export async function writeCodedClip(path: string, clip: CodedClip): Promise<string> {
  const { frames, encoder, group, between = 0, size = "128x96" } = clip;
  const level = `mod(N*${LEVEL_STEP},256)`;
  const graph = `color=black:s=${size}:r=10,format=rgb24,geq=r='${level}':g='${level}':b='${level}',format=yuv420p`;
  const shape = `keyint=${group}:min-keyint=${group}:scenecut=0:bframes=${between}:b-adapt=0:b-pyramid=0`;
  const options =
    encoder === "libx264" ? ["-x264-params", shape] : ["-x265-params", `${shape}:open-gop=0:log-level=none`];
  const coded = ["-c:v", encoder, "-preset", "ultrafast", "-qp", "4", "-threads", "1", ...options];
  await ffmpeg(["-f", "lavfi", "-i", graph, "-frames:v", `${frames}`, ...coded, path]);
  return path;
}

/** A second of H.264 of each size in one stream, as from a camera whose picture is changed. */
export async function writeChangingClip(path: string, sizes: readonly string[]): Promise<string> {
  const inputs = sizes.flatMap((size) => ["-f", "lavfi", "-t", "1", "-i", `testsrc2=s=${size}:r=10`]);
  const parts = sizes.map((size) => `${path}.${size}.h264`);
  const outputs = parts.flatMap((part, index) => ["-map", `${index}`, "-c:v", "libx264", "-bf", "0", part]);
  await ffmpeg([...inputs, ...outputs]);
  await ffmpeg(["-f", "h264", "-i", `concat:${parts.join("|")}`, "-c", "copy", path]);
  return path;
}

/** An MP4 file of H.264, ten frames of each size; frame `n` of the file is grey of about level `LEVEL_STEP * n`. */
export async function writeResizedClip(path: string, sizes: readonly string[]): Promise<string> {
  const parts = sizes.map((_, part) => `${path}.${part}.ts`);
  for (const [part, size] of sizes.entries()) {
    const level = `(N+${part * 10})*${LEVEL_STEP}`;
    const graph = `color=black:s=${size}:r=10,format=rgb24,geq=r='${level}':g='${level}':b='${level}',format=yuv420p`;
    const encoder = ["-c:v", "libx264", "-qp", "1", "-bf", "0", "-output_ts_offset", `${part}`];
    await ffmpeg(["-f", "lavfi", "-i", graph, "-frames:v", "10", ...encoder, parts[part] ?? ""]);
  }
  await writeFile(`${path}.ts`, Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
  await ffmpeg(["-i", `${path}.ts`, "-c", "copy", "-bsf:v", "dump_extra=freq=keyframe", path]);
  return path;
}

export async function ffmpeg(args: string[]): Promise<void> {
  await promisify(execFile)("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args]);
}
