import type { ChildProcess } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { BenchBroker } from "../../src/bench/broker.ts";
import { encodeCameraClip } from "../../src/bench/camera-clip.ts";
import { writeDaemonConfig } from "../../src/bench/daemon-config.ts";
import type { Material } from "../../src/bench/material.ts";
import { median } from "../../src/bench/statistics.ts";
import type { Subscriber } from "../../src/bench/subscriber.ts";
import { until, within } from "../../src/bench/wait.ts";
import { inWorkplace, type Workplace } from "../../src/bench/workplace.ts";
import { openSimulatedCamera } from "../../src/demo/camera.ts";
import type { RtspServer } from "../../src/demo/rtsp/rtsp-server.ts";
import { killWithCertainty, spawnBound } from "../../src/stream/ffmpeg/bound-child.ts";
import { slope } from "../soak/slope.ts";
import { heapsOf, REPORTING } from "./heaps.ts";
import { partsOf } from "./parts.ts";
import { type Threads, threadsOf } from "./threads-of.ts";
import type { Variant } from "./variant.ts";

export interface Scene {
  ffmpegPath: string;
  material: Material;
  server: RtspServer;
  broker: BenchBroker;
  subscriber: Subscriber;
}

interface Load {
  cameras: number;
  fps: number;
  seconds: number;
}

const START_MS = 60_000;
const SETTLE_MS = 5000;
const LOOK_MS = 500;

/** Runs a daemon on simulated cameras; figures by their names, in MB where nothing else is said. */
export function measureDaemon(scene: Scene, load: Load, variant: Variant): Promise<Record<string, number>> {
  return withDaemon(scene, load, variant, async ({ frames, ...daemon }) => {
    return { ...(await running(daemon.pid, frames, load)), ...(await byPart(daemon)) };
  });
}

/** A daemon whose cameras have all shown objects. */
export interface RunningDaemon extends Started {
  /** Frames until now. */
  frames: () => number;
  /** Folder of its reports. */
  reports: string;
}

/** Does something with a daemon on simulated cameras, some seconds after all of them have shown objects. */
export function withDaemon<T>(
  scene: Scene,
  load: Load,
  variant: Variant,
  work: (daemon: RunningDaemon) => Promise<T>,
): Promise<T> {
  return inWorkplace(async (place) => {
    const cameras = await openCameras(place, scene, load);
    const { model } = scene.material;
    const config = await writeDaemonConfig(place.folder, { model, brokerUrl: scene.broker.url, cameras });
    const reports = join(place.folder, "reports");
    await mkdir(reports);
    const daemon = start(variant, config, reports);
    place.keep({
      async close() {
        scene.subscriber.listen(null);
        await killWithCertainty(daemon.child, SETTLE_MS);
      },
    });
    const frames = await firstFrames(scene.subscriber, load.cameras);
    await delay(SETTLE_MS);
    return work({ ...daemon, frames, reports });
  });
}

async function openCameras(place: Workplace, { material, server, ffmpegPath }: Scene, { cameras, fps }: Load) {
  const found: Record<string, { url: string }> = {};
  const video = { file: material.cameraVideo, fps };
  const source = await encodeCameraClip({ ffmpegPath, folder: place.folder }, video);
  for (let i = 0; i < cameras; i++) {
    const camera = place.keep(await openSimulatedCamera({ server, path: `/memory-${i}`, source, ffmpegPath }));
    found[`camera-${i}`] = { url: camera.url };
  }
  return found;
}

interface Started {
  child: ChildProcess;
  pid: number;
  /** What it has written. */
  text: () => string;
}

function start({ build, environment, flags }: Variant, config: string, reports: string): Started {
  const options = `NODE_OPTIONS=${REPORTING} --report-directory=${reports} --inspect-port=0`;
  const program = [process.execPath, ...flags, join(build, "cli/main.js"), "start", "--config", config];
  const child = spawnBound("env", [options, ...environment, ...program], ["ignore", "ignore", "pipe"]);
  let text = "";
  child.stderr?.on("data", (more) => {
    text += more;
  });
  return { child, pid: child.pid ?? 0, text: () => text };
}

/** Waits until every camera has shown objects; says how many frames there were until now. */
async function firstFrames(subscriber: Subscriber, cameras: number): Promise<() => number> {
  const shown = new Set<string>();
  let frames = 0;
  subscriber.listen(({ camera, objects }) => {
    frames++;
    if (objects > 0) shown.add(camera);
  });
  await until(() => shown.size === cameras, START_MS, "waiting for the first detections");
  return () => frames;
}

async function running(pid: number, frames: () => number, { seconds }: Load): Promise<Record<string, number>> {
  const before = { frames: frames(), ms: await processorMs(pid) };
  const points: { x: number; y: number }[] = [];
  const startedAt = performance.now();
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - startedAt) {
    points.push({ x: passed / 60_000, y: await statusMb(pid, "VmRSS") });
    await delay(LOOK_MS);
  }
  const count = frames() - before.frames;
  return {
    "processor time of a frame, ms": ((await processorMs(pid)) - before.ms) / Math.max(1, count),
    "frames in a second": count / seconds,
    "growth in a minute": slope(points),
    resident: median(points.slice(-points.length / 3).map(({ y }) => y)),
    "at the peak": await statusMb(pid, "VmHWM"),
  };
}

async function byPart({ pid, text, reports }: Omit<RunningDaemon, "frames">): Promise<Record<string, number>> {
  const parts = await partsOf(pid);
  const heaps = await heapsOf(pid, reports);
  const threads = await inspected({ pid, text });
  await within(threads.collect(), START_MS, "collecting");
  threads.close();
  await delay(LOOK_MS * 2);
  return { ...parts, ...heaps, "resident after a collection": await statusMb(pid, "VmRSS") };
}

/** Opens the inspector of a process. */
export async function inspected({ pid, text }: Pick<Started, "pid" | "text">): Promise<Threads> {
  process.kill(pid, "SIGUSR1");
  const inspector = () => /ws:\/\/\S+/.exec(text())?.[0];
  await until(() => inspector() !== undefined, START_MS, "waiting for the inspector");
  return within(threadsOf(inspector() ?? ""), START_MS, "connecting to the inspector");
}

export async function statusMb(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) * 1024) / 1e6;
}

/** The kernel counts in hundredths of a second. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
  return (user + system) * 10;
}
