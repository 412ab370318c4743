import { BugError } from "../base/errors.ts";

/** `newest`: a waiting frame is replaced by the next. `all`: frames queue, as many as their camera has memory for. */
export type Delivery = "newest" | "all";

export interface SchedulerSettings {
  /** Most frames in a batch, at most one from each camera. */
  batchSize: number;
  /** Longest time a frame waits for others while a batch may leave. */
  batchWaitMs: number;
  /** Batches that may be in flight. */
  credits: number;
  /** Frames of `newest` cameras that waited longer are dropped when a batch is made; no limit when absent. */
  maxWaitMs?: number;
}

/** Turns that a camera may get back which others had while its frames gave way. */
const MOST_OWED = 8;

/**
 * Decides which frame waits, which is dropped and when a batch starts. It has no clock and no timers:
 * times are passed in, in milliseconds.
 */
export class FrameScheduler<Frame extends { camera: string }> {
  readonly #settings: SchedulerSettings;
  readonly #lines = new Map<string, Line<Frame>>();
  /** Those with a frame that waits; what is done for each frame looks at these alone. */
  readonly #occupied = new Set<Line<Frame>>();
  /** Cameras that run and have no frame waiting. */
  #awaited = 0;
  #credits: number;
  #added = 0;
  /** The turn that was served last. */
  #turn = 0;

  constructor(settings: SchedulerSettings) {
    this.#settings = settings;
    this.#credits = settings.credits;
  }

  add(camera: string, delivery: Delivery): void {
    if (this.#lines.has(camera)) throw new BugError(`camera "${camera}" was added twice`);
    this.#lines.set(camera, { delivery, order: this.#added++, isRunning: false, waiting: [], turn: 0 });
  }

  /** Returns the frames that were waiting. */
  remove(camera: string): Frame[] {
    const line = this.#lines.get(camera);
    if (line === undefined) return [];
    this.#change(line, () => {
      line.isRunning = false;
    });
    this.#lines.delete(camera);
    this.#occupied.delete(line);
    return line.waiting.map(({ frame }) => frame);
  }

  /** A batch does not wait for a camera that is not running. */
  setRunning(camera: string, isRunning: boolean): void {
    const line = this.#lines.get(camera);
    if (line === undefined) return;
    this.#change(line, () => {
      line.isRunning = isRunning;
    });
  }

  /** Returns the frame that is replaced, if any. */
  push(frame: Frame, now: number): Frame | undefined {
    const line = this.#lines.get(frame.camera);
    if (line === undefined) throw new BugError(`a frame of unknown camera "${frame.camera}"`);
    return this.#change(line, () => {
      const older = line.delivery === "newest" ? line.waiting.pop() : undefined;
      line.waiting.push({ frame, arrivedAt: now, since: older?.since ?? now });
      return older?.frame;
    });
  }

  /** Takes the frames out that have waited too long. */
  expire(now: number): Frame[] {
    const { maxWaitMs } = this.#settings;
    if (maxWaitMs === undefined) return [];
    const isOld = ({ arrivedAt }: Waiting<Frame>) => now - arrivedAt > maxWaitMs;
    const late = [...this.#occupied].filter((line) => line.delivery === "newest" && line.waiting.some(isOld));
    return late.flatMap((line) => this.#change(line, () => line.waiting.splice(0)).map(({ frame }) => frame));
  }

  /** The next batch, in the order of the cameras, when one may and should leave; it uses up a credit. */
  take(now: number): Frame[] | undefined {
    if (this.#credits === 0 || !this.#isDue(now)) return undefined;
    this.#credits--;
    const lines = this.#next().sort((a, b) => a.order - b.order);
    for (const line of lines) this.#turn = Math.max(this.#turn, line.turn++);
    return lines.flatMap((line) => {
      return this.#change(line, () => line.waiting.splice(0, 1)).map(({ frame }) => frame);
    });
  }

  /** A batch is done. */
  giveBack(): void {
    if (this.#credits === this.#settings.credits) throw new BugError("more batches done than there were");
    this.#credits++;
  }

  /** When `take` will succeed at the latest; undefined while only another event can help. */
  dueAt(): number | undefined {
    if (this.#credits === 0 || this.#occupied.size === 0) return undefined;
    let first = Number.POSITIVE_INFINITY;
    for (const line of this.#occupied) first = Math.min(first, sinceOf(line));
    return first + this.#settings.batchWaitMs;
  }

  get hasWaiting(): boolean {
    return this.#occupied.size > 0;
  }

  #isDue(now: number): boolean {
    const count = this.#occupied.size;
    if (count === 0) return false;
    return this.#awaited === 0 || count >= this.#settings.batchSize || now >= (this.dueAt() ?? now);
  }

  /**
   * Where there are more cameras than places, those that were served less often go first, so that all lose alike; a camera
   * that was silent for long is owed no more than a few turns. By the time of their frames, the cameras whose frames come a
   * little later than the others' would lose all that is lost.
   */
  #next(): Line<Frame>[] {
    const lines = [...this.#occupied];
    const { batchSize } = this.#settings;
    if (lines.length <= batchSize) return lines;
    return lines.sort((a, b) => a.turn - b.turn || sinceOf(a) - sinceOf(b) || a.order - b.order).slice(0, batchSize);
  }

  /** Every change of a line goes through here, so that the counts agree. */
  #change<Result>(line: Line<Frame>, change: () => Result): Result {
    const before = isAwaited(line);
    const result = change();
    this.#awaited += isAwaited(line) - before;
    if (line.waiting.length === 0) this.#occupied.delete(line);
    else if (!this.#occupied.has(line)) {
      line.turn = Math.max(line.turn, this.#turn - MOST_OWED);
      this.#occupied.add(line);
    }
    return result;
  }
}

interface Line<Frame> {
  delivery: Delivery;
  /** That in which the cameras were added, which is the order inside a batch. */
  order: number;
  isRunning: boolean;
  /** Counts what was served of it; its first frame that waits is served before those of later turns. */
  turn: number;
  waiting: Waiting<Frame>[];
}

interface Waiting<Frame> {
  frame: Frame;
  arrivedAt: number;
  /** When its place was taken, by it or by a frame that gave way to it. */
  since: number;
}

function isAwaited({ isRunning, waiting }: Line<unknown>): 0 | 1 {
  return isRunning && waiting.length === 0 ? 1 : 0;
}

function sinceOf({ waiting }: Line<unknown>): number {
  return waiting[0]?.since ?? Number.POSITIVE_INFINITY;
}
