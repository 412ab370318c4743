import { parseArgs } from "node:util";
import { openBenchBroker } from "../src/bench/broker.ts";
import { findMaterial } from "../src/bench/material.ts";
import { median } from "../src/bench/statistics.ts";
import { openSubscriber } from "../src/bench/subscriber.ts";
import { inWorkplace } from "../src/bench/workplace.ts";
import { openRtspServer } from "../src/demo/rtsp/rtsp-server.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";
import { measureDaemon } from "./memory/measure-daemon.ts";
import { variantOf } from "./memory/variant.ts";

// Prints the memory of daemons by part, of builds that take turns:
// `npx tsx bench/memory.ts [--cameras 1,4] [--fps 30] [--seconds 15] [--rounds 1] [build[,NAME=value][,--flag]]...`.
// A build is a folder such as dist; what follows it is for the environment and for Node. Growth is worth looking at from a few minutes on.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: "string", default: "1" },
    fps: { type: "string", default: "30" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "1" },
  },
});
const counts = values.cameras.split(",").map(Number);
const variants = (positionals.length === 0 ? ["dist"] : positionals).map(variantOf);
const seen = new Map<string, Map<string, number[]>>();

await inWorkplace(async (place) => {
  const { path: ffmpegPath } = await findFfmpeg();
  const material = await findMaterial(place.folder);
  const server = place.keep(await openRtspServer());
  const broker = place.keep(await openBenchBroker(place.folder));
  const subscriber = place.keep(await openSubscriber(broker.url));
  const scene = { ffmpegPath, material, server, broker, subscriber };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const cameras of counts) {
      for (const variant of variants) {
        const load = { cameras, fps: Number(values.fps), seconds: Number(values.seconds) };
        note(`${variant.name}, ${cameras} x ${load.fps}/s`, await measureDaemon(scene, load, variant));
      }
    }
  }
});
console.log(table());

function note(column: string, figures: Readonly<Record<string, number>>): void {
  const known = seen.get(column) ?? new Map<string, number[]>();
  for (const [name, value] of Object.entries(figures)) known.set(name, [...(known.get(name) ?? []), value]);
  seen.set(column, known);
}

/** Medians of the rounds. */
function table(): string {
  const columns = [...seen.keys()];
  const names = new Set([...seen.values()].flatMap((figures) => [...figures.keys()]));
  const rows = [...names].map((name) => [
    name,
    ...columns.map((column) => {
      const found = seen.get(column)?.get(name);
      return found === undefined ? "" : median(found).toFixed(1);
    }),
  ]);
  return [["MB", ...columns], ["---", ...columns.map(() => "---")], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
