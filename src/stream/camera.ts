import { BugError } from "../base/errors.ts";
import { keepSecret } from "../base/secrets.ts";
import { steadyMs } from "../base/steady-clock.ts";
import { endsWithin } from "../base/within.ts";
import {
  type FrameHandle,
  type RegionRules,
  type Rendition,
  type RenditionRequest,
  type ReuseLimits,
  renditionKey,
} from "../kinds/frame.ts";
import {
  CameraStream,
  type StreamContext,
  type StreamRun,
  type StreamSettings,
  type StreamView,
} from "./camera-stream.ts";
import { earlyS } from "./ffmpeg/rate-limit-filter.ts";
import { FrameClock } from "./frame-clock.ts";
import { FrameRate } from "./frame-rate.ts";
import type { Delivery } from "./frame-scheduler.ts";
import type { StreamInfo } from "./frames/frame-assembly.ts";
import type { StreamFrame } from "./frames/frame-handout.ts";
import type { Ledger } from "./ledger.ts";
import type { PacketRing } from "./packets/packet-ring.ts";
import { RateLimit } from "./rate-limit.ts";
import type { FailedAttempt } from "./restart.ts";
import { isLive } from "./source-settings.ts";
import type { ReportStreamEvent, StreamEvent } from "./stream-event.ts";
import type { Streams } from "./streams.ts";

export interface CameraSettings extends StreamSettings {
  /** The name of the stream that it takes its frames from, its own id by default. */
  stream?: string;
  /** Frames beyond this rate are left out before they are counted. */
  maxFps?: number;
  /** Frames that may be in memory at once; `newest` wants two more than are ever in flight. */
  slots: number;
  /** By default `newest` for live sources and `all` for files. */
  delivery?: Delivery;
  /** When models may answer with their last result, where the renditions have the luminance to see it by. */
  reuse?: ReuseLimits;
  /** How models look at parts of its picture. */
  regions?: RegionRules;
}

export interface CameraContext extends StreamContext {
  /** Streams that cameras share; without it each has one of its own. */
  streams?: Streams;
  /** What every frame carries; equal requests count once. */
  renditions: readonly RenditionRequest[];
  ledger: Ledger;
  /** Keeps the camera's own packets of the last seconds. */
  packets?: PacketRing | undefined;
  report: ReportStreamEvent;
}

export type CameraState = "idle" | "connecting" | "running" | "retrying" | "ended" | "failed" | "stopped";

interface CameraListener {
  /** A frame that is now the listener's to release. */
  frame(frame: FrameHandle): void;
  changed(state: CameraState): void;
}

interface CameraStatistics {
  state: CameraState;
  /** Of the last run that gave frames. */
  stream: StreamInfo | undefined;
  measuredFps: number | null;
  lastFailure: FailedAttempt | undefined;
  slotsInUse: number;
}

export interface Camera {
  readonly id: string;
  readonly delivery: Delivery;
  readonly statistics: () => CameraStatistics;
  start(listener: CameraListener): void;
  /** Gives the pixels back. Throws a `BugError` for a frame that was given back before. */
  release(frame: Pick<FrameHandle, "slot">): void;
  /** Ends the stream where no other camera views it, then waits at most `deadlineMs` for frames that are still in use. */
  stop(deadlineMs: number): Promise<void>;
  /** Resolves when the camera will give no more frames; rejects only for our own bugs. */
  readonly finished: Promise<void>;
}

/** Opens a camera, which is one view of a stream: it connects with its start, unless another view has connected already. */
export function openCamera(settings: CameraSettings, context: CameraContext): Camera {
  return new CameraView(settings, context);
}

class CameraView implements Camera, StreamView {
  readonly id: string;
  readonly delivery: Delivery;
  readonly slots: number;
  readonly maxFps: number | undefined;
  readonly renditions: readonly RenditionRequest[];
  readonly packets: PacketRing | undefined;
  readonly finished: Promise<void>;
  readonly #settings: CameraSettings;
  readonly #context: CameraContext;
  readonly #isLive: boolean;
  readonly #rate = new FrameRate();
  readonly #frameClock: FrameClock;
  readonly #finish: (work: Promise<void> | undefined) => void;
  readonly #held = new Set<number>();
  #listener: CameraListener = { frame: (frame) => this.release(frame), changed() {} };
  #state: CameraState = "idle";
  #stream: CameraStream | undefined;
  #run: StreamRun | undefined;
  /** Where its renditions are among those of the run; null where they are all. */
  #own: readonly number[] | null = null;
  /** Where the stream is decoded for a higher rate. */
  #limit: RateLimit | null = null;
  #info: StreamInfo | undefined;
  #lastFailure: FailedAttempt | undefined;
  #sequence = 0;
  #emptied: () => void = () => {};

  constructor(settings: CameraSettings, context: CameraContext) {
    const { id, slots, maxFps, password } = settings;
    this.id = id;
    this.slots = slots;
    this.maxFps = maxFps;
    this.packets = context.packets;
    this.#settings = settings;
    if (password !== undefined) keepSecret(password);
    this.#context = context;
    this.#isLive = isLive(settings);
    this.#frameClock = new FrameClock(this.#isLive, steadyMs);
    this.delivery = settings.delivery ?? (this.#isLive ? "newest" : "all");
    this.renditions = [...new Map(context.renditions.map((request) => [renditionKey(request), request])).values()];
    let finish: (work: Promise<void> | undefined) => void = () => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
  }

  readonly statistics = (): CameraStatistics => ({
    state: this.#state,
    stream: this.#info,
    measuredFps: this.#measuredFps(),
    lastFailure: this.#lastFailure,
    slotsInUse: this.#held.size,
  });

  get held(): number {
    return this.#held.size;
  }

  start(listener: CameraListener): void {
    this.#listener = listener;
    const settings = streamSettings(this.#settings);
    const stream = this.#context.streams?.open(settings, this.#context) ?? new CameraStream(settings, this.#context);
    this.#stream = stream;
    this.#enter("connecting");
    stream.attach(this);
    stream.finished.then(
      () => this.#finish(undefined),
      () => this.#finish(stream.finished),
    );
  }

  release({ slot }: Pick<FrameHandle, "slot">): void {
    if (!this.#held.delete(slot)) throw new BugError(`frame slot ${slot} is not in use`, { slot });
    this.#stream?.release(slot);
    if (this.#held.size === 0) this.#emptied();
  }

  async stop(deadlineMs: number): Promise<void> {
    await this.#stream?.detach(this);
    this.#finish(undefined);
    await this.finished;
    this.#enter("stopped");
    if (this.#held.size > 0) await endsWithin(deadlineMs, this.#whenEmptied());
  }

  readonly report = (event: StreamEvent): void => this.#context.report(event);

  joined(run: StreamRun): void {
    this.#run = run;
    const places = this.renditions.map((request) => run.keys.indexOf(renditionKey(request)));
    this.#own = places.length === run.keys.length && places.every((place, at) => place === at) ? null : places;
    this.#limit = this.#limitOf(run);
    this.#frameClock.restart();
    this.#enter("connecting");
  }

  shown(info: StreamInfo): void {
    if (this.#state !== "running") {
      const { codec, width, height, fps } = info;
      const decoder = this.#run?.decoder ?? null;
      this.report({ type: "source_started", camera: this.id, codec, width, height, fps, decoder });
      this.#info = info;
      this.#enter("running");
    } else if (info !== this.#info) {
      const { width, height } = info;
      this.#info = info;
      this.report({ type: "source_resized", camera: this.id, width, height });
    }
  }

  takes(pts: number, hasPlace: boolean): boolean {
    if (this.#limit !== null && !this.#limit.passes(pts)) return false;
    this.#rate.tick(performance.now());
    const name = { camera: this.id, sequence: ++this.#sequence };
    this.#context.ledger.decoded(name);
    if (hasPlace && this.#held.size < this.slots) return true;
    this.#frameClock.next(pts);
    this.#context.ledger.dropped(name, "no_slot");
    return false;
  }

  give(frame: StreamFrame): void {
    this.#held.add(frame.slot);
    this.#listener.frame(this.#handle(frame));
  }

  failed(attempt: FailedAttempt): void {
    this.#lastFailure = attempt;
    this.#enter("retrying");
  }

  over(outcome: "ended" | "failed" | "stopped"): void {
    this.#enter(outcome);
  }

  /** Written out, as objects that are spread into one another take longer than all that is computed here. */
  #handle({ slot, pts, timestamp, decodedAt, info, renditions }: StreamFrame): FrameHandle {
    const { width, height, fps: declared } = info;
    const { reuse, regions, decode = "auto", maxFps } = this.#settings;
    const isDeclared = declared !== null && (decode === "auto" || decode === "all");
    const { clockS, startS } = this.#frameClock.next(pts);
    const handle: FrameHandle = {
      camera: this.id,
      sequence: this.#sequence,
      pts,
      timestamp,
      timestampSource: this.#isLive ? "arrival" : "file",
      decodedAt,
      clockS,
      startS,
      width,
      height,
      fps: isDeclared ? Math.min(declared, maxFps ?? declared) : null,
      measuredFps: this.#measuredFps(),
      slot,
      renditions: this.#ownOf(renditions),
    };
    if (reuse !== undefined) handle.reuse = reuse;
    if (regions !== undefined) handle.regions = regions;
    return handle;
  }

  #ownOf(renditions: Rendition[]): Rendition[] {
    return this.#own === null ? renditions : this.#own.flatMap((place) => renditions[place] ?? []);
  }

  #limitOf({ settings }: StreamRun): RateLimit | null {
    const { maxFps } = this;
    if (maxFps === undefined || maxFps >= (settings.maxFps ?? Number.POSITIVE_INFINITY)) return null;
    const choice = { isLive: this.#isLive, earlyS: earlyS({ ...settings, maxFps }) };
    return new RateLimit({ ...choice, maxFps, nowS: () => steadyMs() / 1000 });
  }

  #measuredFps(): number | null {
    return this.#isLive ? this.#rate.at(performance.now()) : null;
  }

  #enter(state: CameraState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.changed(state);
  }

  #whenEmptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#emptied = resolve;
    });
  }
}

/** What is the stream's, not the camera's own. */
function streamSettings(settings: CameraSettings): StreamSettings {
  const { id, stream = id, maxFps: _, slots: __, delivery: ___, reuse: ____, regions: _____, ...shared } = settings;
  return { ...shared, id: stream };
}
