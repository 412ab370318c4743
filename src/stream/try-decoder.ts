import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FfmpegBinary } from "./ffmpeg-binary.ts";

/** Hardware decoders of H.264: a build of ffmpeg with one does not mean that the machine has the chip. */
const HARDWARE = /^h264_(cuvid|nvv4l2dec|nvmpi|qsv|v4l2m2m|rkmpp|mediacodec|omx|amf)$/;

const LIMIT_MS = 10_000;

export interface TriedDecoder {
  name: string;
  decodes: boolean;
}

/** Has every hardware decoder of H.264 decode one frame. */
export function tryHardwareDecoders({
  path,
  decoders,
}: Pick<FfmpegBinary, "path" | "decoders">): Promise<TriedDecoder[]> {
  const names = [...decoders].filter((name) => HARDWARE.test(name)).toSorted();
  return Promise.all(names.map(async (name) => ({ name, decodes: await decodesFrame(path, name) })));
}

/** True when the decoder gives a picture for `SAMPLE`. */
export async function decodesFrame(path: string, decoder: string): Promise<boolean> {
  const output = ["-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"];
  const args = ["-v", "error", "-c:v", decoder, "-f", "h264", "-i", "pipe:0", ...output];
  const child = spawn(path, args, { stdio: ["pipe", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  // A decoder that cannot start does not read.
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.from(SAMPLE, "base64"));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 && bytes >= WIDTH * HEIGHT;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** One grey keyframe of H.264, large enough for every chip. */
const [WIDTH, HEIGHT] = [320, 240];
const SAMPLE =
  "AAAAAWdCwBamEQUH7ARAAAADAEAAAAMAg8WLhGAAAAABaMhCDyyAAAABZYiCAr5MUAAQLZOTk5OTk5OTk5OTk5OTk5OTk5OuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuvA";
