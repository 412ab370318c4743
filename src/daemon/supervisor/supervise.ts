import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { pause } from "../../base/clock.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { youngGenerationFlags } from "../../base/young-generation.ts";
import { CrashWitness, RunningCode, type SuspendedCode } from "./crash-witness.ts";
import { DeadlyCode } from "./deadly-code.ts";
import { type LogSink, openLogSink } from "./log-sink.ts";
import { mallocEnvironment } from "./malloc-environment.ts";

// Code on the daemon's own threads can crash the whole process. A parent that does nothing else restarts it.

/** Environment variable with the end of the previous daemon. */
const LAST_CRASH = "MILLRACE_LAST_CRASH";

const Crash = z.object({
  at: z.string(),
  code: z.number().nullable(),
  signal: z.string().nullable(),
  /** The last lines on standard error that are none of the log. */
  tail: z.string(),
  /** Code on the daemon's threads that was in a call. */
  running: z.array(RunningCode),
});

export type Crash = z.output<typeof Crash>;

const TAIL_CHARACTERS = 4000;
/** A daemon that ran for a minute did not crash because of its start. */
const RESTARTS = { firstMs: 1000, longestMs: 30_000, healthyAfterMs: 60_000 };

const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Runs the command in a process of its own, again and again, until it ends as it should; returns its exit code. */
export async function supervise(command: readonly string[]): Promise<number> {
  let child: ChildProcess | null = null;
  const log = openLogSink(process.stderr, (count) => {
    log.write(`millrace: ${count} pieces of the log were left out, as they were not read in time\n`);
  });
  const witness = new CrashWitness();
  const deadly = new DeadlyCode();
  const stopping = new AbortController();
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== "SIGHUP") stopping.abort();
    child?.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    let crash: Crash | null = null;
    const gate = new RetryGate(RESTARTS);
    for (;;) {
      gate.started();
      child = start(command, crash, { witness, suspended: deadly.suspended() });
      const tail = tailOf(child, log);
      const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
      // 2: the config is wrong, and starting again would not make it right.
      if (code === 0 || code === 2 || stopping.signal.aborted) return code ?? 1;
      const running = witness.take();
      deadly.crashed(running);
      crash = { at: new Date().toISOString(), code, signal, tail: tail(), running };
      const pauseMs = gate.failed();
      log.write(
        `millrace: the daemon ended (${signal ?? `exit code ${code}`}) and starts again in ${pauseMs / 1000} s\n`,
      );
      await pause(pauseMs, { signal: stopping.signal });
      if (stopping.signal.aborted) return 0;
    }
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
    witness.close();
  }
}

interface Watching {
  witness: CrashWitness;
  suspended: readonly SuspendedCode[];
}

/** The channel tells the daemon when its parent is gone. */
function start(command: readonly string[], crash: Crash | null, { witness, suspended }: Watching): ChildProcess {
  const env = {
    ...mallocEnvironment(),
    ...process.env,
    ...witness.environment(suspended),
    ...(crash === null ? {} : { [LAST_CRASH]: JSON.stringify(crash) }),
  };
  return spawn(process.execPath, [...process.execArgv, ...youngGenerationFlags(), ...command], {
    env,
    stdio: ["inherit", "inherit", "pipe", "ipc", witness.descriptor],
  });
}

function tailOf({ stderr }: ChildProcess, log: LogSink): () => string {
  let tail = "";
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    log.write(text);
    tail = `${tail}${text}`.slice(-TAIL_CHARACTERS);
  });
  // A log of JSON is not repeated in the log.
  return () => tail.replace(/^\{"level":.*$\n?/gm, "").trim();
}

/** How the daemon before this one ended, when it did not end as it should. */
export function lastCrash(environment: NodeJS.ProcessEnv): Crash | null {
  const text = environment[LAST_CRASH];
  if (text === undefined) return null;
  try {
    return Crash.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Calls back when the parent that supervises this process is gone. */
export function onParentGone(call: () => void): void {
  if (process.channel === undefined) return;
  process.channel?.unref();
  process.once("disconnect", call);
}
