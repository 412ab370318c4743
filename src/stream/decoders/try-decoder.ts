import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FfmpegBinary } from "../ffmpeg/ffmpeg-binary.ts";
import { type ChipCodec, compiledIn, type HardwareDecoder } from "./hardware-decoders.ts";

const LIMIT_MS = 10_000;

export interface TriedDecoder extends HardwareDecoder {
  /** Null where it did not answer in time. */
  decodes: boolean | null;
}

/** Has every hardware decoder of the codec that this ffmpeg has decode one frame. */
export function tryHardwareDecoders(
  ffmpeg: Pick<FfmpegBinary, "path" | "decoders" | "hwaccels">,
  codec: ChipCodec,
): Promise<TriedDecoder[]> {
  const tries = compiledIn(ffmpeg, codec).map(async (decoder) => ({
    ...decoder,
    decodes: await decodesFrame(ffmpeg.path, decoder),
  }));
  return Promise.all(tries);
}

/** True when the decoder gives a picture for the sample of its codec; null when it gives no answer. */
export async function decodesFrame(
  path: string,
  { codec, arguments: options }: Pick<HardwareDecoder, "codec" | "arguments">,
): Promise<boolean | null> {
  const input = ["-v", "error", ...options, ...onlyChip(options), "-f", codec, "-i", "pipe:0"];
  const output = ["-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"];
  const child = spawn(path, [...input, ...fromChip(options), ...output], { stdio: ["pipe", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A decoder that cannot start does not read.
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.from(SAMPLES[codec], "base64"));
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (signal === "SIGKILL") return null;
    return code === 0 && isSample(Buffer.concat(chunks));
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** An accelerator that cannot do it would pass the frame on to software, whose frames are not in the memory of the chip. */
function onlyChip(options: readonly string[]): string[] {
  const [option, name = ""] = options;
  return option === "-hwaccel" ? ["-hwaccel_output_format", name] : [];
}

function fromChip(options: readonly string[]): string[] {
  return options[0] === "-hwaccel" ? ["-vf", "hwdownload,format=nv12"] : [];
}

/** All of the picture is the one grey, whatever range the decoder takes it for. */
function isSample(picture: Buffer): boolean {
  const [first = 0] = picture;
  return picture.length === WIDTH * HEIGHT && Math.abs(first - 128) <= 4 && picture.every((level) => level === first);
}

/** One grey keyframe of each codec, large enough for every chip. */
const [WIDTH, HEIGHT] = [320, 240];
const SAMPLES: Record<ChipCodec, string> = {
  h264: "AAAAAWdCwBamEQUH7ARAAAADAEAAAAMAg8WLhGAAAAABaMhCDyyAAAABZYiCAr5MUAAQLZOTk5OTk5OTk5OTk5OTk5OTk5OuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuvA",
  hevc: "AAAAAUABDAH//wFgAAADAJAAAAMAAAMAPJWYCQAAAAFCAQEBYAAAAwCQAAADAAADADygCggPFllZrkyvAWgIAAADAAgAAAMACEAAAAABRAHBc9GJAAABKAGvExBNmHZ2gPeRx/490XLxOVASba1UusAqNWkm2oUN8JZFpJtqE+Al4Ip1tQnwABHQBhJ+AAAGTAeQAAADAHbAAAADAAAGBAAAAwAAAwAABLQ=",
};
