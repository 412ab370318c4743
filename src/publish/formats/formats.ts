import type { Message } from "../messages/message-class.ts";
import { encodeDeepstream } from "./deepstream-minimal.ts";
import type { EncodeEvent, Event } from "./event-format.ts";
import { encodeFrigate } from "./frigate-events.ts";
import { encodeOnvif } from "./onvif-ej.ts";

const FORMATS = {
  "frigate-events": encodeFrigate,
  "deepstream-minimal": encodeDeepstream,
  "onvif-ej": encodeOnvif,
} as const satisfies Record<string, EncodeEvent>;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]];

/** Objects whose last event is remembered. */
const MOST_OBJECTS = 10_000;

/** Says events a second time in the forms of other programs; `wanted` is asked with each. */
export function openFormats(root: string, wanted: () => readonly Format[]): (message: Message) => Message[] {
  const last = new Map<string, Event>();

  /** The event before, which the present one replaces. */
  function replace(event: Event): Event | null {
    const before = last.get(event.id) ?? null;
    last.delete(event.id);
    if (event.phase !== "end") last.set(event.id, event);
    for (const oldest of last.keys()) {
      if (last.size <= MOST_OBJECTS) break;
      last.delete(oldest);
    }
    return before;
  }

  return ({ class: of, payload }) => {
    const formats = of === "events" ? wanted() : [];
    if (formats.length === 0 || typeof payload !== "string") return [];
    const event = JSON.parse(payload) as Event;
    const before = replace(event);
    const encoded = formats.flatMap((format) => FORMATS[format](event, before, root));
    return encoded.map(({ topic, body }) => ({ class: "events", topic, payload: JSON.stringify(body) }));
  };
}
