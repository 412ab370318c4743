import type { Payload } from "../messages/schemas.ts";
import type { OutboxStats } from "./outbox.ts";

/** The outbox's part of a `stats` payload. */
export function outboxFields({ classes, spool }: OutboxStats): Payload<"stats">["outbox"] {
  const entries = Object.entries(classes);
  return {
    published: Object.fromEntries(
      entries.filter(([name]) => name !== "unknown").map(([name, { published }]) => [name, published]),
    ),
    dropped: Object.fromEntries(entries.map(([name, { dropped }]) => [name, dropped])),
    spool: { depth: spool.depth, bytes: spool.bytes, storage: spool.storage, oldest_age_s: spool.oldestAgeS },
  };
}
