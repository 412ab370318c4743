import type { NutSink } from "./nut.ts";

/** Size of a decoded picture in pixels, after rotation. */
export interface PictureSize {
  width: number;
  height: number;
}

/**
 * The size of each frame, in band: two outputs before the renditions, whose payloads have one byte for each column and each line.
 * ffmpeg's log says sizes too, but not from which frame on.
 */
export class FrameSizes {
  readonly #widths: number[] = [];
  readonly #heights: number[] = [];
  readonly #arrived: () => void;

  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  sinks(): [NutSink, NutSink] {
    return [this.#sink(this.#widths), this.#sink(this.#heights)];
  }

  /** Of the first frame that was not taken, once both sides are known. */
  get next(): PictureSize | undefined {
    const [width] = this.#widths;
    const [height] = this.#heights;
    return width === undefined || height === undefined ? undefined : { width, height };
  }

  take(): void {
    this.#widths.shift();
    this.#heights.shift();
  }

  #sink(sides: number[]): NutSink {
    return {
      stream() {},
      frame: (_pts, sizeBytes) => {
        sides.push(sizeBytes);
        this.#arrived();
        return "discard";
      },
      frameEnd() {},
    };
  }
}
