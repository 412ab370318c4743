import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { median } from "../src/bench/statistics.ts";
import { FULL_RGB, LUMINANCE, type RenditionRequest } from "../src/kinds/frame.ts";
import { type Camera, openCamera } from "../src/stream/camera.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";
import { createArena } from "../src/stream/frames/arena.ts";
import { createLedger } from "../src/stream/ledger.ts";
import { Streams } from "../src/stream/streams.ts";
import { assetPath } from "../test/helpers/assets.ts";

// What two pipelines on one camera take by one stream and by two, for docs/performance.md:
// `npx tsx bench/shared-stream.ts [seconds] [rounds]`. Processor time of the decoders and of this thread, which takes the frames; the cases
// take turns, so that what else the machine does meets them alike.

const [seconds, rounds] = [Number(process.argv[2] ?? 6), Number(process.argv[3] ?? 5)];
const FPS = 25;
const TICKS_PER_S = 100;
const model = (side: number): RenditionRequest => {
  return { fit: "letterbox_center", width: side, height: side, pixelFormat: "rgb24", pad: 114 };
};

const CASES: Record<string, readonly [readonly RenditionRequest[], readonly RenditionRequest[]]> = {
  "the same model's input": [[model(416)], [model(416)]],
  "inputs of two models": [[model(416)], [model(640)]],
  "a model's input, and that of another with the full picture": [[model(416)], [model(640), FULL_RGB]],
  "the small grey picture alone": [[LUMINANCE], [LUMINANCE]],
};

const ffmpeg = { ...(await findFfmpeg()), keepsSizes: false };
const folder = mkdtempSync(join(tmpdir(), "millrace-shared-"));
try {
  const url = await film(join(folder, "camera.mp4"));
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(CASES)) {
      for (const isShared of [false, true]) {
        const key = `${name} ${isShared}`;
        times.set(key, [...(times.get(key) ?? []), await processorMs(url, { name, isShared })]);
      }
    }
  }
  process.stdout.write("| Two pipelines want | two streams | one stream | ratio |\n| --- | --- | --- | --- |\n");
  for (const name of Object.keys(CASES)) {
    const [apart = [], shared = []] = [times.get(`${name} false`), times.get(`${name} true`)];
    const ratios = apart.map((ms, at) => (shared[at] ?? Number.NaN) / ms);
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const cells = [median(apart).toFixed(0), median(shared).toFixed(0), `${median(ratios).toFixed(2)} (${range})`];
    process.stdout.write(`| ${[name, ...cells].join(" | ")} |\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Persons who walk, enlarged and with the noise of a sensor, as 1080p in H.264. */
async function film(path: string): Promise<string> {
  const video = assetPath("videos/people-one-by-one.mp4");
  const input =
    video === undefined ? ["-f", "lavfi", "-i", `testsrc2=r=${FPS}`] : ["-r", `${FPS}`, "-ss", "10", "-i", video];
  const picture = ["-vf", "scale=1920:1080:flags=bicubic,noise=alls=4:allf=t", "-frames:v", "100"];
  const coded = ["-c:v", "libx264", "-preset", "faster", "-bf", "0", "-refs", "1", "-b:v", "4M", "-maxrate", "6M"];
  const rest = ["-bufsize", "4M", "-g", "50", "-sc_threshold", "0", "-pix_fmt", "yuv420p", path];
  await promisify(execFile)(ffmpeg.path, ["-v", "error", "-nostdin", ...input, ...picture, ...coded, ...rest]);
  return path;
}

/** Milliseconds for a second of the camera. */
async function processorMs(url: string, { name, isShared }: { name: string; isShared: boolean }): Promise<number> {
  const arena = createArena({ sizeBytes: 2 ** 28, configKey: "frame_memory_mb" });
  const around = {
    ffmpeg,
    arena,
    ledger: createLedger(),
    report: () => {},
    ...(isShared && { streams: new Streams() }),
  };
  const cameras = CASES[name]?.map((renditions, at) => {
    const settings = { url, transport: "tcp", pace: "realtime", loop: true, delivery: "newest", slots: 5 } as const;
    const limits = { connectTimeoutMs: 10_000, stallTimeoutMs: 10_000 };
    return openCamera({ id: `camera-${at}`, stream: "camera", ...settings, ...limits }, { ...around, renditions });
  });
  const frames = await Promise.all((cameras ?? []).map(running));
  const before = { ms: usedMs(), frames: frames.map(({ count }) => count) };
  await delay(seconds * 1000);
  const used = usedMs() - before.ms;
  const seen = frames.map(({ count }, at) => count - (before.frames[at] ?? 0));
  await Promise.all((cameras ?? []).map((camera) => camera.stop(0)));
  // A machine that is busy with other things gets behind.
  const perCamera = seen.reduce((sum, count) => sum + count, 0) / seen.length;
  return (used * FPS) / perCamera;
}

/** Releases what comes; resolves with the first frame. */
function running(camera: Camera): Promise<{ count: number }> {
  const frames = { count: 0 };
  return new Promise((resolve) => {
    camera.start({
      frame(frame) {
        frames.count++;
        camera.release(frame);
        resolve(frames);
      },
      changed() {},
    });
  });
}

/** Of this process and of the decoders that it has started. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  const ticks = children.map((child) => {
    const [utime = 0, stime = 0] = readFileSync(`/proc/${child}/stat`, "utf8")
      .replace(/.*\) /, "")
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return utime + stime;
  });
  return (user + system) / 1000 + (ticks.reduce((sum, count) => sum + count, 0) * 1000) / TICKS_PER_S;
}
