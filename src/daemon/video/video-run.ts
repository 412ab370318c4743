import { SourceError } from "../../base/errors.ts";
import { startVideoPush, type VideoPush, type VideoPushSettings } from "../../stream/push/video-push.ts";
import type { PicturePipe, PicturePipes } from "./picture-pipes.ts";
import { PictureSlots } from "./picture-slots.ts";

export interface VideoRunSettings extends Omit<VideoPushSettings, "progress"> {
  pipes: PicturePipes;
  /** The first frame was sent. */
  started: () => void;
  /** A picture was given to the encoder. */
  encoded: () => void;
  /** A picture was dropped for a newer one. */
  replaced: () => void;
  stallMs?: number;
}

/** While pictures come, frames are sent more often than this by any server that still reads. */
const STALL_MS = 20_000;

/** The end of an encoder tells more than the end of its pipe, and comes soon after. */
const END_MS = 2000;

/** One encoder with its pipe and the memory of its pictures, until it fails. */
export class VideoRun {
  readonly slots: PictureSlots;
  /** Rejects when the encoder has ended, or sends nothing any more. */
  readonly ended: Promise<never>;
  readonly #push: VideoPush;
  readonly #pipe: PicturePipe;
  readonly #timer: NodeJS.Timeout;
  #breaking: NodeJS.Timeout | undefined;

  private constructor(push: VideoPush, settings: VideoRunSettings, progress: Progress) {
    const { pipes, size, encoded, replaced, stallMs = STALL_MS } = settings;
    this.#push = push;
    this.#pipe = pipes.open(push.writeFd);
    let fail: (error: Error) => void = () => {};
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.slots = new PictureSlots(size, this.#pipe, {
      filled: () => progress.given(),
      written: encoded,
      replaced,
      broken: (why) => {
        this.#breaking = setTimeout(() => fail(failure(settings, why)), END_MS);
      },
    });
    this.#timer = setInterval(() => {
      if (progress.waitedMs() > stallMs) fail(failure(settings, `nothing was sent for ${stallMs / 1000} s`));
    }, stallMs / 10);
    this.ended = Promise.race([push.ended, failed]);
    this.ended.catch(() => {});
  }

  static async open(settings: VideoRunSettings): Promise<VideoRun> {
    const progress = new Progress(settings.started);
    const push = await startVideoPush({ ...settings, progress: () => progress.sent() });
    return new VideoRun(push, settings, progress);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#breaking);
    this.slots.close();
    // At the end of its input an encoder writes what it holds; the signal ends one that does not.
    await Promise.all([this.#pipe.close(), this.#push.close()]);
  }
}

/** How long pictures have been given without a frame being sent. */
class Progress {
  #since: number | null = null;
  #started: (() => void) | null;

  constructor(started: () => void) {
    this.#started = started;
  }

  given(): void {
    this.#since ??= performance.now();
  }

  sent(): void {
    this.#since = null;
    this.#started?.();
    this.#started = null;
  }

  waitedMs(): number {
    return this.#since === null ? 0 : performance.now() - this.#since;
  }
}

function failure({ target }: VideoRunSettings, what: string): SourceError {
  const place = target.to === "rtsp" ? target.url : target.folder;
  return new SourceError("VIDEO_OUT_FAILED", `"${place}": ${what}`);
}
