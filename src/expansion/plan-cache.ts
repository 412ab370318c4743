import { createHash } from "node:crypto";
import type { StepError } from "../base/errors.ts";
import type { ExpansionOutput } from "../blocks/contract/code.ts";
import type { GeneratedWorkflow } from "./generated.ts";
import type { SubPlan } from "./sub-plan.ts";

/** The cache entry of one shape: its compiled workflow, or the error. */
export interface ShapeEntry {
  /** Identity of the shape for people. */
  shapeKey: string;
  /** Distinguishes the shapes of a step in paths. */
  number: number;
  /** As it was made last. */
  workflow: GeneratedWorkflow;
  /** As it was compiled: the names that failures carry. */
  compiled: GeneratedWorkflow;
  sub: SubPlan | null;
  error: StepError | null;
  /** While it is compiled and its models are started. */
  opening: Promise<void> | null;
  compileMs: number;
  uses: number;
  /** Frames that run on it now. */
  running: number;
  isStateful: boolean;
  /** State was lost; the next result says so. */
  isReset: boolean;
  /** Lifted values as they were checked last, and as the block takes them. */
  constants: { given: unknown; taken: unknown }[];
  /** Outputs whose kind only their values tell. */
  unchecked: readonly ExpansionOutput[];
}

const MOST_REMEMBERED = 1024;

/** LRU cache of the shapes of one step. Entries in use are not evicted. */
export class PlanCache {
  readonly #most: number;
  readonly #entries = new Map<string, ShapeEntry>();
  /** Shapes evicted with state, so that the loss is reported when they come back. */
  readonly #lost = new Set<string>();
  #made = 0;
  evictions = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The shape when it is known; it counts as used then. */
  find(key: string): ShapeEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  add(key: string, workflow: GeneratedWorkflow): ShapeEntry {
    const shapeKey = createHash("sha256").update(key).digest("hex").slice(0, 16);
    const entry: ShapeEntry = {
      shapeKey,
      number: this.#made++,
      workflow,
      compiled: workflow,
      sub: null,
      error: null,
      opening: null,
      compileMs: 0,
      uses: 0,
      running: 0,
      isStateful: false,
      isReset: this.#lost.delete(shapeKey),
      constants: [],
      unchecked: [],
    };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Forgets a shape whose failure need not come again. */
  remove(key: string): void {
    this.#entries.delete(key);
  }

  /** Evicts the least recently used entries beyond the limit; returns how many of them had state. */
  async trim(): Promise<number> {
    let stateful = 0;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#most) break;
      if (entry.running > 0 || entry.opening !== null) continue;
      this.#entries.delete(key);
      this.evictions++;
      if (entry.isStateful) {
        stateful++;
        this.#remember(entry.shapeKey);
      }
      await entry.sub?.close();
    }
    return stateful;
  }

  entries(): IterableIterator<ShapeEntry> {
    return this.#entries.values();
  }

  #remember(shapeKey: string): void {
    this.#lost.add(shapeKey);
    const [oldest] = this.#lost;
    if (this.#lost.size > MOST_REMEMBERED && oldest !== undefined) this.#lost.delete(oldest);
  }
}
