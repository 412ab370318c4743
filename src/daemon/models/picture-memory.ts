import { type FrameHandle, LUMINANCE, renditionKey } from "../../kinds/frame.ts";
import { largestChange, noiseBetween } from "../../vision/measures/luminance-change.ts";

/** Levels by which a pixel may differ from an earlier picture and count as unchanged, as multiples of the noise between two frames. */
const NOISE_FACTOR = 6;
/** Noise that lifts the limit by more than this factor hides what matters. */
const MOST_LIFT = 2;
/** What is left of an estimate of noise with every frame, so that a frame that is sent twice does not end it. */
const FADING = 0.9;

/** A camera's luminance picture as it was at some frame. */
export interface SeenPicture {
  frame: FrameHandle;
  luminance: Uint8Array;
}

/** Compares the frames of one camera with pictures that were seen before. */
export class PictureMemory {
  readonly #arena: SharedArrayBuffer;
  readonly #seen = new WeakMap<FrameHandle, SeenPicture>();
  #last: SeenPicture | null = null;
  #before: SeenPicture | null = null;
  #noise = 0;
  #isMeasured = false;

  constructor(arena: SharedArrayBuffer) {
    this.#arena = arena;
  }

  /** The luminance of a frame, kept beyond the frame; null where the decoder gives none. */
  see(frame: FrameHandle): SeenPicture | null {
    const known = this.#seen.get(frame);
    if (known !== undefined) return known;
    const rendition = frame.renditions.find(({ key }) => key === LUMINANCE_KEY);
    if (rendition === undefined) return null;
    const { offset, width, height } = rendition;
    const seen = { frame, luminance: new Uint8Array(this.#arena, offset, width * height).slice() };
    this.#seen.set(frame, seen);
    this.#before = this.#last;
    this.#last = seen;
    this.#isMeasured = false;
    return seen;
  }

  /** Whether the picture shows nothing but noise that an earlier one did not. */
  isLike(now: SeenPicture, earlier: SeenPicture, change: number): boolean {
    const { frame } = now;
    if (frame.width !== earlier.frame.width || frame.height !== earlier.frame.height) return false;
    const found = largestChange(now.luminance, earlier.luminance);
    if (found < change) return true;
    if (found >= change * MOST_LIFT) return false;
    const limit = this.#noiseNow() * NOISE_FACTOR;
    return limit <= change * MOST_LIFT && found < limit;
  }

  #noiseNow(): number {
    if (this.#isMeasured || this.#last === null || this.#before === null) return this.#noise;
    const noise = noiseBetween(this.#last.luminance, this.#before.luminance, LUMINANCE.width);
    this.#noise = Math.max(noise, this.#noise * FADING);
    this.#isMeasured = true;
    return this.#noise;
  }
}

const LUMINANCE_KEY = renditionKey(LUMINANCE);
