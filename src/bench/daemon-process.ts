import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MillraceError } from "../base/errors.ts";
import { programFile } from "../base/program-files.ts";
import { youngGenerationFlags } from "../base/young-generation.ts";
import { mallocEnvironment } from "../daemon/supervisor/malloc-environment.ts";
import { killWithCertainty, spawnBound } from "../stream/ffmpeg/bound-child.ts";

/** What `millrace start --supervise` starts, as a process of its own. */
export interface DaemonProcess {
  /** When it was started, on the clock of `performance.now`. */
  startedAt: number;
  /** Rejects when the process ends before it is closed. */
  failed: Promise<never>;
  /** Resident memory in MB (10^6 bytes): its threads are in it, the ffmpeg processes are not. */
  rssMb: () => Promise<number>;
  /** Milliseconds of processor time that its threads have taken, its ffmpeg processes left out; null without /proc. */
  processorMs: () => Promise<number | null>;
  /** The same of its main thread alone. */
  mainThreadMs: () => Promise<number | null>;
  /** Stops the process, and continues it. */
  pause: () => void;
  resume: () => void;
  close: () => Promise<void>;
}

const STOP_MS = 10_000;
const STDERR_TAIL = 2000;

export function startDaemon(configFile: string): DaemonProcess {
  const main = fileURLToPath(programFile("cli/main.ts"));
  // From source the loader is among the arguments of this process.
  const environment = Object.entries(mallocEnvironment()).map(([name, value]) => `${name}=${value}`);
  const flags = [...process.execArgv, ...youngGenerationFlags()];
  const args = [...environment, process.execPath, ...flags, main, "start", "--config", configFile];
  const startedAt = performance.now();
  const child = spawnBound("env", args, ["ignore", "ignore", "pipe"]);
  let tail = "";
  child.stderr?.on("data", (text) => {
    tail = `${tail}${text}`.slice(-STDERR_TAIL);
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new MillraceError("BENCH_DAEMON", `the daemon ended by itself with code ${code}: ${tail.trim()}`);
  });
  failed.catch(() => {});
  return {
    startedAt,
    failed,
    rssMb: () => residentMb(child.pid ?? 0),
    processorMs: () => usedMs(`/proc/${child.pid}/stat`),
    mainThreadMs: () => usedMs(`/proc/${child.pid}/task/${child.pid}/stat`),
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    close() {
      child.kill("SIGCONT");
      return killWithCertainty(child, STOP_MS);
    },
  };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => null);
  const kib = status === null ? await residentByPs(pid) : /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return (Number(kib) * 1024) / 1e6;
}

/** The kernel counts in hundredths of a second, whatever its own clock is. */
const TICK_MS = 10;

async function usedMs(file: string): Promise<number | null> {
  const stat = await readFile(file, "utf8").catch(() => null);
  if (stat === null) return null;
  // The name before them may hold spaces.
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
  return (user + system) * TICK_MS;
}

/** Systems without /proc. */
async function residentByPs(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)], { timeout: 5000 });
  return stdout.trim();
}
