import { type Stats, unwatchFile, watchFile } from "node:fs";
import { messageOf, UserError } from "../base/errors.ts";
import { readConfig } from "./config.ts";
import type { Config } from "./config-schema.ts";
import { type Daemon, openDaemon } from "./daemon.ts";
import type { Report } from "./events.ts";
import { openLog } from "./log.ts";
import { prepare } from "./prepare.ts";
import { lastCrash, onParentGone } from "./supervise.ts";

/** From SIGTERM to exit, give or take the disk. */
const STOP_DEADLINE_MS = 5000;

/** Runs the daemon of a config file until a signal, or until every file it reads has ended. */
export async function serve(file: string): Promise<void> {
  let config = await readConfig(file);
  let prepared = await prepare(config, file);
  const signals = openSignals();
  try {
    while (true) {
      const report = openLog({ level: config.log.level, format: logFormat(config) });
      const crash = lastCrash(process.env);
      if (crash !== null) report({ type: "daemon_crashed", ...crash });
      const daemon = await openDaemon({ config, prepared, report });
      const files = [file, ...prepared.pipelines.map((pipeline) => pipeline.config.workflow)];
      const unwatch = watchFiles(files, () => signals.raise("SIGHUP"));
      const refuse = (error: unknown) => report({ type: "config_refused", file, message: messageOf(error) });
      const next = await untilNext(daemon, signals, { read: () => reread(file, report), refuse });
      unwatch();
      report({ type: "daemon_stopping", reason: next.reason });
      await daemon.close(STOP_DEADLINE_MS);
      if (next.replacement === null) return;
      ({ config, prepared } = next.replacement);
    }
  } finally {
    signals.close();
  }
}

interface Replacement {
  config: Config;
  prepared: Awaited<ReturnType<typeof prepare>>;
}

async function untilNext(
  daemon: Daemon,
  signals: Signals,
  { read, refuse }: { read: () => Promise<Replacement | null>; refuse: (error: unknown) => void },
): Promise<{ reason: string; replacement: Replacement | null }> {
  /** Definitions are replaced while everything else goes on; one that does not open leaves the one before in force. */
  const isTaken = ({ config, prepared }: Replacement) =>
    daemon.reload(config, prepared).catch((error: unknown) => {
      refuse(error);
      return true;
    });
  const ended = daemon.finished.then(() => "every file has ended" as const);
  while (true) {
    const event = await Promise.race([ended, signals.next()]);
    if (event !== "SIGHUP") return { reason: event, replacement: null };
    // A config that is wrong changes nothing: the daemon goes on with the one it has.
    const replacement = await read();
    if (replacement === null || (await isTaken(replacement))) continue;
    return { reason: "the config is read again", replacement };
  }
}

async function reread(file: string, report: Report): Promise<Replacement | null> {
  try {
    const config = await readConfig(file);
    return { config, prepared: await prepare(config, file) };
  } catch (error) {
    const message = error instanceof UserError ? `the new config is not taken:\n${error.message}` : messageOf(error);
    report({ type: "config_refused", file, message });
    return null;
  }
}

function logFormat({ log }: Config): "json" | "text" {
  if (log.format !== "auto") return log.format;
  return process.stderr.isTTY ? "text" : "json";
}

const WATCH_MS = 1000;

/** Looks at the files every second: also across renames and network file systems. */
function watchFiles(files: readonly string[], changed: () => void): () => void {
  const told = ({ mtimeMs }: Stats, before: Stats) => {
    // A file that is away for a moment is being written.
    if (mtimeMs !== 0 && mtimeMs !== before.mtimeMs) changed();
  };
  for (const file of files) watchFile(file, { interval: WATCH_MS, persistent: false }, told);
  return () => {
    for (const file of files) unwatchFile(file, told);
  };
}

interface Signals {
  next(): Promise<NodeJS.Signals>;
  /** As if it had been sent. */
  raise(signal: NodeJS.Signals): void;
  close(): void;
}

const WATCHED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Some senders say it to the process and to its group. */
const SAME_SIGNAL_MS = 1000;

/** Signals one after another; a second one to stop does not wait for the first. */
function openSignals(): Signals {
  let resolve: (signal: NodeJS.Signals) => void = () => {};
  const queued: NodeJS.Signals[] = [];
  let stoppingSince: number | null = null;
  const heard = (signal: NodeJS.Signals) => {
    if (signal !== "SIGHUP") {
      const now = performance.now();
      if (stoppingSince !== null && now - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      if (stoppingSince !== null) return;
      stoppingSince = now;
    }
    queued.push(signal);
    resolve(signal);
  };
  for (const signal of WATCHED) process.on(signal, heard);
  onParentGone(() => heard("SIGTERM"));
  return {
    next: () =>
      new Promise((done) => {
        const take = () => {
          const signal = queued.shift();
          if (signal === undefined) return;
          // What comes before somebody asks again waits for that.
          resolve = () => {};
          done(signal);
        };
        resolve = take;
        take();
      }),
    raise: heard,
    close() {
      for (const signal of WATCHED) process.off(signal, heard);
    },
  };
}
