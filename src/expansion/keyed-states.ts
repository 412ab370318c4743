import { createHash } from "node:crypto";
import type { PlanStep } from "../compiler/plan.ts";
import type { GeneratedStep } from "./generated.ts";

const MOST_KEYS = 256;
const KEPT_MS = 60_000;

interface Kept {
  /** State by source, of blocks that keep one. */
  states: Map<string, unknown>;
  usedAt: number;
  /** Compiled workflows that have a step of this identity: as long as there are some, it stays. */
  holders: number;
}

/** State of generated steps with a key: it belongs to the key, whichever workflow contains the step. */
export class KeyedStates {
  readonly #kept = new Map<string, Kept>();
  readonly #release: (identity: string) => void;

  /** `release` ends the code that runs under an identity. */
  constructor(release: (identity: string) => void) {
    this.#release = release;
  }

  /** Identity of the state of a step: its key, its type and its settings; what data reaches it does not count. */
  identity(step: GeneratedStep, plan: PlanStep): string | null {
    const key = step.step_options?.key;
    if (key === undefined) return null;
    const settings = Object.entries(step).filter(
      ([name, value]) => name !== "name" && name !== "step_options" && !holdsSelector(value),
    );
    const text = JSON.stringify([key, plan.code?.hash ?? null, settings.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
  }

  hold(identity: string): Map<string, unknown> {
    const kept = this.#at(identity);
    kept.holders++;
    return kept.states;
  }

  letGo(identity: string): void {
    this.#at(identity).holders--;
  }

  use(identity: string, nowMs: number): void {
    const kept = this.#at(identity);
    kept.usedAt = nowMs;
    this.#kept.delete(identity);
    this.#kept.set(identity, kept);
  }

  /** Drops what was not used for long, and the least recently used beyond the limit. */
  sweep(nowMs: number): void {
    for (const [identity, { holders, usedAt }] of this.#kept) {
      if (nowMs - usedAt <= KEPT_MS && this.#kept.size <= MOST_KEYS) break;
      if (holders > 0) continue;
      this.#kept.delete(identity);
      this.#release(identity);
    }
  }

  forget(stateKey: string): void {
    for (const { states } of this.#kept.values()) states.delete(stateKey);
  }

  #at(identity: string): Kept {
    const kept = this.#kept.get(identity) ?? { states: new Map(), usedAt: performance.now(), holders: 0 };
    this.#kept.set(identity, kept);
    return kept;
  }
}

function holdsSelector(value: unknown): boolean {
  if (typeof value === "string") return value.startsWith("$");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSelector);
}
