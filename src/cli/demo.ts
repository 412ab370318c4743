import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { openLog } from "../daemon/log.ts";
import { type Daemon, openFromFile, type Summary } from "../daemon/open-from-file.ts";
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

const CONFIG = fileURLToPath(new URL("../../config/demo.yaml", import.meta.url));

export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("the main job with nothing installed: camera, model, workflow, broker and live page")
    .option("--seconds <n>", "end after so many seconds of pictures, with a summary")
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
    const daemon = await openFromFile({
      file: CONFIG,
      environment: { ...process.env, MILLRACE_DEMO_CAMERA: camera.url, MILLRACE_DEMO_BROKER: broker.url },
      port,
      report: openLog({ level: "warn", format: "text" }),
    });
    say(`live     ${daemon.url}`);
    if (seconds === undefined) say("stop     Ctrl-C");
    await untilDone(daemon, seconds);
    await daemon.close(5000);
    return daemon.summary();
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** The given seconds of pictures, or until somebody stops it. */
async function untilDone(daemon: Daemon, seconds: number | undefined): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const elapsed = new Promise<void>((resolve) => {
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000).unref();
  });
  await Promise.race([stopped, ...(seconds === undefined ? [] : [elapsed]), daemon.finished]);
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
