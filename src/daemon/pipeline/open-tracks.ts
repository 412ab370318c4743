import { steadyMs } from "../../base/steady-clock.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { Sequence } from "../../publish/messages/sequence.ts";
import type { OpenEvent, TrackJournal } from "./track-journal.ts";

/** Tracks whose start was published and whose end was not, as the main thread knows them. */
export class OpenTracks {
  readonly #sequence: Sequence;
  readonly #journal: TrackJournal;
  /** Topics of counts above 0. */
  readonly #counts = new Set<string>();
  readonly #last = new Map<string, OpenEvent & { atMs: number }>();

  constructor(sequence: Sequence, journal: TrackJournal) {
    this.#sequence = sequence;
    this.#journal = journal;
  }

  /** Cameras with open tracks. */
  get cameras(): Set<string> {
    return new Set(Array.from(this.#last.values(), ({ event }) => event.camera));
  }

  /** Takes every message that is published; most are passed over. */
  observe({ class: of, topic, payload }: Message): void {
    if (of === "count") {
      if (payload === "0" || payload === "") this.#counts.delete(topic);
      else this.#counts.add(topic);
    }
    if (of !== "events" || typeof payload !== "string") return;
    const event = JSON.parse(payload) as OpenEvent["event"];
    if (event.phase === "end") {
      this.#last.delete(event.id);
      this.#journal.ended(event.id);
    } else {
      this.#last.set(event.id, { topic, event, atMs: steadyMs() });
      this.#journal.opened({ topic, event });
    }
  }

  /** Ends tracks for a thread that is gone. Their end time is that of their last event plus the time since. */
  endAll(): Message[] {
    const open = [...this.#last.values()];
    this.#last.clear();
    const counts = [...this.#counts].map(noneOn);
    this.#counts.clear();
    const ends = open.map(({ topic, event, atMs }) => {
      this.#journal.ended(event.id);
      const at = Date.parse(event.ts) + Math.round(steadyMs() - atMs);
      const own = { seq: this.#sequence.next("events"), ts: new Date(at).toISOString() };
      return endOf({ topic, event }, { ...own, boot: event.boot, reason: "reset" });
    });
    return [...ends, ...counts];
  }
}

/** Nothing is in sight. */
function noneOn(topic: string): Message {
  return { class: "count", topic, payload: "0", contentType: "text/plain" };
}

interface End {
  seq: number;
  ts: string;
  boot: string;
  reason: string;
}

/** The end of an event, as it was last published. */
export function endOf({ topic, event }: OpenEvent, end: End): Message {
  const { latency_ms: _, ...rest } = event;
  return { class: "events", topic, payload: JSON.stringify({ ...rest, ...end, replayed: false, phase: "end" }) };
}
