import type { MessagePort } from "node:worker_threads";
import { type CodeEvent, type CodeLane, type CodeLaneSettings, openCodeLane } from "../../dynamic/lane/code-host.ts";

// The line between the code blocks of a lane and the main thread, beside the results.

type FromLane = { type: "event"; event: CodeEvent } | { type: "closed" };

/** The lane's end: what its code blocks share. They are closed when the main thread asks for it, after `drain`. */
export function openLinkedLane(
  port: MessagePort,
  settings: Omit<CodeLaneSettings, "report">,
  drain: () => Promise<void> = async () => {},
): CodeLane {
  const send = (message: FromLane) => port.postMessage(message);
  const lane = openCodeLane({ ...settings, report: (event) => send({ type: "event", event }) });
  port.on("message", () => {
    void Promise.all([drain(), lane.close()]).finally(() => send({ type: "closed" }));
  });
  port.unref();
  return lane;
}

export interface CodeLink {
  /** Has the code blocks write their state and end what they started; gives up after the limit. */
  close(limitMs: number): Promise<void>;
}

/** The main thread's end. */
export function openCodeLink(port: MessagePort, report: (event: CodeEvent) => void): CodeLink {
  let isClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  port.on("message", (message: FromLane) => {
    if (message.type === "event") report(message.event);
    else isClosed();
  });
  // A thread that is gone closes nothing any more.
  port.on("close", () => isClosed());
  port.unref();
  return {
    async close(limitMs) {
      port.postMessage("close");
      const limit = new AbortController();
      await Promise.race([closed, expiry(limitMs, limit.signal)]);
      limit.abort();
    },
  };
}

function expiry(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
