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

/**
 * Decides which frame waits, which is dropped and when a batch starts. It has no clock and no timers:
 * times are passed in, in milliseconds.
 */
export class FrameScheduler<Frame extends { camera: string }> {
  readonly #settings: SchedulerSettings;
  /** In the order in which cameras were added, which is the order inside a batch. */
  readonly #lines = new Map<string, Line<Frame>>();
  #credits: number;

  constructor(settings: SchedulerSettings) {
    this.#settings = settings;
    this.#credits = settings.credits;
  }

  add(camera: string, delivery: Delivery): void {
    if (this.#lines.has(camera)) throw new BugError(`camera "${camera}" was added twice`);
    this.#lines.set(camera, { delivery, isRunning: false, waiting: [] });
  }

  /** Returns the frames that were waiting. */
  remove(camera: string): Frame[] {
    const frames = this.#lines.get(camera)?.waiting.map(({ frame }) => frame) ?? [];
    this.#lines.delete(camera);
    return frames;
  }

  /** A batch does not wait for a camera that is not running. */
  setRunning(camera: string, isRunning: boolean): void {
    const line = this.#lines.get(camera);
    if (line !== undefined) line.isRunning = isRunning;
  }

  /** Returns the frame that is replaced, if any. */
  push(frame: Frame, now: number): Frame | undefined {
    const line = this.#lines.get(frame.camera);
    if (line === undefined) throw new BugError(`a frame of unknown camera "${frame.camera}"`);
    const [older] = line.delivery === "newest" ? line.waiting.splice(0) : [];
    line.waiting.push({ frame, arrivedAt: now, since: older?.since ?? now });
    return older?.frame;
  }

  /** Takes the frames out that have waited too long. */
  expire(now: number): Frame[] {
    const { maxWaitMs = Number.POSITIVE_INFINITY } = this.#settings;
    const isOld = ({ arrivedAt }: Waiting<Frame>) => now - arrivedAt > maxWaitMs;
    return [...this.#lines.values()].flatMap((line) => {
      if (line.delivery === "all" || !line.waiting.some(isOld)) return [];
      return line.waiting.splice(0).map(({ frame }) => frame);
    });
  }

  /** The next batch, in the order of the cameras, when one may and should leave; it uses up a credit. */
  take(now: number): Frame[] | undefined {
    if (this.#credits === 0 || !this.#isDue(now)) return undefined;
    this.#credits--;
    const chosen = this.#longestWaiting();
    const lines = [...this.#lines.values()].filter((line) => chosen.has(line));
    return lines.flatMap((line) => line.waiting.splice(0, 1).map(({ frame }) => frame));
  }

  /** A batch is done. */
  giveBack(): void {
    if (this.#credits === this.#settings.credits) throw new BugError("more batches done than there were");
    this.#credits++;
  }

  /** When `take` will succeed at the latest; undefined while only another event can help. */
  dueAt(): number | undefined {
    const since = this.#heads().map((head) => head.since);
    return this.#credits === 0 || since.length === 0 ? undefined : Math.min(...since) + this.#settings.batchWaitMs;
  }

  get hasWaiting(): boolean {
    return this.#heads().length > 0;
  }

  #isDue(now: number): boolean {
    const count = this.#heads().length;
    if (count === 0) return false;
    const isComplete = [...this.#lines.values()].every((line) => !line.isRunning || line.waiting.length > 0);
    return isComplete || count >= this.#settings.batchSize || now >= (this.dueAt() ?? now);
  }

  /** Where there are more cameras than places, those served longest ago go first. */
  #longestWaiting(): Set<Line<Frame>> {
    const lines = [...this.#lines.values()].filter((line) => line.waiting.length > 0);
    const sorted = lines.toSorted((a, b) => (a.waiting[0]?.since ?? 0) - (b.waiting[0]?.since ?? 0));
    return new Set(sorted.slice(0, this.#settings.batchSize));
  }

  #heads(): Waiting<Frame>[] {
    return [...this.#lines.values()].flatMap((line) => line.waiting.slice(0, 1));
  }
}

interface Line<Frame> {
  delivery: Delivery;
  isRunning: boolean;
  waiting: Waiting<Frame>[];
}

interface Waiting<Frame> {
  frame: Frame;
  arrivedAt: number;
  /** When its place was taken, by it or by a frame that gave way to it. */
  since: number;
}
