import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openBenchBroker } from "../src/bench/broker.ts";
import { writeDaemonConfig } from "../src/bench/daemon-config.ts";
import { findMaterial } from "../src/bench/material.ts";
import { median } from "../src/bench/statistics.ts";
import { openSubscriber, type Subscriber } from "../src/bench/subscriber.ts";
import { within } from "../src/bench/wait.ts";
import { inWorkplace, type Workplace } from "../src/bench/workplace.ts";
import { killWithCertainty, spawnBound } from "../src/stream/ffmpeg/bound-child.ts";
import { descendants } from "../test/helpers/daemon.ts";
import { processTime, ROLES, type ThreadTimes, threadTimes, writeThreadNamer } from "./frame-cost/thread-times.ts";

// Prints the processor time of a frame by the threads of a daemon in its steady state, of builds that take turns, the others frozen meanwhile:
// `npx tsx bench/frame-cost.ts [--small] [folder of a build]...`. One file as fast as it goes, detector, tracker, a subscriber at the broker;
// `--small` takes the demo's detector. Needs Linux.

const TURNS = 10;
const FRAMES = 150;
/** Before them code is still being compiled. */
const WARM_UP_FRAMES = 4000;
const LIMIT_MS = 120_000;
const args = process.argv.slice(2);
const isSmall = args.includes("--small");
const folders = args.filter((arg) => !arg.startsWith("--"));
const builds = (folders.length === 0 ? ["dist"] : folders).map((folder) => resolve(folder));
const SHAPES = fileURLToPath(new URL("../demo/shapes.onnx", import.meta.url));

interface Turn {
  perFrame: ThreadTimes;
  ffmpeg: number;
  fps: number;
}

await inWorkplace(async (place) => {
  const running = [];
  for (const [i, build] of builds.entries()) running.push(await start(place, build, i));
  for (let turn = 0; turn < TURNS; turn++) for (const one of running) one.turns.push(await one.take(FRAMES));
  console.log("ms of a frame | main | workflow | helpers | in all | sessions | ffmpeg | frames/s");
  for (const { build, turns } of running) {
    const middle = (pick: (turn: Turn) => number) => median(turns.map(pick));
    const [main, workflow, sessions, helpers] = ROLES.map((role) => middle(({ perFrame }) => perFrame[role]));
    const own = middle(({ perFrame }) => perFrame.main + perFrame.workflow + perFrame.helpers);
    const cells = [main, workflow, helpers, own, sessions, middle(({ ffmpeg }) => ffmpeg)];
    const shown = cells.map((ms = 0) => ms.toFixed(3));
    console.log(`${build} | ${shown.join(" | ")} | ${middle(({ fps }) => fps).toFixed(1)}`);
  }
});

async function start(place: Workplace, build: string, index: number) {
  const folder = join(place.folder, `${index}`);
  const { path: namer, names } = writeThreadNamer(folder);
  const { model, video } = await findMaterial(place.folder);
  const broker = place.keep(await openBenchBroker(folder));
  const subscriber = place.keep(await openSubscriber(broker.url));
  const cameras = { file: { url: video, pace: "fast", loop: true } } as const;
  const config = await writeDaemonConfig(folder, { model: isSmall ? SHAPES : model, brokerUrl: broker.url, cameras });
  // Threads take no options of the command line that are not in the environment.
  process.env["NODE_OPTIONS"] = `--require ${namer}`;
  const child = spawnBound(process.execPath, [join(build, "cli/main.js"), "start", "--config", config], "ignore");
  place.keep({
    close: async () => {
      child.kill("SIGCONT");
      await killWithCertainty(child, 10_000);
    },
  });
  const pid = child.pid ?? 0;
  const look = () => ({ at: performance.now(), own: threadTimes(pid, names), ffmpeg: processTime(decodersOf(pid)) });

  async function take(frames: number): Promise<Turn> {
    child.kill("SIGCONT");
    await heard(subscriber, 10);
    const before = look();
    await heard(subscriber, frames);
    const after = look();
    child.kill("SIGSTOP");
    await delay(50);
    const perFrame = Object.fromEntries(ROLES.map((role) => [role, (after.own[role] - before.own[role]) / frames]));
    return {
      perFrame: perFrame as ThreadTimes,
      ffmpeg: (after.ffmpeg - before.ffmpeg) / frames,
      fps: (1000 * frames) / (after.at - before.at),
    };
  }

  await take(WARM_UP_FRAMES);
  return { build, turns: [] as Turn[], take };
}

function decodersOf(pid: number): number[] {
  return descendants(pid, "ffmpeg");
}

function heard(subscriber: Subscriber, frames: number): Promise<void> {
  const counted = new Promise<void>((done) => {
    let left = frames;
    subscriber.listen(() => --left === 0 && done());
  });
  return within(counted, LIMIT_MS, `${frames} frames`);
}
