import type { Inbox } from "./broker/broker-inbox.ts";
import type { BrokerSettings } from "./broker/broker-settings.ts";
import { openConnection } from "./broker/connection.ts";
import { type Message, rulesOf } from "./messages/message-class.ts";
import type { LatestSettings } from "./outbox/latest.ts";
import { type OutboxStats, openOutbox } from "./outbox/outbox.ts";
import { createPaced } from "./outbox/paced.ts";
import type { Report } from "./report/report.ts";
import type { SpoolLimits } from "./spool/spool.ts";
import { openRetainedTopics } from "./topics/retained-topics.ts";
import { topicsOf } from "./topics/topics.ts";

/** Everything of the program that leaves by MQTT goes through this. */
export interface Publisher {
  /** Never throws and never waits. */
  publish(message: Message): void;
  stats(): OutboxStats;
  readonly connected: boolean;
  /** Topics that hold a message of ours at the broker, also of earlier runs where there is a file for them. */
  readonly retained: readonly string[];
  /** Takes the retained message of a topic away. */
  clear(topic: string): void;
  /**
   * Switches to another broker or other credentials: says `offline` to the old broker within the deadline. What
   * waits stays, and the new one gets every state again. Throws `PublishError` for an address that is none.
   */
  reconnect(broker: BrokerSettings, deadlineMs: number): Promise<void>;
  /** Publishes `stopping`, before `close`. */
  announceStopping(): void;
  /** Takes no more, delivers what it can, says `offline`, keeps the rest on disk; within `deadlineMs` plus the disk's time. */
  close(deadlineMs: number): Promise<void>;
}

export interface PublisherSettings {
  broker: BrokerSettings;
  /** Where events outlive a restart; absent: in memory alone. No two publishers may share it. */
  spoolDirectory?: string;
  /** Where retained topics outlive a restart. */
  retainedFile?: string;
  spool?: SpoolLimits;
  latest?: Omit<LatestSettings, "dropped">;
  /** What to listen for, asked at every connect. */
  inbox?: () => Inbox | null;
  report: Report;
}

/** Plain numbers may change with every frame. */
const PACED: ReadonlySet<string> = new Set(["value", "count"]);
const PACE_MS = 1000;
/** Part of the time of a close that is kept for saying `offline`. */
const FAREWELL = 0.25;

/** Starts publishing, whether the broker is there or not; throws `PublishError` only for an address that is none. */
export function openPublisher(settings: PublisherSettings): Publisher {
  const { broker, inbox, report, retainedFile, ...limits } = settings;
  const retained = openRetainedTopics(retainedFile, rootOf(broker));
  const hooks = { report, up: () => outbox.up(), down: () => outbox.down(), ...(inbox === undefined ? {} : { inbox }) };
  let connection = openConnection(broker, hooks);
  const outbox = openOutbox({
    ...limits,
    report,
    cleared: retained.remove,
    connection: {
      get connected() {
        return connection.connected;
      },
      get room() {
        return connection.room;
      },
      send: (message, settled) => connection.send(message, settled),
    },
  });
  const paced = createPaced(PACE_MS, outbox.publish);
  let current = broker;
  retained.add(statusOf(current));
  let reconnecting: Promise<void> | null = null;
  let isStopping = false;
  const announceStopping = () => {
    if (!isStopping) connection.announce("stopping");
    isStopping = true;
  };
  async function change(next: BrokerSettings, ms: number): Promise<void> {
    await connection.close(ms);
    try {
      connection = openConnection(next, hooks);
    } catch (error) {
      connection = openConnection(current, hooks);
      throw error;
    }
    current = next;
    retained.add(statusOf(current));
  }

  return {
    publish(message) {
      if (rulesOf(message.class).retained && message.payload !== "") retained.add(message.topic);
      if (PACED.has(message.class)) paced.put(message);
      else outbox.publish(message);
    },
    get retained() {
      return retained.all;
    },
    clear: (topic) => outbox.publish({ class: "cleared", topic, payload: "" }),
    stats: outbox.stats,
    get connected() {
      return connection.connected;
    },
    announceStopping,
    async reconnect(next, ms) {
      while (reconnecting !== null) await reconnecting;
      const changed = change(next, ms);
      reconnecting = changed
        .catch(() => {})
        .finally(() => {
          reconnecting = null;
        });
      await changed;
    },
    async close(deadlineMs) {
      while (reconnecting !== null) await reconnecting;
      const limit = performance.now() + deadlineMs;
      announceStopping();
      paced.flush();
      await outbox.flush(deadlineMs * (1 - FAREWELL));
      await connection.close(Math.max(deadlineMs * FAREWELL, limit - performance.now()));
      await outbox.close();
      retained.close();
    },
  };
}

function statusOf({ prefix, device }: BrokerSettings): string {
  return topicsOf(prefix, device).status;
}

function rootOf({ prefix, device }: BrokerSettings): string {
  return `${prefix}/${device}`;
}
