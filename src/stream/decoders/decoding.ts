import { messageOf, SourceError } from "../../base/errors.ts";
import type { FfmpegBinary } from "../ffmpeg/ffmpeg-binary.ts";
import type { PassingPicture } from "../relay/passing-pictures.ts";
import { isLive, type SourceSettings } from "../source-settings.ts";
import type { ReportStreamEvent } from "../stream-event.ts";
import { DecoderChoice, decoderFinder, type FindDecoder } from "./decoder-choice.ts";
import { FrameChoice } from "./frame-choice.ts";
import type { DecoderWish } from "./hardware-decoders.ts";

export interface DecodingSettings extends Omit<SourceSettings, "maxFps"> {
  id: string;
  /** What decodes a live camera, `software` by default: a chip of a name, or the first that can. */
  decoder?: DecoderWish;
}

export interface DecodingContext {
  ffmpeg: FfmpegBinary;
  report: ReportStreamEvent;
  /** Of the next run. */
  wanted: () => DecodingWish;
  /** By default a chip's decoder is one that has decoded a sample here. */
  findDecoder?: FindDecoder;
}

/** What those who get the frames want. */
export interface DecodingWish {
  maxFps: number | undefined;
  hasPackets: boolean;
}

/** One run of ffmpeg. */
export interface Way {
  settings: SourceSettings;
  /** Sees what the camera sends. */
  pictures: ((picture: PassingPicture) => void) | undefined;
  signal: AbortSignal;
}

/** How a stream is decoded: which frames, and by what. ffmpeg cannot be asked while it runs, so another way is another run. */
export class Decoding {
  readonly #settings: DecodingSettings;
  readonly #context: DecodingContext;
  readonly #decoder: DecoderChoice;
  readonly #isChoosable: boolean;
  #wish: DecodingWish = { maxFps: undefined, hasPackets: false };
  #frames: FrameChoice | undefined;
  #changed = new AbortController();

  constructor(settings: DecodingSettings, context: DecodingContext) {
    this.#settings = settings;
    this.#context = context;
    const { decoder = "software" } = settings;
    // Frames of a file that is read once would come twice.
    const wish = isLive(settings) ? decoder : "software";
    const find = context.findDecoder ?? decoderFinder(context.ffmpeg);
    this.#decoder = new DecoderChoice({ wish, find, found: () => this.again() });
    this.#isChoosable = wish === "software" && !isStated(settings);
  }

  /** Of the present run; null for software. */
  get decoder(): string | null {
    return this.#decoder.decoder?.name ?? null;
  }

  /** The first frame of a run has come. */
  started(codec: string | null): void {
    this.#decoder.started(codec);
  }

  /** Ends the present run for another, which is no failure. */
  again(): void {
    this.#changed.abort();
  }

  /** One run after the other for as long as each ends for another way. */
  async run(once: (way: Way) => Promise<void>, stopped: AbortSignal): Promise<void> {
    do {
      this.#changed = new AbortController();
      this.#look();
      await once(this.#way(stopped)).catch((error) => this.#giveUpDecoder(error));
    } while (this.#changed.signal.aborted && !stopped.aborted);
  }

  /** What was learned of the packets is used for as long as the same frames are wanted. */
  #look(): void {
    const { maxFps, hasPackets } = this.#context.wanted();
    const isSame = maxFps === this.#wish.maxFps && hasPackets === this.#wish.hasPackets;
    this.#wish = { maxFps, hasPackets };
    if (isSame) this.#frames?.restart();
    else this.#frames = maxFps === undefined || hasPackets ? undefined : this.#frameChoice(maxFps);
  }

  #frameChoice(maxFps: number): FrameChoice | undefined {
    if (!this.#isChoosable) return undefined;
    return new FrameChoice(maxFps, ({ frames }) => {
      this.#context.report({ type: "frames_chosen", camera: this.#settings.id, frames });
      this.again();
    });
  }

  #way(stopped: AbortSignal): Way {
    const frames = this.#frames;
    const { maxFps } = this.#wish;
    const limit = maxFps === undefined ? {} : { maxFps };
    return {
      settings: this.#decoder.settingsOf({ ...this.#settings, ...limit, ...frames?.settings }),
      pictures: frames && ((picture) => frames.picture(picture, performance.now() / 1000)),
      signal: AbortSignal.any([stopped, this.#changed.signal]),
    };
  }

  #giveUpDecoder(error: unknown): void {
    const decoder = error instanceof SourceError ? this.#decoder.giveUp(error) : null;
    if (decoder === null) throw error;
    const { id: camera } = this.#settings;
    this.#context.report({ type: "decoder_given_up", camera, decoder: decoder.name, message: messageOf(error) });
    this.again();
  }
}

/**
 * Whether something else says which frames are decoded, or may not heed it: decoders of chips decode all frames whatever they are
 * asked.
 */
function isStated({ decode = "auto", inputArguments = [] }: DecodingSettings): boolean {
  return decode !== "auto" || inputArguments.length > 0;
}
