import { writeFile } from "node:fs/promises";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/daemon/config/config.ts";
import { type Daemon, openDaemon } from "../../src/daemon/daemon.ts";
import { prepare } from "../../src/daemon/prepare/prepare.ts";
import type { DaemonEvent } from "../../src/daemon/report/events.ts";
import type { Message } from "../../src/publish/messages/message-class.ts";
import { within } from "./daemon.ts";

type EventOf<T extends DaemonEvent["type"]> = Extract<DaemonEvent, { type: T }>;

export interface OpenDaemon {
  daemon: Daemon;
  /** What it published, in order. */
  messages: Message[];
  events<T extends DaemonEvent["type"]>(type: T): EventOf<T>[];
  happened<T extends DaemonEvent["type"]>(type: T, condition?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
}

/** A daemon in the process of the test, on a config that lies at `path`; closed with the test. */
export async function openTestDaemon(path: string, config: object): Promise<OpenDaemon> {
  const all: DaemonEvent[] = [];
  const messages: Message[] = [];
  const daemon = await openDaemon({
    ...(await preparedFrom(path, config)),
    report: (event) => void all.push(event),
    onMessage: (message) => void messages.push(message),
  });
  onTestFinished(() => daemon.close(5000));
  const events = <T extends DaemonEvent["type"]>(type: T) =>
    all.filter((event): event is EventOf<T> => event.type === type);
  return {
    daemon,
    messages,
    events,
    async happened(type, condition = () => true) {
      await within(
        () => events(type).some(condition),
        () => `"${type}" happens: ${JSON.stringify(all.slice(-20))}`,
      );
      return events(type).find(condition) as EventOf<typeof type>;
    },
  };
}

export async function preparedFrom(path: string, given: object) {
  await writeFile(path, JSON.stringify(given));
  const config = await readConfig(path, {});
  return { config, prepared: await prepare(config, path) };
}
