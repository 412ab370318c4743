import type { Clock } from "../base/clock.ts";
import { SourceError } from "../base/errors.ts";
import { steadyMs } from "../base/steady-clock.ts";
import { type RenditionRequest, renditionKey } from "../kinds/frame.ts";
import { Decoding, type DecodingContext, type DecodingSettings, type Way } from "./decoders/decoding.ts";
import type { Arena } from "./frames/arena.ts";
import type { FrameSink, StreamInfo } from "./frames/frame-assembly.ts";
import { FrameHandout, type FrameTaker } from "./frames/frame-handout.ts";
import { PacketFeed } from "./packets/packet-feed.ts";
import type { PacketRing } from "./packets/packet-ring.ts";
import { isOfPackets } from "./packets/refused-packets.ts";
import { type FailedAttempt, keepRunning, type Verdict } from "./restart.ts";
import { runSource } from "./source.ts";
import { isLive, type SourceSettings } from "./source-settings.ts";
import { type StreamEvent, sourceFailed } from "./stream-event.ts";

export interface StreamSettings extends DecodingSettings {
  /** Whether a failed run is followed by another; by default not for files that are read once. */
  retry?: boolean;
}

export interface StreamContext extends Omit<DecodingContext, "report" | "wanted"> {
  arena: Arena;
  clock?: Clock;
  random?: () => number;
}

/** What one of those who get the frames of a stream wants of it, and takes. */
export interface StreamView extends FrameTaker {
  readonly id: string;
  readonly renditions: readonly RenditionRequest[];
  readonly maxFps: number | undefined;
  readonly packets: PacketRing | undefined;
  /** It gets the frames of this run from now on. */
  joined(run: StreamRun): void;
  failed(attempt: FailedAttempt): void;
  over(outcome: "ended" | "failed" | "stopped"): void;
  /** Of its stream, with its own name. */
  report(event: StreamEvent): void;
}

/** One run of ffmpeg. */
export interface StreamRun {
  settings: SourceSettings;
  /** The chip that decodes; null for software. */
  decoder: string | null;
  /** Keys of what each frame carries, in this order. */
  keys: readonly string[];
}

/**
 * One connection to a camera or one reading of a file, decoded once for all who view it. It runs from the first of them to the
 * last, and delivers what any of them wants.
 */
export class CameraStream {
  /** Resolves when there are no more frames; rejects only for our own bugs. */
  readonly finished: Promise<void>;
  readonly #settings: StreamSettings;
  readonly #context: StreamContext;
  readonly #isLive: boolean;
  readonly #frames: FrameHandout;
  readonly #decoding: Decoding;
  readonly #stopped = new AbortController();
  readonly #finish: (work: Promise<void>) => void;
  #views: readonly StreamView[] = [];
  #state: "new" | "awaited" | "running" | "over" = "new";
  #run: StreamRun | undefined;
  #hasFrames = false;
  /** The present run ends for another. */
  #isReopening = false;
  #packets: PacketFeed | undefined;
  /** Why ffmpeg could not copy the packets: frames come first. */
  #refusedPackets: string | undefined;
  /** The last failure, while the next attempt is awaited, and when that is. */
  #failure: { attempt: FailedAttempt; retryAtMs: number } | undefined;

  constructor(settings: StreamSettings, context: StreamContext) {
    this.#settings = settings;
    this.#context = context;
    this.#isLive = isLive(settings);
    this.#frames = new FrameHandout(context.arena);
    this.#decoding = new Decoding(settings, {
      ...context,
      report: (event) => this.#report(event),
      wanted: () => ({ maxFps: this.#maxFps(), hasPackets: this.#wantsPackets() }),
    });
    let finish: (work: Promise<void>) => void = () => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.finished.catch(() => {});
    this.#finish = finish;
  }

  /** Whether another view may join. Of a file that is read once it would miss the beginning. */
  get isOpen(): boolean {
    if (this.#state === "over" || this.#stopped.signal.aborted) return false;
    return this.#isLive || this.#settings.loop || this.#state !== "running";
  }

  attach(view: StreamView): void {
    this.#views = [...this.#views, view];
    if (this.#refusedPackets !== undefined) this.#tellRefused(view, this.#refusedPackets);
    if (this.#state === "new") {
      this.#state = "awaited";
      this.#finish(this.#keepRunning());
    } else if (this.#run !== undefined) this.#joinLate(view, this.#run);
    else if (this.#failure !== undefined) {
      const { retryAtMs } = this.#failure;
      const attempt = { ...this.#failure.attempt, nextRetryMs: Math.max(0, Math.round(retryAtMs - steadyMs())) };
      view.report(sourceFailed(view.id, attempt));
      view.failed(attempt);
    }
  }

  /** Ends with the last view; frames that it still has are its own to release. */
  async detach(view: StreamView): Promise<void> {
    this.#views = this.#views.filter((one) => one !== view);
    if (this.#views.length === 0) {
      this.#stopped.abort();
      await this.finished;
      return;
    }
    if (view.packets !== undefined) this.#packets?.remove(view.packets);
    this.#frames.leave(view);
  }

  /** Throws a `BugError` for a slot that is not in use. */
  release(slot: number): void {
    this.#frames.release(slot);
  }

  async #keepRunning(): Promise<void> {
    const { clock, random } = this.#context;
    // Views that come together begin with one run.
    await new Promise(setImmediate);
    const outcome = await keepRunning({
      run: (started) => this.#decoding.run((way) => this.#runOnce(started, way), this.#stopped.signal),
      judge: (error) => this.#judge(error),
      failed: (attempt) => this.#failed(attempt),
      signal: this.#stopped.signal,
      ...(clock && { clock }),
      ...(random && { random }),
    }).finally(() => {
      this.#state = "over";
      this.#frames.close();
    });
    if (outcome === "ended") this.#report({ type: "source_ended", camera: this.#settings.id });
    for (const view of this.#views) view.over(outcome);
  }

  async #runOnce(started: () => void, { settings, pictures, signal }: Way): Promise<void> {
    const renditions = unionOf(this.#views);
    this.#state = "running";
    this.#failure = undefined;
    this.#hasFrames = false;
    this.#isReopening = false;
    this.#packets = this.#wantsPackets() && this.#refusedPackets === undefined ? new PacketFeed() : undefined;
    const run = { settings, decoder: this.#decoding.decoder, keys: renditions.map(renditionKey) };
    this.#run = run;
    for (const view of this.#views) this.#join(view, run);
    try {
      await runSource(settings, {
        ffmpeg: this.#context.ffmpeg,
        renditions,
        sink: this.#sink(started),
        packets: this.#packets,
        pictures,
        signal,
        damaged: (line) => this.#report({ type: "source_damaged", camera: this.#settings.id, line }),
      });
    } finally {
      this.#run = undefined;
      this.#frames.restart();
      this.#packets?.end();
    }
  }

  #join(view: StreamView, run: StreamRun): void {
    this.#frames.join(view);
    if (view.packets !== undefined) this.#packets?.add(view.packets);
    view.joined(run);
  }

  /** ffmpeg runs on where it delivers already what the view wants, and runs again for all where it does not. */
  #joinLate(view: StreamView, run: StreamRun): void {
    if (this.#isReopening) return;
    if (this.#delivers(view, run) && this.#hasRoom(view)) {
      this.#join(view, run);
      return;
    }
    for (const { report, id } of this.#views) {
      if (id !== view.id) report({ type: "source_reopened", camera: id, newcomer: view.id });
    }
    this.#isReopening = true;
    this.#decoding.again();
  }

  #delivers({ renditions, maxFps, packets }: StreamView, { keys, settings }: StreamRun): boolean {
    const limit = settings.maxFps ?? Number.POSITIVE_INFINITY;
    const hasPackets = packets === undefined || this.#packets !== undefined || this.#refusedPackets !== undefined;
    return (
      hasPackets &&
      (maxFps ?? Number.POSITIVE_INFINITY) <= limit &&
      renditions.every((request) => keys.includes(renditionKey(request)))
    );
  }

  /** What there is no room for beside the others fails as at a beginning. */
  #hasRoom(view: StreamView): boolean {
    try {
      this.#frames.makeRoom(view);
      return true;
    } catch (error) {
      if (error instanceof SourceError) return false;
      throw error;
    }
  }

  #sink(started: () => void): FrameSink {
    const startTime = Date.now();
    return {
      start: (info, wake) => this.#frames.prepare(info.renditions, wake),
      claim: () => this.#frames.claim(),
      view: (slot, rendition) => this.#frames.view(slot, rendition),
      complete: (place, pts, info) => {
        if (!this.#hasFrames) this.#begin(info, started);
        const timestamp = this.#isLive ? Date.now() : Math.round(startTime + pts * 1000);
        this.#packets?.shown(pts, timestamp);
        this.#frames.complete(place, { pts, timestamp, info });
      },
      abandon: (slot) => this.#frames.abandon(slot),
    };
  }

  #begin({ codec }: StreamInfo, started: () => void): void {
    this.#hasFrames = true;
    started();
    this.#decoding.started(codec);
  }

  #judge(error: unknown): Verdict {
    if (!(error instanceof SourceError)) throw error;
    const { loop, retry = this.#isLive || loop } = this.#settings;
    const isEnd = !this.#isLive && !loop && error.details["cause"] === "ended";
    if (isEnd) return { is: "end" };
    if (!this.#hasFrames && this.#packets !== undefined && isOfPackets(error)) {
      this.#refusedPackets = error.message;
      for (const view of this.#views) this.#tellRefused(view, error.message);
      return { is: "failure", error, retry: true, isDenied: false };
    }
    const { cause } = error.details;
    // Which addresses ffmpeg reads does not change while we run.
    return { is: "failure", error, retry: retry && cause !== "unsupported", isDenied: cause === "unauthorised" };
  }

  #tellRefused({ id, packets, report }: StreamView, message: string): void {
    if (packets !== undefined) report({ type: "packets_refused", camera: id, message });
  }

  #failed(attempt: FailedAttempt): void {
    this.#failure = { attempt, retryAtMs: steadyMs() + (attempt.nextRetryMs ?? 0) };
    this.#report(sourceFailed(this.#settings.id, attempt));
    for (const view of this.#views) view.failed(attempt);
  }

  /** To each view, by its own name. */
  #report(event: StreamEvent): void {
    for (const { id, report } of this.#views) report({ ...event, camera: id });
  }

  /** The largest limit; none where a view has none. */
  #maxFps(): number | undefined {
    let most = 0;
    for (const { maxFps } of this.#views) most = Math.max(most, maxFps ?? Number.POSITIVE_INFINITY);
    return most === Number.POSITIVE_INFINITY ? undefined : most;
  }

  #wantsPackets(): boolean {
    return this.#views.some(({ packets }) => packets !== undefined);
  }
}

/** Equal requests count once. */
function unionOf(views: readonly StreamView[]): RenditionRequest[] {
  const requests = views.flatMap(({ renditions }) => renditions);
  return [...new Map(requests.map((request) => [renditionKey(request), request])).values()];
}
