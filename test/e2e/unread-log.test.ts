import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { freePort, lacksBroker, startBroker } from "../helpers/broker.ts";
import { spawnMillrace } from "../helpers/cli.ts";
import { descendants, startDaemon, within } from "../helpers/daemon.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();
/** Of each frame, far more than a pipe holds within seconds. */
const CHATTY = 'function run(inputs, self) { console.log("x".repeat(3000)); return { n: 1 }; }';

function definition(source: string): string {
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  const outputs = { n: { type: "DynamicOutputDefinition" } };
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [codeBlock("Say", source, { inputs: { image }, outputs })],
    steps: [{ type: "Say", name: "say", image: "$inputs.image" }],
    outputs: [{ type: "JsonField", name: "n", selector: "$steps.say.n" }],
  });
}

beforeAll(async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 50);
  await writeFile(folder.path("chatty.json"), definition(CHATTY));
});

function configOf(port: number, changes: object = {}): string {
  const cameras = { gate: { url: folder.path("clip.mkv"), loop: true } };
  const pipelines = { one: { workflow: "chatty.json", cameras: ["gate"] } };
  return JSON.stringify({ device: "dock", http: { port }, cameras, pipelines, ...changes });
}

let child: ChildProcess | undefined;
afterEach(() => void child?.kill("SIGKILL"));

async function start(changes: object = {}, flags: string[] = []) {
  const port = await freePort();
  const config = folder.path(`${port}.yaml`);
  await writeFile(config, configOf(port, changes));
  child = spawnMillrace(["start", "--config", config, ...flags]);
  const ended = once(child, "exit");
  const published = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    const health =
      response === null ? null : ((await response.json()) as { cameras: Record<string, { published: number }> });
    return health?.cameras["gate"]?.published ?? 0;
  };
  const frames = async (more: number) => {
    const goal = (await published()) + more;
    await within(
      async () => (await published()) >= goal,
      () => `${more} more frames are published`,
    );
  };
  const stop = async () => {
    child?.kill("SIGTERM");
    const timer = setTimeout(() => child?.kill("SIGKILL"), 20_000);
    const [code, signal] = await ended;
    clearTimeout(timer);
    return { code, signal };
  };
  return { child, frames, stop, ended };
}

test("a reader that stops reading the log stops no frames, and does not keep the daemon from ending", async () => {
  // Nothing listens for the data, so that the pipe fills: 3 kB of each frame.
  const { frames, stop } = await start();
  await frames(100);
  expect(await stop()).toEqual({ code: 0, signal: null });
});

test("a reader that goes away costs nothing but the log", async () => {
  const { child: daemon, frames, stop } = await start();
  daemon.stderr?.destroy();
  await frames(50);
  expect(await stop()).toEqual({ code: 0, signal: null });
});

describe.skipIf(lacksBroker())("the end of the supervisor", () => {
  test("ends the daemon in order, though there is no log any more", async () => {
    const broker = await startBroker();
    const watcher = await subscribe(broker.url);
    const { child: supervisor, frames } = await start({ mqtt: { url: broker.url } }, ["--supervise"]);
    await frames(20);
    supervisor.kill("SIGKILL");
    supervisor.stderr?.destroy();
    const status = () => watcher.texts("millrace/dock/status");
    await within(
      () => status().at(-1) === "offline",
      () => `the daemon says that it goes: ${status()}`,
    );
    expect(status()).toEqual(["online", "stopping", "offline"]);
    await watcher.close();
    await broker.close();
  });
});

describe("a signal to stop while something opens", () => {
  test("does not wait for an ffmpeg that does not answer", async () => {
    await writeFile(folder.path("slow"), "#!/bin/sh\nexec sleep 600\n");
    await chmod(folder.path("slow"), 0o755);
    const config = JSON.parse(configOf(0, { ffmpeg: folder.path("slow") }));
    const daemon = await startDaemon(folder.path("slow.yaml"), config);
    await within(
      () => descendants(daemon.pid, "sleep").length > 0,
      () => "ffmpeg is asked",
    );
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  });

  test("does not wait for code that does not load", async () => {
    const source = 'process.getBuiltinModule("node:child_process").spawnSync("sleep", ["600"]); function run() {}';
    await writeFile(folder.path("stuck.json"), definition(source));
    const config = JSON.parse(
      configOf(0, { pipelines: { one: { workflow: "stuck.json", cameras: ["gate"], timeout_ms: 600_000 } } }),
    );
    const daemon = await startDaemon(folder.path("stuck.yaml"), config);
    await within(
      () => descendants(daemon.pid, "sleep").length > 0,
      () => `the code is loaded:\n${daemon.output().slice(-2000)}`,
    );
    const left = descendants(daemon.pid, "sleep");
    onTestFinished(() => left.forEach((pid) => void process.kill(pid, "SIGKILL")));
    await daemon.stop();
    expect(daemon.output()).toContain("[DAEMON_STUCK]");
  });
});
