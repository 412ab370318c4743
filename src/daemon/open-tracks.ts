import type { Message } from "../publish/message-class.ts";
import type { Payload } from "../publish/schemas.ts";
import type { Sequence } from "../publish/sequence.ts";

type Event = Payload<"event">;

/** Tracks whose start was published and whose end was not, as the main thread knows them. */
export class OpenTracks {
  readonly #sequence: Sequence;
  readonly #last = new Map<string, { topic: string; event: Event }>();

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  /** Takes every message that is published; most are passed over. */
  observe({ class: of, topic, payload }: Message): void {
    if (of !== "events" || typeof payload !== "string") return;
    const event = JSON.parse(payload) as Event;
    if (event.phase === "end") this.#last.delete(event.id);
    else this.#last.set(event.id, { topic, event });
  }

  /** Ends in the place of a thread that is gone with all it knew, so that nobody waits for them for ever. */
  endAll(): Message[] {
    const open = [...this.#last.values()];
    this.#last.clear();
    return open.map(({ topic, event }) => {
      const seq = this.#sequence.next("events");
      const end: Event = { ...event, seq, ts: new Date().toISOString(), phase: "end", reason: "reset" };
      return { class: "events", topic, payload: JSON.stringify(end) };
    });
  }
}
