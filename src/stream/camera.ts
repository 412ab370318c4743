import type { Clock } from "../base/clock.ts";
import { SourceError } from "../base/errors.ts";
import { keepSecret } from "../base/secrets.ts";
import { steadyMs } from "../base/steady-clock.ts";
import { endsWithin } from "../base/within.ts";
import {
  type FrameHandle,
  type RegionRules,
  type RenditionRequest,
  type ReuseLimits,
  renditionKey,
} from "../kinds/frame.ts";
import { Decoding, type DecodingContext, type DecodingSettings, type Way } from "./decoders/decoding.ts";
import { FrameClock } from "./frame-clock.ts";
import { FrameRate } from "./frame-rate.ts";
import type { Delivery } from "./frame-scheduler.ts";
import type { Arena } from "./frames/arena.ts";
import type { FrameSink, StreamInfo } from "./frames/frame-assembly.ts";
import { FrameMemory } from "./frames/frame-memory.ts";
import type { Ledger } from "./ledger.ts";
import type { PacketRing, PacketRun } from "./packets/packet-ring.ts";
import { isOfPackets } from "./packets/refused-packets.ts";
import { type FailedAttempt, keepRunning, type Verdict } from "./restart.ts";
import { runSource } from "./source.ts";
import { isLive } from "./source-settings.ts";
import { sourceFailed } from "./stream-event.ts";

export interface CameraSettings extends DecodingSettings {
  /** Frames that may be in memory at once; `newest` wants two more than are ever in flight. */
  slots: number;
  /** By default `newest` for live sources and `all` for files. */
  delivery?: Delivery;
  /** Whether a failed run is followed by another; by default not for files that are read once. */
  retry?: boolean;
  /** When models may answer with their last result, where the renditions have the luminance to see it by. */
  reuse?: ReuseLimits;
  /** How models look at parts of its picture. */
  regions?: RegionRules;
}

export interface CameraContext extends DecodingContext {
  arena: Arena;
  /** What every frame carries; equal requests count once. */
  renditions: readonly RenditionRequest[];
  ledger: Ledger;
  /** Keeps the camera's own packets of the last seconds. */
  packets?: PacketRing | undefined;
  clock?: Clock;
  random?: () => number;
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
  /** Ends the process, then waits at most `deadlineMs` for frames that are still in use. */
  stop(deadlineMs: number): Promise<void>;
  /** Resolves when the camera will give no more frames; rejects only for our own bugs. */
  readonly finished: Promise<void>;
}

export function openCamera(settings: CameraSettings, context: CameraContext): Camera {
  return new FfmpegCamera(settings, context);
}

class FfmpegCamera implements Camera {
  readonly id: string;
  readonly delivery: Delivery;
  readonly finished: Promise<void>;
  readonly #settings: CameraSettings;
  readonly #context: CameraContext;
  readonly #renditions: readonly RenditionRequest[];
  readonly #isLive: boolean;
  readonly #memory: FrameMemory;
  readonly #rate = new FrameRate();
  readonly #frameClock: FrameClock;
  readonly #stopped = new AbortController();
  readonly #finish: (work: Promise<void>) => void;
  #listener: CameraListener = { frame: (frame) => this.release(frame), changed() {} };
  #state: CameraState = "idle";
  #stream: StreamInfo | undefined;
  #lastFailure: FailedAttempt | undefined;
  #sequence = 0;
  #packets: PacketRun | undefined;
  readonly #decoding: Decoding;
  /** ffmpeg could not copy the packets: frames come first. */
  #hasNoPackets = false;
  #wake: () => void = () => {};
  #emptied: () => void = () => {};

  constructor(settings: CameraSettings, context: CameraContext) {
    this.id = settings.id;
    this.#settings = settings;
    if (settings.password !== undefined) keepSecret(settings.password);
    this.#context = context;
    this.#isLive = isLive(settings);
    this.#frameClock = new FrameClock(this.#isLive, steadyMs);
    this.delivery = settings.delivery ?? (this.#isLive ? "newest" : "all");
    this.#renditions = [...new Map(context.renditions.map((request) => [renditionKey(request), request])).values()];
    this.#memory = new FrameMemory(context.arena, settings.slots, () => this.#emptied());
    this.#decoding = new Decoding(settings, context);
    let finish: (work: Promise<void>) => void = () => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
  }

  readonly statistics = (): CameraStatistics => ({
    state: this.#state,
    stream: this.#stream,
    measuredFps: this.#measuredFps(),
    lastFailure: this.#lastFailure,
    slotsInUse: this.#memory.inUse,
  });

  start(listener: CameraListener): void {
    this.#listener = listener;
    this.#finish(this.#keepRunning());
  }

  release({ slot }: Pick<FrameHandle, "slot">): void {
    this.#memory.release(slot);
    this.#wake();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopped.abort();
    if (this.#state === "idle") this.#finish(Promise.resolve());
    await this.finished;
    this.#enter("stopped");
    if (this.#memory.inUse > 0) await endsWithin(deadlineMs, this.#whenEmptied());
    this.#memory.close();
  }

  async #keepRunning(): Promise<void> {
    const { clock, random } = this.#context;
    const outcome = await keepRunning({
      run: (started) => this.#decoding.run((way) => this.#runOnce(started, way), this.#stopped.signal),
      judge: (error) => this.#judge(error),
      failed: (attempt) => this.#failed(attempt),
      signal: this.#stopped.signal,
      ...(clock && { clock }),
      ...(random && { random }),
    });
    if (outcome === "ended") this.#context.report({ type: "source_ended", camera: this.id });
    this.#enter(outcome);
  }

  async #runOnce(started: () => void, { settings, pictures, signal }: Way): Promise<void> {
    this.#enter("connecting");
    const sink = this.#sink(started);
    this.#packets = this.#hasNoPackets ? undefined : this.#context.packets?.open();
    try {
      await runSource(settings, {
        ffmpeg: this.#context.ffmpeg,
        renditions: this.#renditions,
        sink,
        packets: this.#packets,
        pictures,
        signal,
        damaged: (line) => this.#context.report({ type: "source_damaged", camera: this.id, line }),
      });
    } finally {
      this.#wake = () => {};
      this.#packets?.end();
    }
  }

  #sink(started: () => void): FrameSink {
    const startTime = Date.now();
    this.#frameClock.restart();
    return {
      start: (info, wake) => {
        this.#wake = wake;
        return this.#memory.prepare(info.renditions);
      },
      claim: () => this.#memory.acquire() ?? (this.delivery === "all" ? "wait" : "discard"),
      view: (slot, rendition) => this.#memory.view(slot, rendition),
      complete: (place, pts, info) => {
        if (this.#state !== "running") this.#started(info, started);
        else if (info !== this.#stream) this.#resized(info);
        this.#complete(place, pts, startTime);
      },
      abandon: (slot) => this.#memory.release(slot),
    };
  }

  #started(stream: StreamInfo, started: () => void): void {
    started();
    this.#stream = stream;
    const { codec, width, height, fps } = stream;
    const { decoder } = this.#decoding;
    this.#context.report({ type: "source_started", camera: this.id, codec, width, height, fps, decoder });
    this.#enter("running");
    this.#decoding.started(codec);
  }

  #resized(stream: StreamInfo): void {
    this.#stream = stream;
    const { width, height } = stream;
    this.#context.report({ type: "source_resized", camera: this.id, width, height });
  }

  #complete(place: number | "discard", pts: number, startTime: number): void {
    this.#rate.tick(performance.now());
    const name = { camera: this.id, sequence: ++this.#sequence };
    this.#context.ledger.decoded(name);
    const timestamp = this.#isLive ? Date.now() : Math.round(startTime + pts * 1000);
    const { clockS, startS } = this.#frameClock.next(pts);
    this.#packets?.shown(pts, timestamp);
    if (place === "discard") this.#context.ledger.dropped(name, "no_slot");
    else this.#listener.frame(this.#handle(place, { sequence: name.sequence, pts, timestamp, clockS, startS }));
  }

  /** Written out, as objects that are spread into one another take longer than all that is computed here. */
  #handle(
    slot: number,
    {
      sequence,
      pts,
      timestamp,
      clockS,
      startS,
    }: Pick<FrameHandle, "sequence" | "pts" | "timestamp" | "clockS" | "startS">,
  ): FrameHandle {
    const { width = 0, height = 0, fps: declared = null } = this.#stream ?? {};
    const { reuse, regions, decode = "auto", maxFps } = this.#settings;
    const isDeclared = declared !== null && (decode === "auto" || decode === "all");
    const handle: FrameHandle = {
      camera: this.id,
      sequence,
      pts,
      timestamp,
      timestampSource: this.#isLive ? "arrival" : "file",
      decodedAt: steadyMs(),
      clockS,
      startS,
      width,
      height,
      fps: isDeclared ? Math.min(declared, maxFps ?? declared) : null,
      measuredFps: this.#measuredFps(),
      slot,
      renditions: this.#memory.renditions(slot),
    };
    if (reuse !== undefined) handle.reuse = reuse;
    if (regions !== undefined) handle.regions = regions;
    return handle;
  }

  #measuredFps(): number | null {
    return this.#isLive ? this.#rate.at(performance.now()) : null;
  }

  #judge(error: unknown): Verdict {
    if (!(error instanceof SourceError)) throw error;
    const { loop, retry = this.#isLive || loop } = this.#settings;
    const isEnd = !this.#isLive && !loop && error.details["cause"] === "ended";
    if (isEnd) return { is: "end" };
    if (this.#state === "connecting" && this.#packets !== undefined && isOfPackets(error)) {
      this.#hasNoPackets = true;
      this.#context.report({ type: "packets_refused", camera: this.id, message: error.message });
      return { is: "failure", error, retry: true, isDenied: false };
    }
    const { cause } = error.details;
    // Which addresses ffmpeg reads does not change while we run.
    return { is: "failure", error, retry: retry && cause !== "unsupported", isDenied: cause === "unauthorised" };
  }

  #failed(attempt: FailedAttempt): void {
    this.#lastFailure = attempt;
    this.#context.report(sourceFailed(this.id, attempt));
    this.#enter("retrying");
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
