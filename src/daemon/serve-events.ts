import { setMaxListeners } from "node:events";
import { onParentGone } from "./supervisor/supervise.ts";

export type ServeEvent = NodeJS.Signals | "files_changed" | "asked" | "models_fetched" | "retry";

/** What happens to a daemon from outside, one after another. */
export interface ServeEvents {
  /** Aborted by the first signal to stop, with its name as the reason. */
  readonly stopping: AbortSignal;
  next(): Promise<ServeEvent>;
  push(event: ServeEvent): void;
  close(): void;
}

const WATCHED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** Some senders say it to the process and to its group. */
const SAME_SIGNAL_MS = 1000;

/** Listens for signals from here on; a second one to stop does not wait for the first. */
export function openServeEvents(): ServeEvents {
  let wake = () => {};
  const queued: ServeEvent[] = [];
  let stoppingSince: number | null = null;
  const stopping = new AbortController();
  // Everything that opens listens to it.
  setMaxListeners(0, stopping.signal);
  // Signal handlers alone do not keep the process.
  const alive = setInterval(() => {}, 2 ** 30);
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
      stopping.abort(signal);
    }
    push(signal);
  };
  for (const signal of WATCHED) process.on(signal, heard);
  onParentGone(() => heard("SIGTERM"));
  return {
    stopping: stopping.signal,
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
      clearInterval(alive);
      for (const signal of WATCHED) process.off(signal, heard);
    },
  };
}
