import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openBenchBroker } from "../src/bench/broker.ts";
import { findMaterial } from "../src/bench/material.ts";
import { openSubscriber } from "../src/bench/subscriber.ts";
import { inWorkplace } from "../src/bench/workplace.ts";
import { openRtspServer } from "../src/demo/rtsp/rtsp-server.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";
import { inspected, type RunningDaemon, type Scene, statusMb, withDaemon } from "./memory/measure-daemon.ts";
import { partsOf } from "./memory/parts.ts";
import { variantOf } from "./memory/variant.ts";
import { slope } from "./soak/slope.ts";

// Prints how the memory of a daemon grows, by part and by thread, in MB a minute by the least squares over all but the first third:
// `npx tsx bench/slope.ts [--cameras 8] [--fps 5] [--minutes 6] [--every 10] [--most MB] [--collect] [build[,NAME=value][,--flag]]`.
// With --collect every thread collects its garbage before each look, so that what is left is what lives. With --most it fails where the
// resident memory grows by more.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: "string", default: "8" },
    fps: { type: "string", default: "5" },
    minutes: { type: "string", default: "6" },
    every: { type: "string", default: "10" },
    most: { type: "string" },
    collect: { type: "boolean", default: false },
  },
});
const FIRST = 1 / 3;
const minutes = Number(values.minutes);
const load = { cameras: Number(values.cameras), fps: Number(values.fps), seconds: 60 * minutes };
const RESIDENT = "resident";

type Look = Record<string, number>;

const looks = await inWorkplace(async (place) => {
  const { path: ffmpegPath } = await findFfmpeg();
  const material = await findMaterial(place.folder);
  const server = place.keep(await openRtspServer());
  const broker = place.keep(await openBenchBroker(place.folder));
  const subscriber = place.keep(await openSubscriber(broker.url));
  const scene: Scene = { ffmpegPath, material, server, broker, subscriber };
  return withDaemon(scene, load, variantOf(positionals[0] ?? "dist"), follow);
});
console.log(table());
const grown = slopeOf(RESIDENT);
if (values.most !== undefined && grown > Number(values.most)) {
  console.error(`slope: resident memory grows by ${grown.toFixed(2)} MB a minute, ${values.most} at most`);
  process.exitCode = 1;
}

async function follow(daemon: RunningDaemon): Promise<{ minute: number; look: Look }[]> {
  const threads = await inspected(daemon);
  const found: { minute: number; look: Look }[] = [];
  const startedAt = performance.now();
  for (let minute = 0; minute < minutes; minute = (performance.now() - startedAt) / 60_000) {
    if (values.collect) await threads.collect();
    const resident = await statusMb(daemon.pid, "VmRSS");
    const heaps = (await threads.heapsInUse()).map((mb, i) => [`heap of thread ${i}, in use`, mb] as const);
    found.push({
      minute,
      look: { [RESIDENT]: resident, ...(await partsOf(daemon.pid)), ...Object.fromEntries(heaps) },
    });
    await delay(Number(values.every) * 1000);
  }
  threads.close();
  return found;
}

function slopeOf(name: string): number {
  const later = looks.filter(({ minute }) => minute >= minutes * FIRST);
  return slope(later.map(({ minute, look }) => ({ x: minute, y: look[name] ?? 0 })));
}

function table(): string {
  const names = Object.keys(looks[0]?.look ?? {});
  const shown = Array.from({ length: Math.floor(minutes) + 1 }, (_, minute) => {
    return looks.find((one) => one.minute >= minute) ?? looks.at(-1);
  });
  const rows = names.map((name) => {
    const cells = shown.map((one) => (one?.look[name] ?? 0).toFixed(1));
    return `| ${name} | ${cells.join(" | ")} | ${slopeOf(name).toFixed(2)} |`;
  });
  const head = `| MB after minutes | ${shown.map((_, minute) => minute).join(" | ")} | a minute |`;
  return [head, `| --- |${" --- |".repeat(shown.length + 1)}`, ...rows].join("\n");
}
