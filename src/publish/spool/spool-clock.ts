import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Boot, StoredRecord } from "./spool-record.ts";

/** Time since the start of the machine: no setting of the wall clock moves it. */
export interface UptimeClock {
  /** Another one after each start of the machine. */
  boot: string;
  nowMs(): number;
}

/** Milliseconds of the kernel's uptime; where boots have no id, every process counts as one. */
export function uptimeClock(): UptimeClock {
  const boot = bootId();
  const startMs = boot === undefined ? 0 : uptime() * 1000 - performance.now();
  return { boot: boot ?? randomBytes(4).toString("hex"), nowMs: () => startMs + performance.now() };
}

/**
 * Where the uptime of this boot lies on the time line of the spool, on which boots follow one another without the time
 * between them: how long the machine was off is not known for sure, and nothing expires by a clock that may be wrong.
 */
export function bootAfter(last: StoredRecord | undefined, { boot, nowMs }: UptimeClock): Boot {
  if (last === undefined) return { boot, base: 0 };
  const isSame = last.boot === boot && last.record.storedAt - last.base <= nowMs() + ROUNDING_MS;
  return { boot, base: isSame ? last.base : last.record.storedAt };
}

/** Systems tell the uptime in whole seconds; a container may count its own. */
const ROUNDING_MS = 5000;

function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  } catch {
    return undefined;
  }
}
