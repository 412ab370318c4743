import type { ModelDescription } from "../../inference/description.ts";
import type { Refusal } from "../../inference/providers.ts";
import { type Calls, sumCalls } from "./call-tally.ts";
import type { Tower } from "./session-worker.ts";

/** A model as the page shows it. */
export interface ModelView {
  id: string;
  /** For texts alone, where the model takes pictures as well. */
  tower: Tower;
  /** `idle`: no pipeline that runs asks for it. */
  state: "running" | "opening" | "failed" | "awaited" | "idle";
  /** Why it does not run. */
  error: string | null;
  family: string | null;
  task: string | null;
  /** Width and height of its input; null where that follows the picture, or is not known yet. */
  input: readonly [number, number] | null;
  classes: number;
  size_bytes: number | null;
  provider: string | null;
  /** Providers that were tried before, and what they said. */
  refusals: readonly Refusal[];
  sessions: number;
  /** Calls of a session, the items in them, and those that wait now. */
  calls: number;
  items: number;
  waiting: number;
  /** Milliseconds of a call, weighted towards the last fifty or so. */
  mean_ms: number | null;
}

export interface Opened {
  provider: string;
  refusals: readonly Refusal[];
  /** Those that are open by now. */
  sessions: () => number;
  /** Items that wait for a session. */
  waiting: () => number;
  /** Calls that did not pass the main thread. */
  direct: () => readonly Calls[];
}

interface Kept extends Calls {
  opened: Opened | null;
  error: string | null;
}

const WEIGHT = 0.04;

/** Remembers how models were opened, and how long their calls take. */
export class ModelNotes {
  readonly #kept = new Map<string, Kept>();

  opening(id: string, tower: Tower): void {
    this.#kept.set(keyOf(id, tower), { opened: null, error: null, calls: 0, items: 0, meanMs: 0 });
  }

  opened(id: string, tower: Tower, opened: Opened): void {
    Object.assign(this.#kept.get(keyOf(id, tower)) ?? {}, { opened });
  }

  failed(id: string, tower: Tower, error: string): void {
    Object.assign(this.#kept.get(keyOf(id, tower)) ?? {}, { error });
  }

  called(id: string, tower: Tower, call: { items: number; ms: number }): void {
    const kept = this.#kept.get(keyOf(id, tower));
    if (kept === undefined) return;
    kept.calls++;
    kept.items += call.items;
    kept.meanMs += (call.ms - kept.meanMs) * Math.max(WEIGHT, 1 / kept.calls);
  }

  /** All models that are known, and those that are still to come. */
  views(known: ReadonlyMap<string, ModelDescription>, awaited: ReadonlyMap<string, string>): ModelView[] {
    const there = [...known].flatMap(([id, description]) => {
      const towers = (["pictures", "texts"] as const).filter((tower) => this.#kept.has(keyOf(id, tower)));
      const shown = towers.length === 0 ? (["pictures"] as const) : towers;
      return shown.map((tower) => this.#view(id, tower, description));
    });
    const coming = [...awaited].filter(([id]) => !known.has(id));
    return [...there, ...coming.map(([id, error]) => ({ ...NOTHING, id, state: "awaited" as const, error }))];
  }

  #view(id: string, tower: Tower, { family, task, input, classes, sizeBytes }: ModelDescription): ModelView {
    const kept = this.#kept.get(keyOf(id, tower));
    const { opened = null, error = null } = kept ?? {};
    const counted = sumCalls([...(kept === undefined ? [] : [kept]), ...(opened?.direct() ?? [])]);
    const fixed = input === null || input.isFree || tower === "texts" ? null : ([input.width, input.height] as const);
    return {
      ...{ id, tower, family, task, error, input: fixed, classes: classes.length, size_bytes: sizeBytes },
      state: kept === undefined ? "idle" : error !== null ? "failed" : opened === null ? "opening" : "running",
      provider: opened?.provider ?? null,
      refusals: opened?.refusals ?? [],
      sessions: opened?.sessions() ?? 0,
      calls: counted.calls,
      items: counted.items,
      waiting: opened?.waiting() ?? 0,
      mean_ms: counted.calls === 0 ? null : Math.round(counted.meanMs * 100) / 100,
    };
  }
}

const NOTHING: ModelView = {
  ...{ id: "", tower: "pictures", state: "awaited", error: null, family: null, task: null, input: null, classes: 0 },
  ...{ size_bytes: null, provider: null, refusals: [], sessions: 0, calls: 0, items: 0, waiting: 0, mean_ms: null },
};

function keyOf(id: string, tower: Tower): string {
  return `${tower} ${id}`;
}
