import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../src/bench/statistics.ts";
import { FULL_RGB, type RenditionRequest } from "../src/kinds/frame.ts";
import { ffmpegArguments } from "../src/stream/ffmpeg/ffmpeg-arguments.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";
import type { SourceSettings } from "../src/stream/source-settings.ts";
import { assetPath } from "../test/helpers/assets.ts";

// Where the processor time of a decoder goes, for docs/performance.md: `npx tsx bench/decoding.ts [rounds]`. Films of 1080p at 25 frames a
// second are made first; each variant decodes each of them in turns.

const rounds = Number(process.argv[2] ?? 3);
const [FPS, FRAMES] = [25, 100];
const MODEL: RenditionRequest = { fit: "letterbox_center", width: 416, height: 416, pixelFormat: "rgb24", pad: 114 };

const X265 = "log-level=none:keyint=50:min-keyint=50:scenecut=0:bitrate=3000";
const FILMS: Record<string, readonly string[]> = {
  "H.264, IPPP": ["libx264", "-preset", "faster", "-bf", "0", "-refs", "1"],
  "H.264, IBBP": ["libx264", "-preset", "faster", "-bf", "2", "-x264-params", "b-pyramid=none:b-adapt=0"],
  "H.265, IPPP": ["libx265", "-preset", "ultrafast", "-x265-params", `${X265}:bframes=0`],
  "H.265, IBBP": ["libx265", "-preset", "ultrafast", "-x265-params", `${X265}:bframes=2:b-adapt=0:b-pyramid=0`],
};

interface Variant {
  renditions: readonly RenditionRequest[];
  settings?: Partial<SourceSettings>;
  /** In place of `low_delay`, which live cameras have. */
  flags?: readonly string[];
}

const VARIANTS: Record<string, Variant> = {
  "all, 416x416": { renditions: [MODEL] },
  "all, full RGB": { renditions: [FULL_RGB] },
  "all, both": { renditions: [MODEL, FULL_RGB] },
  "all, 416x416, one thread": { renditions: [MODEL], settings: { threads: 1 } },
  "all, 416x416, without `low_delay`": { renditions: [MODEL], flags: [] },
  "`max_fps: 5`": { renditions: [MODEL], settings: { maxFps: 5 } },
  "`max_fps: 5`, `decode: referenced`": { renditions: [MODEL], settings: { maxFps: 5, decode: "referenced" } },
  "`max_fps: 0.5`": { renditions: [MODEL], settings: { maxFps: 0.5 } },
  "`max_fps: 0.5`, keyframes": { renditions: [MODEL], settings: { maxFps: 0.5, decode: "keyframes" } },
};

const ffmpeg = await findFfmpeg();
const folder = mkdtempSync(join(tmpdir(), "millrace-decoding-"));
try {
  const films: string[] = [];
  for (const [name, encoder] of Object.entries(FILMS)) films.push(await film(name, encoder));
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const path of films) {
      await note(`${path} decoded alone`, decodedAlone(path));
      for (const [name, variant] of Object.entries(VARIANTS)) await note(`${path} ${name}`, asDaemonsDo(path, variant));
    }
  }
  const cell = (name: string) => films.map((path) => perSecond(times.get(`${path} ${name}`) ?? []).toFixed(0));
  process.stdout.write(`| | ${Object.keys(FILMS).join(" | ")} |\n| --- |${" --- |".repeat(films.length)}\n`);
  for (const name of ["decoded alone", ...Object.keys(VARIANTS)]) {
    process.stdout.write(`| ${name} | ${cell(name).join(" | ")} |\n`);
  }

  async function note(key: string, args: readonly string[]): Promise<void> {
    times.set(key, [...(times.get(key) ?? []), await processorSeconds(args)]);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Milliseconds for a second of the camera. */
function perSecond(seconds: readonly number[]): number {
  return (median(seconds) * 1000 * FPS) / FRAMES;
}

/** Persons who walk, enlarged and with the noise of a sensor, at the rate of bits that cameras have. */
async function film(name: string, encoder: readonly string[]): Promise<string> {
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.mp4`);
  const video = assetPath("videos/people-one-by-one.mp4");
  const input =
    video === undefined ? ["-f", "lavfi", "-i", `testsrc2=r=${FPS}`] : ["-r", `${FPS}`, "-ss", "10", "-i", video];
  const picture = [...input, "-vf", "scale=1920:1080:flags=bicubic,noise=alls=4:allf=t"];
  const rate = [
    "-b:v",
    "4M",
    "-maxrate",
    "6M",
    "-bufsize",
    "4M",
    "-g",
    "50",
    "-sc_threshold",
    "0",
    "-pix_fmt",
    "yuv420p",
  ];
  const args = [...picture, "-frames:v", `${FRAMES}`, "-c:v", ...encoder, ...rate, path];
  await promisify(execFile)(ffmpeg.path, ["-v", "error", "-nostdin", ...args]);
  return path;
}

function decodedAlone(path: string): string[] {
  return ["-nostdin", "-flags", "low_delay", "-i", path, "-map", "0:v", "-f", "null", "-"];
}

/** The command line of a live camera, but for where it reads. */
function asDaemonsDo(path: string, { renditions, settings, flags = ["-flags", "low_delay"] }: Variant): string[] {
  const file: SourceSettings = {
    ...{ url: path, transport: "tcp", pace: "fast", loop: false, inputArguments: flags },
    ...{ connectTimeoutMs: 10_000, stallTimeoutMs: 10_000, ...settings },
  };
  return ffmpegArguments(file, { ...ffmpeg, keepsSizes: false }, renditions);
}

/** Of all threads of one ffmpeg, whose pictures are thrown away. */
async function processorSeconds(args: readonly string[]): Promise<number> {
  const sink = openSync("/dev/null", "w");
  const child = spawn(ffmpeg.path, ["-benchmark", ...args], { stdio: ["ignore", "ignore", "pipe", sink, sink] });
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  await once(child, "close");
  const found = /utime=([\d.]+)s stime=([\d.]+)s/.exec(text);
  if (found === null) throw new Error(`ffmpeg failed: ${text.slice(-500)}`);
  return Number(found[1]) + Number(found[2]);
}
