import { endsWithin } from "../../base/within.ts";
import type { Outgoing, Settled } from "../broker/broker-link.ts";
import type { MqttConnection } from "../broker/connection.ts";
import { type Message, rulesOf } from "../messages/message-class.ts";
import { type ClassCounts, type CountedClass, createMessageCounts } from "../messages/message-counts.ts";
import type { Report } from "../report/report.ts";
import { openSpool, type SpoolLimits, type SpoolStats } from "../spool/spool.ts";
import type { Entry } from "../spool/spool-segment.ts";
import { createLatest, type LatestSettings } from "./latest.ts";
import { refusedTopics } from "./refused-topics.ts";
import { asReplayed } from "./replayed.ts";
import { createSuspects } from "./suspects.ts";

/** Accepts every message at once and delivers it by its class; never throws, never grows beyond its limits. */
export interface Outbox {
  publish(message: Message): void;
  /** The broker takes messages, or does not any more. */
  up(): void;
  down(): void;
  /** Takes no more; resolves when everything is delivered, the connection is gone or the time is over. */
  flush(deadlineMs: number): Promise<void>;
  stats(): OutboxStats;
  /** Writes the remaining messages to disk. */
  close(): Promise<void>;
}

export interface OutboxStats {
  classes: Partial<Record<CountedClass, ClassCounts>>;
  spool: SpoolStats;
  /** Topics whose last message is kept. */
  latestTopics: number;
  inFlight: number;
}

export interface OutboxSettings {
  connection: Pick<MqttConnection, "connected" | "room" | "send">;
  report: Report;
  spoolDirectory?: string;
  /** The topic holds nothing any more. */
  cleared?(topic: string): void;
  spool?: SpoolLimits;
  latest?: Omit<LatestSettings, "dropped">;
}

/** A record that the connection broke on so many times running is what breaks it. */
const MAX_FAILURES = 8;
/** Of a state, which the next value replaces. */
const MAX_STATE_FAILURES = 3;

const BREAKS = "the connection breaks each time that it is sent";

export function openOutbox(settings: OutboxSettings): Outbox {
  const { connection, report } = settings;
  const counts = createMessageCounts();
  const latest = createLatest({ ...settings.latest, dropped: (message, why) => counts.dropped(message.class, why) });
  const tell = refusedTopics(report);
  const suspects = createSuspects();
  const spool = openSpool({
    ...settings.spool,
    ...(settings.spoolDirectory === undefined ? {} : { directory: settings.spoolDirectory }),
    report,
    dropped: counts.dropped,
    ready: pump,
  });
  let isClosed = false;
  /** What is sent before the broker takes messages would be sent again then. */
  let isUp = false;
  /** There are older records to be sent than those that come in. */
  let isBehind = true;
  let inFlight = 0;
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
    const isFull = outgoing.qos === 1 && connection.connected && room() === 0;
    const taken = isFull
      ? "backpressure"
      : connection.send(
          outgoing,
          settling(message, message, () => {}),
        );
    if (taken === "sent") begin(message, outgoing.qos);
    else counts.dropped(message.class, taken);
    if (taken === "too_large") tell(message, tooLarge(message));
  }

  function room(): number {
    return suspects.roomOf(connection.room, inFlight);
  }

  function pump(): void {
    while (isUp && connection.connected && room() > 0) {
      const message = latest.next();
      if (message === undefined ? !sendRecord() : !sendLatest(message)) break;
    }
    if (!isClosed || onIdle === undefined) return;
    if (!connection.connected || isIdle()) onIdle();
  }

  function sendLatest(message: Message): boolean {
    if (suspects.failuresOf(message) >= MAX_STATE_FAILURES) return giveUpState(message);
    const outgoing = outgoingOf(message);
    const taken = connection.send(
      outgoing,
      settling(message, message, () => delivered(message)),
    );
    if (taken === "sent") begin(message, outgoing.qos);
    else if (taken === "too_large") {
      counts.dropped(message.class, taken);
      tell(message, tooLarge(message));
    } else latest.retry(message);
    return taken === "sent" || taken === "too_large";
  }

  /** What was taken away needs no repeating. */
  function delivered(message: Message): void {
    if (message.payload !== "") return;
    latest.forget(message);
    settings.cleared?.(message.topic);
  }

  function sendRecord(): boolean {
    const entry = spool.next();
    if (entry === undefined) {
      isBehind &&= spool.stats().unsent > 0;
      return false;
    }
    if (suspects.failuresOf(entry) >= MAX_FAILURES) return giveUp(entry, "undeliverable");
    const { record, replayed } = entry;
    const payload = replayed ? asReplayed(record.payload) : record.payload;
    const outgoing = { ...outgoingOf({ ...record, payload }), expiryS: spool.leftS(entry) };
    const taken = connection.send(
      outgoing,
      settling(entry, record, () => spool.settle(entry)),
    );
    if (taken === "too_large") return giveUp(entry, taken);
    // Anything else than sent means the connection is going down, and a rewind is to come.
    if (taken === "sent") begin(record, 1);
    return taken === "sent";
  }

  function giveUp(entry: Entry, reason: "undeliverable" | "too_large"): true {
    counts.dropped(entry.record.class, reason);
    tell(entry.record, reason === "too_large" ? tooLarge(entry.record) : BREAKS);
    spool.settle(entry);
    return true;
  }

  function giveUpState(message: Message): true {
    counts.dropped(message.class, "undeliverable");
    tell(message, BREAKS);
    latest.forget(message);
    return true;
  }

  function begin(message: Pick<Message, "class">, qos: 0 | 1): void {
    if (qos === 0) counts.published(message.class);
    else inFlight += 1;
  }

  /** `key` is the same each time that the message is sent. */
  function settling(key: object, message: Pick<Message, "class" | "topic">, done: () => void): Settled {
    return (outcome, why) => {
      if (outcome === "lost") suspects.lost(key, inFlight);
      else suspects.acknowledged();
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

  function isIdle(): boolean {
    return inFlight === 0 && latest.waiting === 0 && spool.stats().depth === 0;
  }

  return {
    publish,
    up() {
      isUp = true;
      isBehind = spool.stats().depth > 0;
      suspects.up();
      latest.rewind();
      pump();
    },
    down() {
      isUp = false;
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
      await endsWithin(deadlineMs, idle);
    },
    stats: () => ({ classes: counts.all(), spool: spool.stats(), latestTopics: latest.topics, inFlight }),
    close: () => spool.close(),
  };
}

function outgoingOf({ class: name, topic, payload, contentType, expiryS, correlationData }: Message): Outgoing {
  const { qos, retained, expiryS: classExpiryS } = rulesOf(name);
  const lifeS = expiryS ?? classExpiryS;
  const outgoing: Outgoing = { topic, payload, qos, retained, contentType: contentType ?? "application/json" };
  if (lifeS !== undefined) outgoing.expiryS = lifeS;
  if (correlationData !== undefined) outgoing.correlationData = correlationData;
  return outgoing;
}

function tooLarge({ payload }: Pick<Message, "payload">): string {
  return `it has ${Buffer.byteLength(payload)} bytes, which is too large`;
}
