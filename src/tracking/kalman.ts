/** Box as centre, width / height and height, in pixels. */
export interface Measure {
  centerX: number;
  centerY: number;
  aspect: number;
  height: number;
}

/**
 * Constant-velocity Kalman filter on (centre x, centre y, aspect, height) with noise in proportion to the height
 * (Wojke, Bewley, Paulus 2017). Its noise is diagonal and no coordinate moves another, so the 8x8 covariance is four 2x2 ones.
 */
export class BoxFilter {
  private readonly x: Axis;
  private readonly y: Axis;
  private readonly aspect: Axis;
  private readonly height: Axis;

  constructor(first: Measure) {
    const { position, velocity } = noise(first.height);
    this.x = new Axis(first.centerX, 2 * position, 10 * velocity);
    this.y = new Axis(first.centerY, 2 * position, 10 * velocity);
    this.aspect = new Axis(first.aspect, ASPECT_NOISE, ASPECT_VELOCITY_NOISE);
    this.height = new Axis(first.height, 2 * position, 10 * velocity);
  }

  /** Moves on by that many frames. A box that is not seen keeps its size: its height would drift without bound. */
  predict(frames: number, seen: boolean): void {
    if (!seen) this.height.velocity = 0;
    const { position, velocity } = noise(this.height.value);
    this.x.predict(frames, position, velocity);
    this.y.predict(frames, position, velocity);
    this.aspect.predict(frames, ASPECT_NOISE, ASPECT_VELOCITY_NOISE);
    this.height.predict(frames, position, velocity);
  }

  correct(measured: Measure): void {
    const { position } = noise(this.height.value);
    this.x.correct(measured.centerX, position);
    this.y.correct(measured.centerY, position);
    this.aspect.correct(measured.aspect, ASPECT_MEASURE_NOISE);
    this.height.correct(measured.height, position);
  }

  get box(): [number, number, number, number] {
    const height = Math.max(this.height.value, 0);
    const width = Math.max(this.aspect.value * height, 0);
    const left = this.x.value - width / 2;
    const top = this.y.value - height / 2;
    return [left, top, left + width, top + height];
  }
}

export function measureOf([x1, y1, x2, y2]: readonly [number, number, number, number]): Measure {
  // A box of no height has no aspect; a pixel's fraction keeps the filter finite.
  const height = Math.max(y2 - y1, 1e-3);
  return { centerX: (x1 + x2) / 2, centerY: (y1 + y2) / 2, aspect: (x2 - x1) / height, height };
}

const ASPECT_NOISE = 1e-2;
const ASPECT_VELOCITY_NOISE = 1e-5;
const ASPECT_MEASURE_NOISE = 1e-1;

/** Standard deviations of a coordinate in pixels and of its velocity in pixels a frame. */
function noise(height: number): { position: number; velocity: number } {
  return { position: height / 20, velocity: height / 160 };
}

/** One coordinate with its velocity; covariance [[pp, pv], [pv, vv]]. */
class Axis {
  value: number;
  velocity = 0;
  private pp: number;
  private pv = 0;
  private vv: number;

  constructor(value: number, deviation: number, velocityDeviation: number) {
    this.value = value;
    this.pp = deviation ** 2;
    this.vv = velocityDeviation ** 2;
  }

  predict(frames: number, deviation: number, velocityDeviation: number): void {
    this.value += this.velocity * frames;
    this.pp += frames * (2 * this.pv + frames * this.vv) + deviation ** 2 * frames;
    this.pv += frames * this.vv;
    this.vv += velocityDeviation ** 2 * frames;
  }

  correct(measured: number, deviation: number): void {
    const uncertainty = this.pp + deviation ** 2;
    const gain = this.pp / uncertainty;
    const velocityGain = this.pv / uncertainty;
    const surprise = measured - this.value;
    this.value += gain * surprise;
    this.velocity += velocityGain * surprise;
    this.vv -= velocityGain * this.pv;
    this.pv -= gain * this.pv;
    this.pp -= gain * this.pp;
  }
}
