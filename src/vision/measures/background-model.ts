import { newRaster, type Raster } from "../raster.ts";

/** What a pixel is before the background: a part of it, its shadow, or something else. */
export const [BACKGROUND, SHADOW, FOREGROUND] = [0, 127, 255] as const;

interface Learning {
  /** Frames after which a pixel that stays has become background. */
  history: number;
  /** Squared distance, in variances, up to which a pixel is of a colour that is known. */
  threshold: number;
}

/** Most colours of the background that one pixel may have. */
const MODES = 5;
const INITIAL_VARIANCE = 15;
const [LEAST_VARIANCE, MOST_VARIANCE] = [4, 75];
/** Squared distance, in variances, up to which a colour takes a pixel in. */
const NEAR = 9;
/** Weight of the colours that are background. */
const GROUND = 0.9;
/** How fast colours that are not seen are given up, as a share of learning. */
const PRUNING = 0.05;
/** A shadow is no darker than this share of what it lies on. */
const DARKEST_SHADOW = 0.5;

/**
 * For each pixel a few colours, the most frequent first, each with its variance and weight; they follow what the pixel shows.
 * (Z. Zivkovic, "Improved adaptive Gaussian mixture model for background subtraction", ICPR 2004.) Its memory is given by the picture's
 * size and does not grow; a picture of another size starts it again.
 */
export class BackgroundModel {
  private width = 0;
  private height = 0;
  private channels = 0;
  private frames = 0;
  /** Of each pixel how many colours it has. */
  private counts = new Uint8Array();
  /** Of each colour of each pixel weight, variance and means. */
  private modes = new Float32Array();

  /** Of the picture at hand, kept here so that nothing is allocated for a pixel. */
  private data = new Uint8Array();
  private rate = 0;
  private threshold = 0;

  /** Compares a picture with the background, 0, 127 or 255 for each pixel, and learns from it. */
  update(raster: Raster, { history, threshold }: Learning): Raster<1> {
    this.fit(raster);
    this.frames++;
    const mask = newRaster(raster, 1);
    Object.assign(this, { data: raster.data, rate: 1 / Math.min(2 * this.frames, history), threshold });
    for (let y = 0, pixel = 0; y < raster.height; y++) {
      for (let x = 0, at = y * raster.stride; x < raster.width; x++, pixel++, at += raster.channels) {
        mask.data[pixel] = this.counts[pixel] === 1 ? this.followOne(pixel, at) : this.follow(pixel, at);
      }
    }
    this.data = new Uint8Array();
    return mask;
  }

  private fit({ width, height, channels }: Raster): void {
    if (this.width === width && this.height === height && this.channels === channels) return;
    Object.assign(this, { width, height, channels, frames: 0 });
    this.counts = new Uint8Array(width * height);
    this.modes = new Float32Array(width * height * MODES * (2 + channels));
  }

  /** The usual case in short: a pixel that has one colour and keeps it, which then has all the weight. */
  private followOne(pixel: number, at: number): number {
    const { modes, data, channels, rate } = this;
    const mode = pixel * MODES * (2 + channels);
    const variance = modes[mode + 1]!;
    const distance = this.distance(mode, at);
    if (distance >= NEAR * variance || distance >= this.threshold * variance) return this.follow(pixel, at);
    const share = rate / (1 - rate * PRUNING);
    for (let c = 0, to = mode + 2; c < channels; c++, to++) modes[to]! -= share * (modes[to]! - data[at + c]!);
    modes[mode + 1] = Math.min(MOST_VARIANCE, Math.max(LEAST_VARIANCE, variance + share * (distance - variance)));
    return BACKGROUND;
  }

  private follow(pixel: number, at: number): number {
    const { modes, channels, rate, threshold } = this;
    const size = 2 + channels;
    const start = pixel * MODES * size;
    const prune = -rate * PRUNING;
    let count = this.counts[pixel]!;
    let [total, isGround, isKnown] = [0, false, false];
    for (let i = 0; i < count; i++) {
      let mode = start + i * size;
      let weight = (1 - rate) * modes[mode]! + prune;
      if (!isKnown) {
        const variance = modes[mode + 1]!;
        const distance = this.distance(mode, at);
        if (total < GROUND && distance < threshold * variance) isGround = true;
        if (distance < NEAR * variance) {
          isKnown = true;
          weight += rate;
          this.pull(mode, at, rate / weight);
          mode = this.moveUp(start, mode, weight);
        }
      }
      if (weight < -prune) {
        weight = 0;
        count--;
      }
      modes[mode] = weight;
      total += weight;
    }
    for (let i = 0; i < count; i++) modes[start + i * size]! /= total || 1;
    if (!isKnown) count = this.add(start, count, at);
    this.counts[pixel] = count;
    if (isGround) return BACKGROUND;
    return this.isShadow(start, count, at) ? SHADOW : FOREGROUND;
  }

  private distance(mode: number, at: number): number {
    const { modes, data, channels } = this;
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const away = modes[mode + 2 + c]! - data[at + c]!;
      sum += away * away;
    }
    return sum;
  }

  /** Moves the mean of a colour, and its variance, a share of the way to the pixel. */
  private pull(mode: number, at: number, share: number): void {
    const { modes, data, channels } = this;
    const variance = modes[mode + 1]! + share * (this.distance(mode, at) - modes[mode + 1]!);
    modes[mode + 1] = Math.min(MOST_VARIANCE, Math.max(LEAST_VARIANCE, variance));
    for (let c = 0, to = mode + 2; c < channels; c++, to++) modes[to]! -= share * (modes[to]! - data[at + c]!);
  }

  /** Puts a colour before those that weigh no more, and gives its new place. */
  private moveUp(start: number, from: number, weight: number): number {
    const { modes } = this;
    const size = 2 + this.channels;
    let mode = from;
    for (; mode > start && weight >= modes[mode - size]!; mode -= size) {
      for (let i = mode; i < mode + size; i++) {
        const other = modes[i - size]!;
        modes[i - size] = modes[i]!;
        modes[i] = other;
      }
    }
    return mode;
  }

  /** Takes the pixel as a new colour, in place of the rarest where there is no room. */
  private add(start: number, count: number, at: number): number {
    const { modes, data, channels, rate } = this;
    const size = 2 + channels;
    const place = Math.min(count, MODES - 1);
    const mode = start + place * size;
    for (let i = 0; i < place; i++) modes[start + i * size]! *= 1 - rate;
    modes[mode] = place === 0 ? 1 : rate;
    modes[mode + 1] = INITIAL_VARIANCE;
    for (let c = 0; c < channels; c++) modes[mode + 2 + c] = data[at + c]!;
    this.moveUp(start, mode, modes[mode]!);
    return place + 1;
  }

  /** Whether the pixel is a darker shade of a colour of the background. */
  private isShadow(start: number, count: number, at: number): boolean {
    const { modes, data, channels, threshold } = this;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const mode = start + i * (2 + channels);
      let [along, length] = [0, 0];
      for (let c = 0; c < channels; c++) {
        const mean = modes[mode + 2 + c]!;
        along += data[at + c]! * mean;
        length += mean * mean;
      }
      if (length === 0) return false;
      const shade = along / length;
      if (shade <= 1 && shade >= DARKEST_SHADOW) {
        let distance = 0;
        for (let c = 0; c < channels; c++) distance += (shade * modes[mode + 2 + c]! - data[at + c]!) ** 2;
        if (distance < threshold * modes[mode + 1]! * shade * shade) return true;
      }
      total += modes[mode]!;
      if (total > GROUND) return false;
    }
    return false;
  }
}
