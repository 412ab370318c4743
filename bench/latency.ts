import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { openBenchBroker } from "../src/bench/broker.ts";
import { encodeCameraClip } from "../src/bench/camera-clip.ts";
import { writeDaemonConfig } from "../src/bench/daemon-config.ts";
import { startDaemon } from "../src/bench/daemon-process.ts";
import { findMaterial } from "../src/bench/material.ts";
import { inWorkplace } from "../src/bench/workplace.ts";
import { openSimulatedCamera } from "../src/demo/camera.ts";
import { openRtspServer } from "../src/demo/rtsp/rtsp-server.ts";
import { openConnection } from "../src/publish/broker/connection.ts";
import { findFfmpeg } from "../src/stream/ffmpeg/ffmpeg-binary.ts";

// Prints where the time of frames goes in a daemon on simulated cameras, by what its own statistics say:
// `npx tsx bench/latency.ts [cameras] [frames a second] [seconds]`.

const [cameras = 1, fps = 30, seconds = 30] = process.argv.slice(2).map(Number);
/** The first seconds do not count. */
const SETTLE_MS = 8000;

interface Counts {
  bounds_ms: number[];
  total: number[];
  parts: Record<string, number[]>;
  pauses: Record<string, number[]>;
}

await inWorkplace(async (place) => {
  const material = await findMaterial(place.folder);
  const broker = place.keep(await openBenchBroker(place.folder));
  const server = place.keep(await openRtspServer());
  const { path: ffmpegPath } = await findFfmpeg();
  const found: Record<string, { url: string }> = {};
  const video = { file: material.cameraVideo, fps };
  const source = await encodeCameraClip({ ffmpegPath, folder: place.folder }, video);
  for (let i = 0; i < cameras; i++) {
    const camera = place.keep(await openSimulatedCamera({ server, path: `/camera-${i}`, source, ffmpegPath }));
    found[`camera-${i}`] = { url: camera.url };
  }
  const config = { model: material.model, brokerUrl: broker.url, cameras: found };
  const file = await writeDaemonConfig(place.folder, config);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), stats_interval_s: 1 }));
  let last: Counts | null = null;
  const listener = openConnection(
    { url: broker.url, prefix: "millrace", device: "bench-latency" },
    {
      report() {},
      up() {},
      inbox: () => ({
        topics: ["millrace/bench/stats"],
        receive: ({ payload }) => {
          last = JSON.parse(Buffer.from(payload).toString()).latency as Counts;
        },
      }),
    },
  );
  place.keep({ close: () => listener.close(2000) });
  const daemon = place.keep(startDaemon(file));
  while ((last as Counts | null)?.total.every((count) => count === 0) !== false) {
    await Promise.race([delay(500), daemon.failed]);
  }
  await Promise.race([delay(SETTLE_MS), daemon.failed]);
  const before = last as Counts | null;
  await Promise.race([delay(seconds * 1000), daemon.failed]);
  const after = last as Counts | null;
  if (before === null || after === null) throw new Error("no statistics came");
  const since = (now: readonly number[], then: readonly number[]) => now.map((count, i) => count - (then[i] ?? 0));
  const rows = [
    ["total", since(after.total, before.total)] as const,
    ...Object.entries(after.parts).map(([part, now]) => [part, since(now, before.parts[part] ?? [])] as const),
    ...Object.entries(after.pauses).map(
      ([thread, now]) => [`pauses: ${thread}`, since(now, before.pauses[thread] ?? [])] as const,
    ),
  ];
  const head = [...after.bounds_ms.map((bound) => `≤ ${bound}`), "more"];
  console.log(`${cameras} cameras at ${fps} frames/s, ${material.description}\n`);
  console.log(`| | ${head.join(" | ")} | p99 at most, ms |`);
  console.log(`| --- |${" --- |".repeat(head.length + 1)}`);
  for (const [name, counts] of rows) {
    console.log(`| ${name} | ${counts.join(" | ")} | ${quantile(counts, after.bounds_ms)} |`);
  }
});

/** The end of the bucket that the 99th percentile lies in. */
function quantile(counts: readonly number[], bounds: readonly number[]): number | string {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [i, count] of counts.entries()) {
    seen += count;
    if (seen >= all * 0.99) return bounds[i] ?? "more";
  }
  return "";
}
