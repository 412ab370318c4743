import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Health } from "../../src/daemon/report/statistics.ts";
import { openEmbeddedBroker } from "../../src/demo/broker.ts";
import { openRtspServer } from "../../src/demo/rtsp/rtsp-server.ts";
import { freePort, lacksBroker, startBroker } from "../../test/helpers/broker.ts";
import { startCamera, type TestCamera } from "../../test/helpers/camera.ts";
import { ROOT, SHAPES } from "../../test/helpers/cli.ts";
import { sceneSource, trackingWorkflow } from "../../test/helpers/daemon.ts";
import { describeMachine } from "../../test/helpers/machine.ts";
import { mountSmallDisk, type SmallDisk } from "../../test/helpers/small-disk.ts";
import type { Changed } from "./faults.ts";
import { type Gate, openGate } from "./gate.ts";
import { type Heard, hear } from "./heard.ts";
import { processesOf } from "./processes.ts";

export const CAMERAS = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
/** Of the camera and of the broker; found anywhere outside of the config, they are a leak. */
export const SECRETS = { camera: "k4mera-geheim-7731", broker: "br0ker-geheim-9917" };
const FPS = 5;

/** A daemon under its supervisor, with all that it works with. */
export interface Stage {
  readonly folder: string;
  readonly cameras: ReadonlyMap<string, TestCamera>;
  readonly gate: Gate;
  readonly heard: Heard;
  /** Where the state lies, if it is a disk of its own. */
  readonly disk: SmallDisk | undefined;
  readonly logFile: string;
  /** In the environment of everything that the daemon starts. */
  readonly mark: string;
  /** The daemon itself; null while it is started again. */
  daemonPid(): number | null;
  /** Null while it does not answer. */
  health(): Promise<Health | null>;
  /** Folder with the files of a machine that the daemon takes for its own. */
  readonly machine: string;
  setConfig(changed: Changed): void;
  writeConfig(text: string): void;
  /** Null is the code that works. */
  setCode(code: string | null): void;
  stop(): Promise<{ code: number | null }>;
  /** After a stop. */
  startAgain(): void;
  close(): Promise<void>;
}

/** Counts in a state that is kept, with a call for each frame. */
const WELL = "let frames = 0;\nfunction run() {\n  return { frames: ++frames };\n}\n";

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-soak-"));
  const mark = `MILLRACE_SOAK=${folder}`;
  const disk = await mountSmallDisk(64 * 1024);
  const broker = lacksBroker() ? await openEmbeddedBroker(() => {}) : await startBroker();
  const gate = await openGate(Number(new URL(broker.url).port));
  const heard = await hear(broker.url);
  const server = await openRtspServer();
  const credentials = { user: "viewer", password: SECRETS.camera };
  const cameras = new Map<string, TestCamera>();
  for (const [i, id] of CAMERAS.entries()) {
    cameras.set(id, await startCamera({ server, path: `/${id}`, credentials, source: sceneSource(4242 + i, FPS) }));
  }
  const httpPort = await freePort();
  const stateDir = disk?.path ?? join(folder, "state");
  mkdirSync(stateDir, { recursive: true });
  const configFile = join(folder, "millrace.json");
  const logFile = join(folder, "log.jsonl");
  const machine = join(folder, "machine");
  await describeMachine(machine);
  const base = configOf({ cameras, gate, httpPort, stateDir, machine });

  const writeConfig = (text: string) => writeWhole(configFile, text);
  const setConfig = (changed: Changed) => writeConfig(JSON.stringify(changed(structuredClone(base))));
  const setCode = (code: string | null) =>
    writeWhole(join(folder, "work.json"), JSON.stringify(trackingWorkflow(code ?? WELL)));
  setCode(null);
  setConfig((config) => config);
  let running = startSupervised(configFile, { logFile, mark });
  const abandon = () => {
    for (const { pid } of processesOf(mark)) killQuietly(pid);
    void disk?.close();
  };
  process.once("exit", abandon);

  return {
    ...{ folder, cameras, gate, heard, disk, logFile, mark, machine, setConfig, writeConfig, setCode },
    daemonPid: () =>
      processesOf(mark).find(({ parent, command }) => parent === running.child.pid && /start/.test(command))?.pid ??
      null,
    async health() {
      try {
        const answer = await fetch(`http://127.0.0.1:${httpPort}/health`, { signal: AbortSignal.timeout(5000) });
        return (await answer.json()) as Health;
      } catch {
        return null;
      }
    },
    stop() {
      running.child.kill("SIGTERM");
      return running.ended;
    },
    startAgain() {
      running = startSupervised(configFile, { logFile, mark });
    },
    async close() {
      process.off("exit", abandon);
      running.child.kill("SIGKILL");
      await running.ended;
      for (const { pid } of processesOf(mark)) killQuietly(pid);
      for (const camera of cameras.values()) await camera.close();
      await server.close();
      await heard.close();
      await gate.cut();
      await broker.close();
      await disk?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything written by the daemon, its config aside. */
export function logText({ logFile }: Stage): string {
  return readFileSync(logFile, "utf8");
}

interface Around {
  cameras: ReadonlyMap<string, TestCamera>;
  gate: Gate;
  httpPort: number;
  stateDir: string;
  machine: string;
}

function configOf({ cameras, gate, httpPort, stateDir, machine }: Around) {
  const entries = Array.from(cameras, ([id, { url }]) => {
    const priority = id === "one" ? "high" : id === "eight" ? "low" : "normal";
    return [id, { url, priority, stall_timeout_ms: 5000, decoder_threads: 1 }] as const;
  });
  return {
    device: "soak",
    models: { "shapes/1": { path: SHAPES } },
    http: { port: httpPort },
    stats_interval_s: 1,
    state_dir: stateDir,
    host: { root: machine, every_s: 0.5, shed_after_s: 1, restore_after_s: 2 },
    mqtt: { url: `mqtt://127.0.0.1:${gate.port}`, username: "box", password: SECRETS.broker },
    cameras: Object.fromEntries(entries),
    pipelines: { work: { workflow: "work.json", cameras: [...cameras.keys()], timeout_ms: 3000, keep_state: true } },
  };
}

/** As an editor writes: never half a file. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

interface Supervised {
  child: ChildProcess;
  ended: Promise<{ code: number | null }>;
}

function startSupervised(config: string, { logFile, mark }: { logFile: string; mark: string }): Supervised {
  const [name = "", value = ""] = mark.split("=");
  const main = join(ROOT, "dist/cli/main.js");
  const child = spawn(process.execPath, [main, "start", "--supervise", "--config", config], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, [name]: value },
  });
  const log = createWriteStream(logFile, { flags: "a" });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<{ code: number | null }>((resolve) => child.once("close", (code) => resolve({ code })));
  return { child, ended };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
