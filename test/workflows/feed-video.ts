import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowArguments } from "../../src/daemon/commands/one-workflow.ts";
import { assetPath } from "../helpers/assets.ts";
import { ffmpegPrograms } from "../helpers/camera.ts";
import type { Feed } from "./golden-case.ts";
import { videos } from "./program.ts";
import type { Outcome, Row } from "./run-case.ts";

/** A file through decoder, models and workflow, as the command `process` does it. */
export async function feedVideo({ asset, every }: Feed<"video">, settings: WorkflowArguments): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-golden-"));
  try {
    const video = thinned(assetPath(asset) ?? asset, every, join(folder, "thinned.mkv"));
    const out = join(folder, "out.jsonl");
    const { faults } = await videos.processVideo({ ...settings, video, out, onProgress() {}, report() {} });
    if (faults > 0) throw new Error(`${faults} steps failed`);
    const lines = (await readFile(out, "utf8")).trim().split("\n");
    return { rows: { rows: lines.map((line) => (JSON.parse(line) as { outputs: Row }).outputs) }, faults: [] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every so many frames, without loss. */
function thinned(video: string, every: number, path: string): string {
  const filter = `select='not(mod(n,${every}))'`;
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"];
  const args = ["-v", "error", "-threads", "1", "-i", video, "-an", "-vf", filter, "-vsync", "0", ...codec, "-y", path];
  const { status, stderr } = spawnSync(ffmpegPrograms[0]?.path ?? "ffmpeg", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}: ${stderr}`);
  return path;
}
