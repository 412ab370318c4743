import { setTimeout as delay } from "node:timers/promises";
import type { Outgoing, Settled } from "./broker-link.ts";
import type { MqttConnection } from "./connection.ts";
import { createLatest, type LatestSettings } from "./latest.ts";
import { type Message, type MessageClass, rulesOf } from "./message-class.ts";
import { type ClassCounts, createMessageCounts } from "./message-counts.ts";
import { asReplayed } from "./replayed.ts";
import type { Report } from "./report.ts";
import { openSpool, type SpoolLimits, type SpoolStats } from "./spool.ts";
import type { Entry } from "./spool-segment.ts";

/** Takes every message at once and delivers it as its class asks; never throws, never grows beyond its limits. */
export interface Outbox {
  publish(message: Message): void;
  /** The broker takes messages, or does not any more. */
  up(): void;
  down(): void;
  /** Takes no more; resolves when everything is delivered, the connection is gone or the time is over. */
  flush(deadlineMs: number): Promise<void>;
  stats(): OutboxStats;
  /** Puts on disk what is not there yet. */
  close(): Promise<void>;
}

export interface OutboxStats {
  classes: Partial<Record<MessageClass, ClassCounts>>;
  spool: SpoolStats;
  /** Topics whose last message is kept. */
  latestTopics: number;
  inFlight: number;
}

export interface OutboxSettings {
  connection: Pick<MqttConnection, "connected" | "room" | "send">;
  report: Report;
  spoolDirectory?: string;
  spool?: SpoolLimits;
  latest?: Omit<LatestSettings, "dropped">;
}

/** A record that the connection broke on so many times running is what breaks it. */
const MAX_FAILURES = 8;
const REPORT_EVERY_MS = 1000;

export function openOutbox(settings: OutboxSettings): Outbox {
  const { connection, report } = settings;
  const counts = createMessageCounts();
  const latest = createLatest({ ...settings.latest, dropped: (message, why) => counts.dropped(message.class, why) });
  const spool = openSpool({
    ...settings.spool,
    ...(settings.spoolDirectory === undefined ? {} : { directory: settings.spoolDirectory }),
    report,
    dropped: counts.dropped,
    ready: pump,
  });
  let isClosed = false;
  /** There are older records to be sent than those that come in. */
  let isBehind = true;
  let inFlight = 0;
  let refusalAt = Number.NEGATIVE_INFINITY;
  let onIdle: (() => void) | undefined;

  function publish(message: Message): void {
    if (isClosed) {
      counts.dropped(message.class, "closed");
      return;
    }
    const { away, expiryS = Number.MAX_SAFE_INTEGER } = rulesOf(message.class);
    if (away === "drop_counted") {
      sendOrDrop(message);
      return;
    }
    if (away === "spool") keep({ expiryS, ...message });
    else latest.put(message);
    pump();
  }

  function keep({ correlationData: _, ...message }: Message & { expiryS: number }): void {
    const waits = isBehind || !connection.connected;
    if (waits) counts.spooled(message.class);
    spool.append(message, waits);
  }

  function sendOrDrop(message: Message): void {
    const outgoing = outgoingOf(message);
    const isFull = outgoing.qos === 1 && connection.connected && connection.room === 0;
    const taken = isFull
      ? "backpressure"
      : connection.send(
          outgoing,
          settling(message, () => {}),
        );
    if (taken === "sent") begin(message, outgoing.qos);
    else counts.dropped(message.class, taken);
    if (taken === "too_large") tell(message, `it has ${Buffer.byteLength(message.payload)} bytes, which is too large`);
  }

  function pump(): void {
    while (connection.connected && connection.room > 0) {
      const message = latest.next();
      if (message === undefined ? !sendRecord() : !sendLatest(message)) break;
    }
    if (!isClosed || onIdle === undefined) return;
    if (!connection.connected || isIdle()) onIdle();
  }

  function sendLatest(message: Message): boolean {
    const outgoing = outgoingOf(message);
    const taken = connection.send(
      outgoing,
      settling(message, () => {}),
    );
    if (taken === "sent") begin(message, outgoing.qos);
    else if (taken === "too_large") counts.dropped(message.class, taken);
    else latest.retry(message);
    return taken === "sent" || taken === "too_large";
  }

  function sendRecord(): boolean {
    const entry = spool.next();
    if (entry === undefined) {
      isBehind &&= spool.stats().unsent > 0;
      return false;
    }
    if (entry.failures >= MAX_FAILURES) return giveUp(entry, "undeliverable");
    const { record, replayed } = entry;
    const payload = replayed ? asReplayed(record.payload) : record.payload;
    const outgoing = { ...outgoingOf({ ...record, payload }), expiryS: spool.leftS(entry) };
    const taken = connection.send(
      outgoing,
      settling(record, () => spool.settle(entry)),
    );
    if (taken === "too_large") return giveUp(entry, taken);
    // Anything else than sent means the connection is going down, and a rewind is to come.
    if (taken === "sent") begin(record, 1);
    return taken === "sent";
  }

  function giveUp(entry: Entry, reason: "undeliverable" | "too_large"): true {
    counts.dropped(entry.record.class, reason);
    spool.settle(entry);
    return true;
  }

  function begin(message: Pick<Message, "class">, qos: 0 | 1): void {
    if (qos === 0) counts.published(message.class);
    else inFlight += 1;
  }

  function settling(message: Pick<Message, "class" | "topic">, done: () => void): Settled {
    return (outcome, why) => {
      inFlight -= 1;
      if (outcome === "acknowledged") counts.published(message.class);
      if (outcome === "refused") refused(message, why);
      if (outcome === "lost" && rulesOf(message.class).away === "drop_counted") counts.dropped(message.class, "lost");
      if (outcome !== "lost") {
        done();
        pump();
      }
    };
  }

  function refused(message: Pick<Message, "class" | "topic">, why: string): void {
    counts.dropped(message.class, "refused");
    tell(message, why);
  }

  function tell({ class: name, topic }: Pick<Message, "class" | "topic">, why: string): void {
    if (performance.now() - refusalAt < REPORT_EVERY_MS) return;
    refusalAt = performance.now();
    report({ type: "message_refused", class: name, topic, message: why });
  }

  function isIdle(): boolean {
    return inFlight === 0 && latest.waiting === 0 && spool.stats().depth === 0;
  }

  return {
    publish,
    up() {
      isBehind = spool.stats().depth > 0;
      latest.rewind();
      pump();
    },
    down() {
      isBehind = true;
      spool.rewind();
      pump();
    },
    async flush(deadlineMs) {
      isClosed = true;
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
      });
      pump();
      await Promise.race([idle, delay(deadlineMs, undefined, { ref: false })]);
    },
    stats: () => ({ classes: counts.all(), spool: spool.stats(), latestTopics: latest.topics, inFlight }),
    close: () => spool.close(),
  };
}

function outgoingOf({ class: name, topic, payload, contentType, expiryS, correlationData }: Message): Outgoing {
  const { qos, retained, expiryS: classExpiryS } = rulesOf(name);
  const lifeS = expiryS ?? classExpiryS;
  return {
    topic,
    payload,
    qos,
    retained,
    contentType: contentType ?? "application/json",
    ...(lifeS === undefined ? {} : { expiryS: lifeS }),
    ...(correlationData === undefined ? {} : { correlationData }),
  };
}
