import { SourceError } from "../../base/errors.ts";
import type { FfmpegBinary } from "../ffmpeg/ffmpeg-binary.ts";
import type { SourceSettings } from "../source-settings.ts";
import { firstThatDecodes } from "./decoder-verdicts.ts";
import { chipCodec, type DecoderWish, decodedBy, type HardwareDecoder, hardwareDecoder } from "./hardware-decoders.ts";

/** Finds the decoder of a chip for a codec; null where there is none. */
export type FindDecoder = (
  wish: Exclude<DecoderWish, "software">,
  codec: string | null,
) => Promise<HardwareDecoder | null>;

/** `auto` takes what decodes a sample here, a name is taken at its word. */
export function decoderFinder(ffmpeg: FfmpegBinary): FindDecoder {
  return async (wish, codec) => {
    const known = chipCodec(codec);
    if (known === null) return null;
    return wish === "auto" ? firstThatDecodes(ffmpeg, known) : hardwareDecoder(wish, known);
  };
}

interface DecoderChoiceSettings {
  wish: DecoderWish;
  find: FindDecoder;
  /** The next run is to begin at once. */
  found: () => void;
}

/**
 * What a camera is decoded by. The first run is in software and shows the codec; from the next one on a chip decodes it, until
 * it fails for once, and then software for good.
 */
export class DecoderChoice {
  readonly #settings: DecoderChoiceSettings;
  #decoder: HardwareDecoder | null = null;
  #isAsked = false;

  constructor(settings: DecoderChoiceSettings) {
    this.#settings = settings;
  }

  /** Null for software. */
  get decoder(): HardwareDecoder | null {
    return this.#decoder;
  }

  /** The settings of the next run. */
  settingsOf(settings: SourceSettings): SourceSettings {
    if (this.#decoder === null) return settings;
    // A decoder that gives nothing is to be found out soon, though keyframes may be as far apart.
    return decodedBy({ ...settings, keyframeTimeoutMs: settings.connectTimeoutMs }, this.#decoder);
  }

  /** The first frame of a run has come. */
  started(codec: string | null): void {
    const { wish, find, found } = this.#settings;
    if (wish === "software" || this.#isAsked) return;
    this.#isAsked = true;
    const take = (decoder: HardwareDecoder | null) => {
      if (decoder === null) return;
      this.#decoder = decoder;
      found();
    };
    // What cannot be tried decodes nothing.
    find(wish, codec).then(take, () => {});
  }

  /** Whether a run failed of its decoder, which is then given up; says which it was. */
  giveUp(error: SourceError): HardwareDecoder | null {
    const decoder = this.#decoder;
    if (decoder === null || !isOfDecoder(error)) return null;
    this.#decoder = null;
    return decoder;
  }
}

/** ffmpeg failed, or what came gave no frame. */
function isOfDecoder({ details, cause }: SourceError): boolean {
  if (details["cause"] === "decoder_failed" || details["cause"] === "codec") return true;
  return details["cause"] === "timeout" && cause instanceof SourceError && cause.details["mayHaveMedia"] === true;
}
