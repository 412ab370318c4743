import { messageOf, SourceError } from "../../base/errors.ts";
import type { FfmpegBinary } from "../ffmpeg/ffmpeg-binary.ts";
import type { PassingPicture } from "../relay/passing-pictures.ts";
import { isLive, type SourceSettings } from "../source-settings.ts";
import type { ReportStreamEvent } from "../stream-event.ts";
import { DecoderChoice, decoderFinder, type FindDecoder } from "./decoder-choice.ts";
import { FrameChoice } from "./frame-choice.ts";
import type { DecoderWish } from "./hardware-decoders.ts";

export interface DecodingSettings extends SourceSettings {
  id: string;
  /** What decodes a live camera, `software` by default: a chip of a name, or the first that can. */
  decoder?: DecoderWish;
}

export interface DecodingContext {
  ffmpeg: FfmpegBinary;
  report: ReportStreamEvent;
  packets?: unknown;
  /** By default a chip's decoder is one that has decoded a sample here. */
  findDecoder?: FindDecoder;
}

/** One run of ffmpeg. */
export interface Way {
  settings: SourceSettings;
  /** Sees what the camera sends. */
  pictures: ((picture: PassingPicture) => void) | undefined;
  signal: AbortSignal;
}

/** How a camera is decoded: which frames, and by what. ffmpeg cannot be asked while it runs, so another way is another run. */
export class Decoding {
  readonly #settings: DecodingSettings;
  readonly #report: ReportStreamEvent;
  readonly #frames: FrameChoice | undefined;
  readonly #decoder: DecoderChoice;
  #changed = new AbortController();

  constructor(settings: DecodingSettings, { ffmpeg, report, packets, findDecoder }: DecodingContext) {
    this.#settings = settings;
    this.#report = report;
    const { id: camera, maxFps, decoder = "software" } = settings;
    // Frames of a file that is read once would come twice.
    const wish = isLive(settings) ? decoder : "software";
    const find = findDecoder ?? decoderFinder(ffmpeg);
    this.#decoder = new DecoderChoice({ wish, find, found: () => this.#changed.abort() });
    if (maxFps === undefined || wish !== "software" || packets !== undefined || isStated(settings)) return;
    this.#frames = new FrameChoice(maxFps, ({ frames }) => {
      report({ type: "frames_chosen", camera, frames });
      this.#changed.abort();
    });
  }

  /** Of the present run; null for software. */
  get decoder(): string | null {
    return this.#decoder.decoder?.name ?? null;
  }

  /** The first frame of a run has come. */
  started(codec: string | null): void {
    this.#decoder.started(codec);
  }

  /** One run after the other for as long as each ends for another way. */
  async run(once: (way: Way) => Promise<void>, stopped: AbortSignal): Promise<void> {
    do {
      this.#changed = new AbortController();
      this.#frames?.restart();
      await once(this.#way(stopped)).catch((error) => this.#giveUpDecoder(error));
    } while (this.#changed.signal.aborted && !stopped.aborted);
  }

  #way(stopped: AbortSignal): Way {
    const frames = this.#frames;
    return {
      settings: this.#decoder.settingsOf({ ...this.#settings, ...frames?.settings }),
      pictures: frames && ((picture) => frames.picture(picture, performance.now() / 1000)),
      signal: AbortSignal.any([stopped, this.#changed.signal]),
    };
  }

  #giveUpDecoder(error: unknown): void {
    const decoder = error instanceof SourceError ? this.#decoder.giveUp(error) : null;
    if (decoder === null) throw error;
    const { id: camera } = this.#settings;
    this.#report({ type: "decoder_given_up", camera, decoder: decoder.name, message: messageOf(error) });
    this.#changed.abort();
  }
}

/**
 * Whether something else says which frames are decoded, or may not heed it: decoders of chips decode all frames whatever they are
 * asked.
 */
function isStated({ decode = "auto", inputArguments = [] }: SourceSettings): boolean {
  return decode !== "auto" || inputArguments.length > 0;
}
