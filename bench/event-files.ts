import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createScene } from "../src/demo/scene.ts";
import { startCamera } from "../test/helpers/camera.ts";
import { baseConfig, descendants, startDaemon, trackingWorkflow } from "../test/helpers/daemon.ts";

// What pictures and clips of events cost: daemons without and with them watch the same cameras at the same time, for docs/performance.md:
// `npm run build && npx tsx bench/event-files.ts [cameras] [seconds]`.

const [cameras = 2, seconds = 60] = process.argv.slice(2).map(Number);
const TICKS = 100;
const SETTLE_MS = 10_000;
const [WIDTH, HEIGHT, FPS] = [1280, 720, 10];

const VARIANTS = {
  neither: {},
  pictures: { publish: { snapshots: { disk: true } } },
  "packets alone": { clips: { before_s: 3, after_s: 2 }, publish: { tracks: { confirm_frames: 10_000 } } },
  clips: { clips: { before_s: 3, after_s: 2 } },
} as const;

const folder = mkdtempSync(join(tmpdir(), "millrace-event-files-"));
const sources = await Promise.all(
  Array.from({ length: cameras }, (_, i) => {
    const draw = createScene({ seed: 100 + i, width: WIDTH, height: HEIGHT }).drawFrame;
    return startCamera({ source: { kind: "drawn", width: WIDTH, height: HEIGHT, fps: FPS, draw }, groupS: 2 });
  }),
);
try {
  const daemons = await Promise.all(Object.keys(VARIANTS).map((name) => start(name as keyof typeof VARIANTS)));
  await delay(SETTLE_MS);
  const before = await Promise.all(daemons.map(look));
  await delay(seconds * 1000);
  const after = await Promise.all(daemons.map(look));
  process.stdout.write(
    "| | processor, ms a second and camera | decoder's part | frames | dropped | made | memory, MB |\n",
  );
  process.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const [i, { name }] of daemons.entries()) {
    const [from, to] = [before[i], after[i]];
    if (from === undefined || to === undefined) continue;
    const each = (pick: (at: Look) => number) => ((pick(to) - pick(from)) * 1000) / (seconds * cameras);
    const cells = [
      each(({ ownS, decoderS }) => ownS + decoderS).toFixed(0),
      each(({ decoderS }) => decoderS).toFixed(0),
      to.decoded - from.decoded,
      to.dropped - from.dropped,
      to.made - from.made,
      to.rssMb.toFixed(0),
    ];
    process.stdout.write(`| ${name} | ${cells.join(" | ")} |\n`);
  }
  await Promise.all(daemons.map(({ daemon }) => daemon.stop()));
} finally {
  await Promise.all(sources.map((source) => source.close()));
  rmSync(folder, { recursive: true });
}

async function start(name: keyof typeof VARIANTS) {
  const variant: { publish?: object; clips?: object } = VARIANTS[name];
  const ids = sources.map((_, i) => `cam${i}`);
  writeFileSync(join(folder, "track.json"), JSON.stringify(trackingWorkflow()));
  const clips = variant.clips === undefined ? {} : { clips: variant.clips };
  const config = {
    ...baseConfig,
    state_dir: `state-${name.replace(" ", "-")}`,
    cameras: Object.fromEntries(ids.map((id, i) => [id, { url: sources[i]?.url, ...clips }])),
    pipelines: { count: { workflow: "track.json", cameras: ids, publish: variant.publish ?? {} } },
  };
  return { name, daemon: await startDaemon(join(folder, `${name}.json`), config) };
}

type Look = Awaited<ReturnType<typeof look>>;

async function look({ daemon }: Awaited<ReturnType<typeof start>>) {
  const health = await daemon.health();
  const sum = (pick: (camera: (typeof health.cameras)[string]) => number) =>
    Object.values(health.cameras).reduce((total, camera) => total + pick(camera), 0);
  const counts = [...Object.values(health.snapshots), ...Object.values(health.clips)];
  return {
    ownS: processorS(daemon.pid, 4),
    decoderS: descendants(daemon.pid, "ffmpeg").reduce((total, pid) => total + processorS(pid, 2), 0),
    decoded: sum(({ decoded }) => decoded),
    dropped: sum(({ dropped }) => dropped),
    made: counts.reduce((total, { made }) => total + made, 0),
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1] ?? 0) / 1024,
  };
}

/** User and system time of a process, and with four fields also of its children that have ended. */
function processorS(pid: number, fields: 2 | 4): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const values = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 11 + fields);
  return values.reduce((total, value) => total + Number(value), 0) / TICKS;
}
