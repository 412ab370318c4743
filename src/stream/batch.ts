import { Observable, type Subscriber } from "rxjs";
import { type Clock, systemClock } from "../base/clock.ts";
import { BugError } from "../base/errors.ts";
import type { FrameHandle } from "../kinds/frame.ts";
import type { Camera, CameraState } from "./camera.ts";
import { FrameScheduler, type SchedulerSettings } from "./frame-scheduler.ts";
import type { DropReason, Ledger } from "./ledger.ts";

/** At most one frame of each camera, in the order in which the cameras were added. */
export interface FrameBatch {
  /** Counts from 1. */
  id: number;
  frames: FrameHandle[];
}

export interface IntakeSettings extends SchedulerSettings {
  cameras: readonly Camera[];
  ledger: Ledger;
  /** Whether a frame is to be processed at all; the others are dropped as `shed`. */
  admits?: (frame: FrameHandle) => boolean;
  /** Whether to stay open when every camera has ended, because others may be added. */
  keepOpen?: () => boolean;
  clock?: Clock;
}

/** Cameras to batches. What is emitted is the consumer's: it settles and releases each frame, then calls `done`. */
export interface Intake {
  /**
   * For one subscriber; until it comes, the newest frame of each live camera waits, and files are read until memory is full. Never more batches than credits are in flight, and nothing queues behind it: without a credit
   * frames are replaced by newer ones, or reading of their file pauses. Completes when every camera has ended, and fails
   * only for our own bugs.
   */
  readonly batches$: Observable<FrameBatch>;
  /** Lets another batch leave. Throws a `BugError` for a batch that is done. */
  done(batch: Pick<FrameBatch, "id">): void;
  /** Gives the pixels of a frame, as it was emitted, back to its camera. Throws a `BugError` for one that was given back. */
  release(frame: FrameHandle): void;
  /** Starts the camera. */
  add(camera: Camera): void;
  /** Stops the camera; what still waits is dropped as `camera_removed`. */
  remove(cameraId: string, deadlineMs: number): Promise<void>;
  /**
   * Stops cameras and starts what `open` gives in their place; their frames are through, or the deadline is over, when
   * it is called. Batches of other cameras continue.
   */
  replace(cameraIds: readonly string[], open: () => Promise<readonly Camera[]>, deadlineMs: number): Promise<void>;
  /** Stops every camera; what still waits is dropped as `shutdown`. Completes `batches$`. */
  close(deadlineMs: number): Promise<void>;
}

export function openIntake(settings: IntakeSettings): Intake {
  const intake = new CameraIntake(settings);
  for (const camera of settings.cameras) intake.add(camera);
  return intake;
}

class CameraIntake implements Intake {
  readonly batches$: Observable<FrameBatch>;
  readonly #settings: IntakeSettings;
  readonly #clock: Clock;
  readonly #scheduler: FrameScheduler<FrameHandle>;
  readonly #cameras = new Map<string, Camera>();
  /** Which camera gets a frame back: a removed one still has frames out, and those of one stream have the same slots. */
  readonly #owners = new Map<FrameHandle, Camera>();
  readonly #inFlight = new Set<number>();
  #subscriber: Subscriber<FrameBatch> | undefined;
  #hasBegun = false;
  #lastId = 0;
  #isFlushing = false;
  #mustFlushAgain = false;
  #cancelTimer: () => void = () => {};
  /** When the timer goes off; undefined without one. */
  #timerAt: number | undefined;
  #isClosed = false;
  /** Cameras are on their way that are not in the list yet. */
  #replacing = 0;
  #failure: { error: unknown } | undefined;

  constructor(settings: IntakeSettings) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#scheduler = new FrameScheduler(settings);
    this.batches$ = new Observable((subscriber) => this.#subscribe(subscriber));
  }

  add(camera: Camera): void {
    this.#scheduler.add(camera.id, camera.delivery);
    this.#cameras.set(camera.id, camera);
    camera.start({
      frame: (frame) => this.#accept(frame, camera),
      changed: (state) => this.#changed(camera, state),
    });
    camera.finished.catch((error) => this.#fail(error));
  }

  async remove(cameraId: string, deadlineMs: number): Promise<void> {
    const camera = this.#cameras.get(cameraId);
    this.#cameras.delete(cameraId);
    for (const frame of this.#scheduler.remove(cameraId)) this.#drop(frame, "camera_removed");
    this.#flush();
    await camera?.stop(deadlineMs);
  }

  async replace(
    cameraIds: readonly string[],
    open: () => Promise<readonly Camera[]>,
    deadlineMs: number,
  ): Promise<void> {
    this.#replacing++;
    try {
      await Promise.all(cameraIds.map((id) => this.remove(id, deadlineMs)));
      const cameras = await open();
      if (this.#isClosed) await Promise.all(cameras.map((camera) => camera.stop(deadlineMs)));
      else for (const camera of cameras) this.add(camera);
    } finally {
      this.#replacing--;
      this.#flush();
    }
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    const cameras = [...this.#cameras.values()];
    this.#cameras.clear();
    for (const camera of cameras) for (const frame of this.#scheduler.remove(camera.id)) this.#drop(frame, "shutdown");
    this.#flush();
    await Promise.all(cameras.map((camera) => camera.stop(deadlineMs)));
  }

  done({ id }: Pick<FrameBatch, "id">): void {
    if (!this.#inFlight.delete(id)) throw new BugError(`batch ${id} is not in flight`);
    this.#scheduler.giveBack();
    this.#flush();
  }

  release(frame: FrameHandle): void {
    const camera = this.#owners.get(frame);
    if (camera === undefined) throw new BugError(`frame slot ${frame.slot} is not in use`);
    this.#owners.delete(frame);
    camera.release(frame);
  }

  #subscribe(subscriber: Subscriber<FrameBatch>): () => void {
    if (this.#subscriber !== undefined) throw new BugError("batches have one subscriber");
    this.#subscriber = subscriber;
    this.#hasBegun = true;
    if (this.#failure !== undefined) subscriber.error(this.#failure.error);
    this.#flush();
    return () => {
      this.#subscriber = undefined;
      this.#cancelTimer();
    };
  }

  /** Only our own bugs come here. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#subscriber?.error(error);
  }

  /** A stopping camera may still finish a frame. */
  #accept(frame: FrameHandle, camera: Camera): void {
    this.#owners.set(frame, camera);
    if (this.#cameras.get(camera.id) !== camera) {
      this.#drop(frame, this.#isClosed ? "shutdown" : "camera_removed");
      return;
    }
    if (this.#settings.admits?.(frame) === false) {
      this.#drop(frame, "shed");
      return;
    }
    const older = this.#scheduler.push(frame, this.#clock.now());
    if (older !== undefined) this.#drop(older, this.#hasBegun ? "newest_wins" : "opening");
    this.#flush();
  }

  #changed(camera: Camera, state: CameraState): void {
    if (this.#cameras.get(camera.id) !== camera) return;
    this.#scheduler.setRunning(camera.id, state === "running");
    this.#flush();
  }

  #drop(frame: FrameHandle, reason: DropReason): void {
    this.#settings.ledger.dropped(frame, reason);
    this.release(frame);
  }

  /** The subscriber may call back while it gets a batch; that must not put one batch inside another. */
  #flush(): void {
    this.#mustFlushAgain = true;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    while (this.#mustFlushAgain) {
      this.#mustFlushAgain = false;
      this.#emitDue();
    }
    this.#isFlushing = false;
  }

  #emitDue(): void {
    const subscriber = this.#subscriber;
    if (subscriber === undefined) return;
    const now = this.#clock.now();
    for (const frame of this.#scheduler.expire(now)) this.#drop(frame, "too_old");
    const frames = this.#scheduler.take(now);
    if (frames !== undefined) this.#emit(subscriber, frames);
    else if (this.#hasEnded()) subscriber.complete();
    else this.#schedule(now);
  }

  #emit(subscriber: Subscriber<FrameBatch>, frames: FrameHandle[]): void {
    const id = ++this.#lastId;
    this.#inFlight.add(id);
    this.#mustFlushAgain = true;
    subscriber.next({ id, frames });
  }

  /** The same timer serves for as long as the same frame is the first that is due. */
  #schedule(now: number): void {
    const dueAt = this.#scheduler.dueAt();
    if (dueAt === this.#timerAt) return;
    this.#cancelTimer();
    this.#timerAt = dueAt;
    if (dueAt === undefined) return;
    this.#cancelTimer = this.#clock.after(Math.max(0, dueAt - now), () => {
      this.#timerAt = undefined;
      this.#flush();
    });
  }

  #hasEnded(): boolean {
    if (this.#isClosed) return true;
    if (this.#replacing > 0 || this.#scheduler.hasWaiting || this.#cameras.size === 0) return false;
    // Asked after every frame: the first camera that goes on answers for all.
    for (const camera of this.#cameras.values()) if (!OVER.has(camera.statistics().state)) return false;
    return this.#settings.keepOpen?.() !== true;
  }
}

const OVER: ReadonlySet<CameraState> = new Set(["ended", "failed", "stopped"]);
