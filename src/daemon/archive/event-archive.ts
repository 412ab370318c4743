import type { Message } from "../../publish/messages/message-class.ts";
import { EventIndex, type EventPage, type EventQuery, type FileEnding } from "./event-index.ts";
import { recordOf } from "./event-record.ts";

/** The events of all cameras: those of the last time in memory. */
export class EventArchive {
  readonly #index = new EventIndex();

  /** Takes every message that is published; those of events count. */
  observe(message: Message): void {
    if (message.class !== "events") return;
    const found = recordOf(message);
    if (found === null) return;
    const before = this.#index.get(found.id);
    // The first start counts: it is what the event is found by.
    this.#index.put({ ...found, start: before?.record.start ?? found.start });
  }

  page(query: EventQuery): EventPage {
    return this.#index.page(query);
  }

  file(_id: string, _ending: FileEnding): string | null {
    return null;
  }
}
