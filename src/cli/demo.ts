import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { packageFolder } from "../base/program-files.ts";
import { type Daemon, openFromFile, type Summary } from "../daemon/open-from-file.ts";
import type { Report } from "../daemon/report/events.ts";
import { openLog } from "../daemon/report/log.ts";
import { openEmbeddedBroker } from "../demo/broker.ts";
import { openDemoCamera } from "../demo/demo-camera.ts";
import { narrate } from "../demo/narrate.ts";
import { positive, refuse } from "./flags.ts";
import { printJson, say } from "./output.ts";

interface Options {
  seconds?: string;
  json?: boolean;
  port: string;
}

const LONGEST_WAIT_MS = 30_000;
const CONFIG = fileURLToPath(new URL("config/demo.yaml", packageFolder));

export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("run the whole pipeline with nothing else installed: camera, model, workflow, broker and live page")
    .option("--seconds <n>", "end after this many seconds of pictures, with a summary")
    .option("--json", "print the summary as JSON")
    .option("--port <n>", "port of the live page; 0 picks a free one", "0")
    .action(async (options: Options) => {
      const issues: Issue[] = [];
      const seconds = positive("--seconds", options.seconds, issues);
      if (!/^\d+$/.test(options.port))
        issues.push({ code: "FLAG_VALUE", path: "", message: `--port is "${options.port}", expected a number` });
      refuse(issues);
      const summary = await runDemo({ seconds, port: Number(options.port) });
      if (options.json) printJson(summary);
      else say(asText(summary));
    });
}

async function runDemo({ seconds, port }: { seconds: number | undefined; port: number }): Promise<Summary> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const broker = await openEmbeddedBroker((message) => {
      const line = narrate(message);
      if (line !== null) say(line);
    });
    closers.push(() => broker.close());
    const { camera, encoder } = await openDemoCamera();
    closers.push(() => camera.close());
    say(`camera   ${camera.url} (simulated, H.264 by ${encoder})`);
    say(`broker   ${broker.url} (embedded)`);
    const { report, begun } = awaitPictures(openLog({ level: "warn", format: "text" }));
    const daemon = await openFromFile({
      file: CONFIG,
      environment: { ...process.env, MILLRACE_DEMO_CAMERA: camera.url, MILLRACE_DEMO_BROKER: broker.url },
      port,
      report,
    });
    say(`live     ${daemon.url}`);
    if (seconds === undefined) say("stop     Ctrl-C");
    await untilDone(daemon, begun, seconds);
    await daemon.close(5000);
    return daemon.summary();
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** Passes events on, and reports the first picture, or that it is overdue. */
function awaitPictures(log: Report): { report: Report; begun: Promise<void> } {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
    setTimeout(resolve, LONGEST_WAIT_MS).unref();
  });
  const report: Report = (event) => {
    if (event.type === "source_started") begin();
    log(event);
  };
  return { report, begun };
}

/** The given seconds of pictures, or until it is stopped. */
async function untilDone(daemon: Daemon, begun: Promise<void>, seconds: number | undefined): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const waits = [stopped, daemon.finished];
  if (seconds !== undefined) waits.push(begun.then(() => delay(seconds * 1000, undefined, { ref: false })));
  await Promise.race(waits);
}

function asText({ decoded, published, dropped, fps, latency_ms: latency, seconds }: Summary): string {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return [
    "",
    `decoded    ${decoded} frames in ${seconds.toFixed(1)} s`,
    `published  ${published} (${fps.toFixed(1)} a second)`,
    `dropped    ${lost}${reasons.length > 0 ? `: ${reasons.join(", ")}` : ""}`,
    `latency    ${latency.p50 ?? "–"} ms median, ${latency.p99 ?? "–"} ms for 99 of 100 frames, from decoded to published`,
    `sums       ${published} + ${lost} = ${decoded} ${published + lost === decoded ? "agree" : "DO NOT AGREE"}`,
  ].join("\n");
}
