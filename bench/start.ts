import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openBenchBroker } from "../src/bench/broker.ts";
import { encodeCameraClip } from "../src/bench/camera-clip.ts";
import { writeDaemonConfig } from "../src/bench/daemon-config.ts";
import { findMaterial } from "../src/bench/material.ts";
import { median } from "../src/bench/statistics.ts";
import { openSubscriber, type Subscriber } from "../src/bench/subscriber.ts";
import { within } from "../src/bench/wait.ts";
import { inWorkplace } from "../src/bench/workplace.ts";
import { openSimulatedCamera } from "../src/demo/camera.ts";
import { killWithCertainty, spawnBound } from "../src/stream/ffmpeg/bound-child.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";

// Prints how long `millrace validate` of one file and a daemon's first detection take, of builds that take turns:
// `npx tsx bench/start.ts [folder of a build]...`; MILLRACE_BENCH_NODE names another Node.

const ROUNDS = 7;
/** The kernel counts for programs in hundredths of a second, whatever its own clock is. */
const TICKS_A_SECOND = 100;
const FIRST_MS = 60_000;
const NODE = process.env["MILLRACE_BENCH_NODE"] ?? process.execPath;
const [firstBuild = "dist", ...others] = process.argv.slice(2);
const builds = [firstBuild, ...others].map((folder) => resolve(folder));

/** Seconds by the clock and of the processors. */
interface Taken {
  wall: number;
  processor: number;
}

await inWorkplace(async (place) => {
  const { path: ffmpegPath } = await findFfmpeg();
  const material = await findMaterial(place.folder);
  const video = { file: material.cameraVideo, fps: 15 };
  const source = await encodeCameraClip({ ffmpegPath, folder: place.folder }, video);
  const camera = place.keep(await openSimulatedCamera({ path: "/camera", source, ffmpegPath }));
  const broker = place.keep(await openBenchBroker(place.folder));
  const subscriber = place.keep(await openSubscriber(broker.url));
  const cameras = { one: { url: camera.url } };
  const config = await writeDaemonConfig(place.folder, { model: material.model, brokerUrl: broker.url, cameras });
  const empty = join(place.folder, "empty.mjs");
  await writeFile(empty, "");
  const workflow = join(place.folder, "workflow.json");
  const node: Taken[] = [];
  const seen = builds.map(() => ({ validate: [] as Taken[], start: [] as Taken[] }));
  for (let round = 0; round < ROUNDS; round++) {
    node.push(await toItsEnd([empty]));
    for (const [i, build] of builds.entries()) {
      const main = join(build, "cli/main.js");
      seen[i]?.validate.push(await toItsEnd([main, "validate", workflow]));
      seen[i]?.start.push(await toFirstDetection([main, "start", "--config", config], subscriber));
    }
  }
  console.log(`node by itself: ${shown(node)}`);
  for (const [i, build] of builds.entries()) {
    console.log(`${build}\n  validate: ${shown(seen[i]?.validate)}\n  first detection: ${shown(seen[i]?.start)}`);
  }
});

function shown(taken: readonly Taken[] = []): string {
  const of = (pick: keyof Taken) => {
    const values = taken.map((one) => one[pick]);
    return `${median(values).toFixed(2)} s, least ${Math.min(...values).toFixed(2)}`;
  };
  return `${of("wall")}; processors ${of("processor")}`;
}

async function toItsEnd(args: readonly string[]): Promise<Taken> {
  const startedAt = performance.now();
  const before = await ticks("self", [15, 16]);
  await once(spawnBound(NODE, [...args], ["ignore", "ignore", "ignore"]), "exit");
  const wall = (performance.now() - startedAt) / 1000;
  return { wall, processor: (await ticks("self", [15, 16])) - before };
}

async function toFirstDetection(args: readonly string[], subscriber: Subscriber): Promise<Taken> {
  const startedAt = performance.now();
  const child = spawnBound(NODE, [...args], ["ignore", "ignore", "ignore"]);
  const found = new Promise<number>((done) => {
    subscriber.listen(({ objects }) => {
      if (objects > 0) done((performance.now() - startedAt) / 1000);
    });
  });
  const wall = await within(found, FIRST_MS, "waiting for the first detection");
  const processor = await ticks(child.pid ?? 0, [13, 14, 15, 16]);
  subscriber.listen(null);
  await killWithCertainty(child, FIRST_MS);
  return { wall, processor };
}

/** Seconds of processor time in the fields of a process's `stat` (from 1 on: 13 and 14 its own less one, 15 and 16 of children that ended); 0 without /proc. */
async function ticks(pid: number | "self", fields: readonly number[]): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.reduce((sum, field) => sum + Number(values[field - 2] ?? 0), 0) / TICKS_A_SECOND;
}
