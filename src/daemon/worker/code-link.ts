import type { MessagePort } from "node:worker_threads";
import { keepSecret } from "../../base/secrets.ts";
import { endsWithin } from "../../base/within.ts";
import {
  type CodeEvent,
  type CodeRuntime,
  type CodeRuntimeSettings,
  openCodeRuntime,
} from "../../dynamic/runtime/code-runtime.ts";

// The line between the code blocks of a worker and the main thread, beside the results.

type FromWorker = { type: "event"; event: CodeEvent } | { type: "secret"; secret: string } | { type: "closed" };

/** The worker's end: what its code blocks share. They are closed when the main thread asks for it, after `drain`. */
export function openLinkedRuntime(
  port: MessagePort,
  settings: Omit<CodeRuntimeSettings, "report">,
  drain: () => Promise<void> = async () => {},
): CodeRuntime & { keepSecret(secret: string): void } {
  const send = (message: FromWorker) => port.postMessage(message);
  const runtime = openCodeRuntime({ ...settings, report: (event) => send({ type: "event", event }) });
  let closing: Promise<unknown> | null = null;
  port.on("message", () => {
    // Batches that time out together all ask for it, and each waits until all is written.
    closing ??= Promise.all([drain(), runtime.close()]).finally(() => send({ type: "closed" }));
    closing.catch(() => {});
  });
  port.unref();
  return { ...runtime, keepSecret: (secret) => send({ type: "secret", secret }) };
}

export interface CodeLink {
  /** Asks the code blocks to write their state and end their processes; gives up after the limit. */
  close(limitMs: number): Promise<void>;
}

/** The main thread's end. */
export function openCodeLink(port: MessagePort, report: (event: CodeEvent) => void): CodeLink {
  let isClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  port.on("message", (message: FromWorker) => {
    if (message.type === "event") report(message.event);
    else if (message.type === "secret") keepSecret(message.secret);
    else isClosed();
  });
  // A thread that is gone closes nothing any more.
  port.on("close", () => isClosed());
  port.unref();
  return {
    async close(limitMs) {
      port.postMessage("close");
      await endsWithin(limitMs, closed);
    },
  };
}
