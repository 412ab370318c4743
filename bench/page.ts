import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDaemon } from "../src/bench/daemon-process.ts";
import { median } from "../src/bench/statistics.ts";
import { inWorkplace, type Workplace } from "../src/bench/workplace.ts";
import { freePort } from "../test/helpers/broker.ts";
import { openBrowser } from "../test/helpers/browser.ts";
import { SHAPES } from "../test/helpers/cli.ts";
import { lineWorkflow } from "../test/helpers/line-workflow.ts";
import { writeSceneClip } from "../test/helpers/scene.ts";

// Prints the processor time of a daemon with cameras while its page is open in a browser and while it is closed, in turns of
// one run, without the decoders and the browser: `npx tsx bench/page.ts [cameras] [turns]`. Needs Chromium and /proc.

const [cameras = 4, turns = 8] = process.argv.slice(2).map(Number);
const TURN_MS = 8000;
/** After the page is opened or closed, and at first. */
const SETTLE_MS = 2000;
const START_MS = 15_000;

await inWorkplace(async (place) => {
  const [daemon, url] = await openDaemon(place);
  const browser = place.keep(await openBrowser());
  const cores = async () => {
    const [before, at] = [await daemon.processorMs(), performance.now()];
    await Promise.race([delay(TURN_MS), daemon.failed]);
    return (((await daemon.processorMs()) ?? 0) - (before ?? 0)) / (performance.now() - at);
  };
  await delay(START_MS);
  const never = await cores();
  const pairs: { open: number; closed: number }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(url);
    await page.locator(".picture img[data-at]").first().waitFor();
    await delay(SETTLE_MS);
    const open = await cores();
    await page.close();
    await delay(SETTLE_MS);
    pairs.push({ open, closed: await cores() });
  }
  const open = median(pairs.map((pair) => pair.open));
  const closed = median(pairs.map((pair) => pair.closed));
  const more = median(pairs.map((pair) => pair.open - pair.closed));
  const spread = pairs.map((pair) => (pair.open - pair.closed).toFixed(2)).join(" ");
  console.log(`cores of the daemon, ${cameras} cameras: never opened ${never.toFixed(2)}, closed ${closed.toFixed(2)}`);
  console.log(`open ${open.toFixed(2)}, more while open ${more.toFixed(2)} (turns: ${spread})`);
});

async function openDaemon(place: Workplace) {
  const small = await writeSceneClip(join(place.folder, "small.mp4"), 150);
  const clip = join(place.folder, "clip.mp4");
  execFileSync("ffmpeg", ["-v", "error", "-i", small, "-vf", "scale=1280:720", "-r", "10", clip]);
  await writeFile(join(place.folder, "line.json"), JSON.stringify(lineWorkflow()));
  const ids = Array.from({ length: cameras }, (_, i) => `camera-${i + 1}`);
  const port = await freePort();
  const config = {
    device: "bench",
    http: { port },
    models: { "shapes/1": { path: SHAPES } },
    inference: { providers: ["cpu"] },
    zones: { kerb: { line: [[0.5, 0], [0.5, 1]] } }, // biome-ignore format: points
    cameras: Object.fromEntries(ids.map((id) => [id, { url: clip, loop: true }])),
    pipelines: { main: { workflow: "line.json", cameras: ids, parameters: { line: { zone: "kerb" } } } },
  };
  const file = join(place.folder, "millrace.yaml");
  await writeFile(file, JSON.stringify(config));
  return [place.keep(startDaemon(file)), `http://127.0.0.1:${port}/`] as const;
}
