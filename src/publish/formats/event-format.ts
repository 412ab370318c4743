import type { Payload } from "../messages/schemas.ts";

export type Event = Payload<"event">;

/** An event in the form of another program. */
export interface Encoded {
  topic: string;
  body: unknown;
}

/** `before` is the event of the same object before this one, null at its start; `root` is `<prefix>/<device>`. */
export type EncodeEvent = (event: Event, before: Event | null, root: string) => Encoded[];
