import type { Message } from "../../publish/messages/message-class.ts";
import type { Payload } from "../../publish/messages/schemas.ts";

/** What is remembered of an event; `start` and `end` are UTC with milliseconds. */
export interface EventRecord {
  id: string;
  camera: string;
  pipeline: string;
  class: string;
  /** Best of the class. */
  score: number;
  start: string;
  /** Null while it lasts. */
  end: string | null;
  /** Why it ended. */
  reason: string | null;
  /** Those that it was in. */
  zones: readonly string[];
}

/** The event of a message as it stands then; null for any other message. */
export function recordOf({ class: of, payload }: Message): EventRecord | null {
  if (of !== "events" || typeof payload !== "string") return null;
  const event = JSON.parse(payload) as Payload<"event">;
  // Formats of other programs have the same class.
  if (!event.schema?.startsWith("millrace.event/")) return null;
  const isEnd = event.phase === "end";
  return {
    id: event.id,
    camera: event.camera,
    pipeline: event.workflow?.id ?? "",
    class: event.object.class,
    score: event.best_confidence ?? event.object.confidence,
    start: event.start_ts ?? event.ts,
    end: isEnd ? event.ts : null,
    reason: isEnd ? event.reason : null,
    zones: event.zones_entered ?? event.object.zones,
  };
}
