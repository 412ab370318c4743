import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { openBenchBroker } from "../src/bench/broker.ts";
import { encodeCameraClip } from "../src/bench/camera-clip.ts";
import { writeDaemonConfig } from "../src/bench/daemon-config.ts";
import { openSimulatedCamera } from "../src/demo/camera.ts";
import { openRtspServer } from "../src/demo/rtsp/rtsp-server.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";
import { SHAPES } from "../test/helpers/cli.ts";
import { descendants, startDaemon } from "../test/helpers/daemon.ts";
import { processTime, threadTimes, writeThreadNamer } from "./frame-cost/thread-times.ts";

// Many RTSP cameras with the demo's detector and a tracker: frames that are dropped, the rates of the cameras, and what a frame takes of the processors:
// `npm run build && npx tsx bench/many-cameras.ts [cameras] [frames a second] [seconds]`. Four small clips, encoded before, feed all cameras, so that these cost little.

const [cameras = 16, fps = 30, seconds = 30] = process.argv.slice(2).map(Number);
const CLIPS = 4;
const SETTLE_MS = 15_000;
const PICTURE = "320x192";

const folder = mkdtempSync(join(tmpdir(), "millrace-many-cameras-"));
const { path: ffmpegPath } = await findFfmpeg();
const server = await openRtspServer();
const drawn = join(folder, "drawn.mp4");
const scene = ["-f", "lavfi", "-i", `testsrc2=size=${PICTURE}:rate=${fps}:duration=20`];
await promisify(execFile)(ffmpegPath, ["-v", "error", ...scene, drawn]);
const source = await encodeCameraClip({ ffmpegPath, folder }, { file: drawn, fps });
const sources = await Promise.all(
  Array.from({ length: Math.min(CLIPS, cameras) }, async (_, i) => {
    await delay((i * 1000) / fps / CLIPS);
    return openSimulatedCamera({ server, path: `/camera${i}`, source, ffmpegPath });
  }),
);
const broker = await openBenchBroker(folder);
const ids = Array.from({ length: cameras }, (_, i) => `camera-${i}`);
const entries = Object.fromEntries(ids.map((id, i) => [id, { url: sources[i % sources.length]?.url ?? "" }]));
const written = await writeDaemonConfig(folder, { model: SHAPES, brokerUrl: broker.url, cameras: entries });
const config = { ...JSON.parse(readFileSync(written, "utf8")), http: { port: 0 } };
const { path: namer, names } = writeThreadNamer(folder);
const daemon = await startDaemon(join(folder, "config.json"), config, { NODE_OPTIONS: `--require ${namer}` });
try {
  for (const id of ids) await daemon.frames(id, 1);
  await delay(SETTLE_MS);
  const before = await look();
  await delay(seconds * 1000);
  const after = await look();
  print(before, after);
} finally {
  await daemon.stop();
  await broker.close();
  await Promise.all(sources.map((source) => source.close()));
  await server.close();
  rmSync(folder, { recursive: true });
}

type Look = Awaited<ReturnType<typeof look>>;

async function look() {
  const text = await (await fetch(`${await daemon.url()}metrics`)).text();
  const sums = new Map<string, number>();
  for (const [, name = "", labels = "", value = ""] of text.matchAll(/^millrace_(\w+)\{([^}]*)\} (\d+)/gm))
    sums.set(`${name} ${labels}`, Number(value));
  return {
    at: performance.now(),
    sums,
    threads: threadTimes(daemon.pid, names),
    decoders: processTime(descendants(daemon.pid, "ffmpeg")),
  };
}

function print(before: Look, after: Look): void {
  const tookS = (after.at - before.at) / 1000;
  const grown = [...after.sums].map(([key, value]) => [key, value - (before.sums.get(key) ?? 0)] as const);
  const of = (name: string) => grown.filter(([key]) => key.startsWith(`${name} `));
  const total = (name: string) => of(name).reduce((sum, [, value]) => sum + value, 0);
  const rates = ids.map((id) => {
    const own = of("camera_frames_published_total").find(([key]) => key.includes(`camera="${id}"`));
    return (own?.[1] ?? 0) / tookS;
  });
  const decoded = total("camera_frames_decoded_total");
  console.log(
    `decoded ${(decoded / tookS).toFixed(1)} frames/s of ${cameras * fps}, published ${(total("camera_frames_published_total") / tookS).toFixed(1)}`,
  );
  const reasons = new Map<string, number>();
  for (const [key, value] of of("camera_frames_dropped_total")) {
    const reason = /reason="([^"]*)"/.exec(key)?.[1] ?? "";
    reasons.set(reason, (reasons.get(reason) ?? 0) + value);
  }
  const dropped = [...reasons].filter(([, count]) => count > 0).map(([reason, count]) => `${reason} ${count}`);
  console.log(`dropped: ${dropped.join(", ") || "none"}`);
  const [slowest, fastest] = [Math.min(...rates), Math.max(...rates)];
  console.log(
    `a camera: ${slowest.toFixed(2)} to ${fastest.toFixed(2)} frames/s, slowest over fastest ${(slowest / fastest).toFixed(3)}`,
  );
  const spent = (ms: (at: Look) => number) => ms(after) - ms(before);
  const published = total("camera_frames_published_total");
  const own = spent(({ threads }) => threads.main + threads.workflow + threads.helpers) / published;
  const session = spent(({ threads }) => threads.sessions) / published;
  const decoder = spent(({ decoders }) => decoders) / decoded;
  const cores = availableParallelism();
  const limit = (1000 * cores) / (decoder + session);
  console.log(
    `processor time: ${decoder.toFixed(2)} ms of a decoded frame in ffmpeg; of a published one ${session.toFixed(2)} in sessions, ${own.toFixed(2)} elsewhere`,
  );
  console.log(
    `decoding and sessions alone, on ${cores} cores for themselves: ${limit.toFixed(0)} frames/s; with the rest: ${((1000 * cores) / (decoder + session + own)).toFixed(0)}`,
  );
}
