import { resolve } from "node:path";
import { messageOf, UserError } from "../base/errors.ts";
import { blotEvent } from "./blot-event.ts";
import { readConfig } from "./config.ts";
import type { PreparedConfig } from "./config-changes.ts";
import type { Config } from "./config-schema.ts";
import { leftAloneIn } from "./crash-witness.ts";
import { type Daemon, openDaemon } from "./daemon.ts";
import type { Report } from "./events.ts";
import { openLog } from "./log.ts";
import { prepare } from "./prepare.ts";
import { lastCrash, onParentGone } from "./supervise.ts";
import { type FileWatch, openFileWatch } from "./watch-files.ts";

/** From SIGTERM to exit, give or take the disk. */
const STOP_DEADLINE_MS = 5000;

/** Runs the daemon of a config file until a signal, or until every file it reads has ended. */
export async function serve(file: string): Promise<void> {
  let current = await read(file);
  const events = openEvents();
  const files = openFileWatch(() => events.push("files_changed"));
  try {
    for (let openings = 1; ; openings++) {
      const { config } = current;
      const log = openLog({ level: config.log.level, format: logFormat(config) });
      const report: Report = (event) => log(blotEvent(event));
      if (openings === 1) tellCrash(report);
      // What changes from here on is told.
      await files.follow(filesOf(file, config));
      const daemon = await openDaemon({ ...current, report });
      const next = await untilNext(daemon, events, { file, files, report });
      report({ type: "daemon_stopping", reason: next.reason });
      await daemon.close(STOP_DEADLINE_MS);
      if (next.replacement === null) return;
      current = next.replacement;
    }
  } finally {
    events.close();
    files.close();
  }
}

/** How the daemon of the process before ended, when it did not end as it should. */
function tellCrash(report: Report): void {
  const crash = lastCrash(process.env);
  if (crash !== null) report({ type: "daemon_crashed", ...crash });
  for (const code of leftAloneIn(process.env)) report({ type: "code_left_alone", ...code });
}

async function read(file: string): Promise<PreparedConfig> {
  const config = await readConfig(file);
  return { config, prepared: await prepare(config, file) };
}

/** What is read again by itself; nothing where only a signal is to do that. */
function filesOf(file: string, { reload, pipelines }: Config): string[] {
  if (reload === "on_signal") return [];
  return [resolve(file), ...Object.values(pipelines).map(({ workflow }) => workflow)];
}

interface Reading {
  file: string;
  files: FileWatch;
  report: Report;
}

/** Takes new configs while the daemon runs, until something ends it: a signal, its files, or a config for a new start. */
async function untilNext(
  daemon: Daemon,
  events: Events,
  { file, files, report }: Reading,
): Promise<{ reason: string; replacement: PreparedConfig | null }> {
  const ended = daemon.finished.then(() => "every file has ended" as const);
  while (true) {
    const event = await Promise.race([ended, events.next()]);
    if (event !== "SIGHUP" && event !== "files_changed") return { reason: event, replacement: null };
    // What changes while it is read is told once more.
    await files.mark();
    // A config that is wrong changes nothing: the daemon goes on with the one it has.
    const next = await reread(file, report);
    if (next === null) continue;
    await files.follow(filesOf(file, next.config));
    const applied = daemon.apply(next).catch((error: unknown) => {
      report({ type: "config_refused", file, message: messageOf(error) });
      return true;
    });
    const isTaken = await Promise.race([applied, events.stopping]);
    if (typeof isTaken === "string") return { reason: isTaken, replacement: null };
    if (!isTaken) return { reason: "the config is read again", replacement: next };
  }
}

async function reread(file: string, report: Report): Promise<PreparedConfig | null> {
  try {
    return await read(file);
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

type ServeEvent = NodeJS.Signals | "files_changed";

interface Events {
  /** Resolves with the first signal to stop. */
  readonly stopping: Promise<NodeJS.Signals>;
  next(): Promise<ServeEvent>;
  push(event: ServeEvent): void;
  close(): void;
}

const WATCHED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Some senders say it to the process and to its group. */
const SAME_SIGNAL_MS = 1000;

/** Signals and changes one after another; a second signal to stop does not wait for the first. */
function openEvents(): Events {
  let wake = () => {};
  const queued: ServeEvent[] = [];
  let stoppingSince: number | null = null;
  let stop: (signal: NodeJS.Signals) => void = () => {};
  const stopping = new Promise<NodeJS.Signals>((resolve) => {
    stop = resolve;
  });
  const push = (event: ServeEvent) => {
    if (!queued.includes(event)) queued.push(event);
    wake();
  };
  const heard = (signal: NodeJS.Signals) => {
    if (signal !== "SIGHUP") {
      const now = performance.now();
      if (stoppingSince !== null && now - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      if (stoppingSince !== null) return;
      stoppingSince = now;
      stop(signal);
    }
    push(signal);
  };
  for (const signal of WATCHED) process.on(signal, heard);
  onParentGone(() => heard("SIGTERM"));
  return {
    stopping,
    push,
    next: () =>
      new Promise((done) => {
        wake = () => {
          const event = queued.shift();
          if (event === undefined) return;
          wake = () => {};
          done(event);
        };
        wake();
      }),
    close() {
      for (const signal of WATCHED) process.off(signal, heard);
    },
  };
}
