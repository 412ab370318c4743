import type { DaemonEvent } from "./events.ts";

// What the words of all events share.

export type Level = "debug" | "info" | "warn" | "error";

/** The log line of an event: level, one sentence, and how repeats are counted. */
export interface LogLine {
  level: Level;
  message: string;
  /** Events of one key are rate-limited, with the number of suppressed ones. */
  repeats: string | null;
  /** Prefix of the keys of faults that this ends. */
  heals?: string;
  /** Prefix of the keys that are counted from zero after it, as later failures have other causes. */
  renews?: string;
  /** Lines below it: the code around a fault and the facts of the call. */
  below?: string | undefined;
}

/** The line of each event by its type. */
export type Words = {
  readonly [T in DaemonEvent["type"]]: (event: DaemonEvent & { type: T }) => LogLine;
};

/** Some of them. */
export function words<T extends keyof Words>(some: Pick<Words, T>): Pick<Words, T> {
  return some;
}

export function line(level: Level, message: string, repeats: string | null = null): LogLine {
  return { level, message, repeats };
}

export function pipelineKey({ pipeline }: { pipeline: string }, what: string): string {
  return `pipeline ${pipeline} ${what}`;
}

export function stepKey(event: { pipeline: string; step: string }, what: string): string {
  return pipelineKey(event, `step ${event.step} ${what}`);
}

export function stepOf({ pipeline, step }: { pipeline: string; step: string }): string {
  return `pipeline ${pipeline}: step "${step}"`;
}

export function retry(nextRetryMs: number | null): string {
  return nextRetryMs === null ? "" : `; next attempt in ${seconds(nextRetryMs)}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
