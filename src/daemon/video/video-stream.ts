import { messageOf, SourceError } from "../../base/errors.ts";
import { unlessAborted } from "../../base/within.ts";
import type { VideoEncoder } from "../../stream/push/video-encoder.ts";
import { type FailedAttempt, keepRunning } from "../../stream/restart.ts";
import type { VideoTarget } from "../prepare/video-target.ts";
import type { Report, VideoPlace } from "../report/events.ts";
import type { VideoDropReason, VideoHealth } from "../report/video-health.ts";
import type { MadePicture, PictureWish, Wanted } from "../worker/picture-wish.ts";
import type { PicturePipes } from "./picture-pipes.ts";
import type { PicturePlace } from "./picture-slots.ts";
import { RateLimit } from "./rate-limit.ts";
import { VideoRun } from "./video-run.ts";

export interface VideoStreamContext {
  ffmpegPath: string;
  pipes: PicturePipes;
  findEncoder: (name: string) => Promise<VideoEncoder>;
  report: Report;
}

type Size = Pick<MadePicture, "width" | "height">;

/** Keeps one encoder running and gives it the newest pictures: it waits for the encoder, and no frame of the pipeline waits for it. */
export class VideoStream {
  readonly #target: VideoTarget;
  readonly #context: VideoStreamContext;
  readonly #rate: RateLimit;
  readonly #stopped = new AbortController();
  readonly #finished: Promise<unknown>;
  readonly #status: VideoHealth;
  #run: VideoRun | null = null;
  /** Set while an encoder has to know how large its pictures will be. */
  #sized: ((size: Size) => void) | null = null;

  constructor(target: VideoTarget, context: VideoStreamContext) {
    this.#target = target;
    this.#context = context;
    this.#rate = new RateLimit(target.fps);
    const counts = { seen: 0, encoded: 0, dropped: {} };
    this.#status = { ...namesOf(target), state: "waiting", error: null, encoder: null, ...counts };
    this.#finished = keepRunning({
      run: (started) => this.#runOnce(started),
      judge: (error) => ({ is: "failure", retry: true, ...judged(error) }),
      failed: (attempt) => this.#failed(attempt),
      signal: this.#stopped.signal,
    });
  }

  /** The picture of a frame of its camera, if the encoder is to get it. */
  wanted(): Wanted | null {
    this.#status.seen++;
    if (this.#run === null && this.#sized === null) return this.#without("encoder_away");
    if (!this.#rate.passes(performance.now())) return this.#without("rate");
    const run = this.#run;
    if (run === null) return { wish: this.#wish(null), take: (picture) => this.#takeSize(picture) };
    const place = run.slots.take();
    if (place === null) return this.#without("encoder_behind");
    return { wish: this.#wish(place), take: (picture) => this.#take(run, place, picture) };
  }

  health(): VideoHealth {
    return structuredClone(this.#status);
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#finished;
  }

  #wish(place: PicturePlace | null): PictureWish {
    const { camera, output } = this.#target;
    return { camera, output, form: { as: "raw", place } };
  }

  #without(reason: VideoDropReason): null {
    this.#drop(reason);
    return null;
  }

  #drop(reason: VideoDropReason): void {
    const { dropped } = this.#status;
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }

  /** Nothing was drawn: the pictures after it are those that the encoder gets. */
  #takeSize(picture: MadePicture | null): void {
    this.#drop(picture === null ? "no_picture" : "encoder_away");
    if (picture !== null) this.#sized?.(picture);
  }

  #take(run: VideoRun, place: PicturePlace, picture: MadePicture | null): void {
    if (picture !== null && run === this.#run) run.slots.fill(place);
    else {
      this.#drop(picture === null ? "no_picture" : "encoder_away");
      run.slots.giveBack(place);
    }
  }

  async #runOnce(started: () => void): Promise<void> {
    const { signal } = this.#stopped;
    const size = await unlessAborted(signal, this.#firstSize());
    const status = this.#status;
    if (status.state === "waiting") status.state = "starting";
    const encoder = await this.#context.findEncoder(this.#target.encoder);
    status.encoder = encoder.name;
    const run = await VideoRun.open({
      ...this.#target,
      ...this.#context,
      encoder,
      size,
      started: () => this.#started(size, started),
      encoded: () => status.encoded++,
      replaced: () => this.#drop("encoder_behind"),
    });
    this.#run = run;
    try {
      await unlessAborted(signal, run.ended);
    } finally {
      this.#run = null;
      await run.close();
    }
  }

  /** An encoder takes the size of the first picture that comes; pictures of other sizes are fitted into it. */
  #firstSize(): Promise<Size> {
    return new Promise((resolve) => {
      this.#sized = ({ width, height }) => {
        this.#sized = null;
        resolve({ width, height });
      };
    });
  }

  #started({ width, height }: Size, started: () => void): void {
    started();
    this.#status.state = "running";
    this.#status.error = null;
    const encoder = this.#status.encoder ?? "";
    this.#context.report({ type: "video_out_started", ...namesOf(this.#target), encoder, width, height });
  }

  #failed({ error, attempts, nextRetryMs }: FailedAttempt): void {
    this.#status.state = "retrying";
    this.#status.error = error.message;
    const { message } = error;
    this.#context.report({ type: "video_out_failed", ...namesOf(this.#target), message, attempts, nextRetryMs });
  }
}

function judged(error: unknown): { error: SourceError; isDenied: boolean } {
  const known = error instanceof SourceError ? error : new SourceError("VIDEO_OUT_FAILED", messageOf(error));
  return { error: known, isDenied: known.details["cause"] === "unauthorised" };
}

/** How a stream is named in the log and in `/health`. */
function namesOf({ pipeline, camera, output, target }: VideoTarget): VideoPlace {
  const { to } = target;
  return { pipeline, camera, output, to, place: to === "rtsp" ? target.url : target.folder };
}
