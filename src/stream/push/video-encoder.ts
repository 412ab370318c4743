import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { SourceError } from "../../base/errors.ts";

/** An encoder of H.264 that works here, and its options. */
export interface VideoEncoder {
  name: string;
  /** Before the input. */
  device: readonly string[];
  /** Last filter, which brings pixels in the layout that the encoder takes. */
  filter: string;
  options: readonly string[];
}

const RENDER_NODE = "/dev/dri/renderD128";
const NO_WAIT = ["-bf", "0"];

/** The lightest for the machine first; a build of ffmpeg with one does not mean that the machine has the chip. */
const LADDER: readonly VideoEncoder[] = [
  { name: "h264_nvenc", device: [], filter: "format=yuv420p", options: NO_WAIT },
  { name: "h264_qsv", device: [], filter: "format=nv12", options: NO_WAIT },
  { name: "h264_vaapi", device: ["-vaapi_device", RENDER_NODE], filter: "format=nv12,hwupload", options: NO_WAIT },
  { name: "h264_rkmpp", device: [], filter: "format=nv12", options: [] },
  { name: "h264_v4l2m2m", device: [], filter: "format=yuv420p", options: [] },
  { name: "h264_videotoolbox", device: [], filter: "format=yuv420p", options: NO_WAIT },
  {
    name: "libx264",
    device: [],
    filter: "format=yuv420p",
    options: ["-preset", "veryfast", "-tune", "zerolatency", ...NO_WAIT],
  },
  { name: "libopenh264", device: [], filter: "format=yuv420p", options: [] },
];

/** Encoders that can be named; `auto` takes the first that works. */
export const ENCODER_NAMES = ["auto", ...LADDER.map(({ name }) => name)] as const;

const LIMIT_MS = 20_000;
const [WIDTH, HEIGHT, FRAMES] = [320, 240, 3];

/** The first encoder of the ladder that encodes a few pictures, or the one that is named if it does. Throws `VIDEO_NO_ENCODER`. */
export async function findEncoder(ffmpegPath: string, wanted: string): Promise<VideoEncoder> {
  const { stdout } = await promisify(execFile)(ffmpegPath, ["-hide_banner", "-encoders"], { timeout: LIMIT_MS });
  const built = LADDER.filter(({ name }) => new RegExp(`^ V\\S* ${name}\\s`, "m").test(stdout));
  const candidates = wanted === "auto" ? built : built.filter(({ name }) => name === wanted);
  for (const encoder of candidates) if (await encodes(ffmpegPath, encoder)) return encoder;
  const tried = candidates.length === 0 ? "this ffmpeg has none" : `none works of ${namesOf(candidates)}`;
  const message = wanted === "auto" ? `no encoder of H.264: ${tried}` : `the encoder "${wanted}" does not work here`;
  throw new SourceError("VIDEO_NO_ENCODER", message, { wanted });
}

function namesOf(encoders: readonly VideoEncoder[]): string {
  return encoders.map(({ name }) => name).join(", ");
}

async function encodes(path: string, { name, device, filter, options }: VideoEncoder): Promise<boolean> {
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", `${WIDTH}x${HEIGHT}`, "-framerate", "10"];
  const output = ["-vf", filter, "-c:v", name, ...options, "-f", "null", "-"];
  const args = ["-v", "error", ...device, ...raw, "-i", "pipe:0", ...output];
  const child = spawn(path, args, { stdio: ["pipe", "ignore", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  // An encoder that cannot start does not read.
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.alloc(3 * WIDTH * HEIGHT * FRAMES, 100));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
