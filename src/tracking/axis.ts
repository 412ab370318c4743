/** One coordinate with its velocity, followed by a Kalman filter; covariance [[pp, pv], [pv, vv]]. Noises are variances. */
export class Axis {
  value: number;
  velocity = 0;
  private pp: number;
  private pv = 0;
  private vv: number;

  constructor(value: number, variance: number, velocityVariance: number) {
    this.value = value;
    this.pp = variance;
    this.vv = velocityVariance;
  }

  predict(frames: number, noise: number, velocityNoise: number): void {
    this.value += this.velocity * frames;
    this.pp += frames * (2 * this.pv + frames * this.vv) + noise * frames;
    this.pv += frames * this.vv;
    this.vv += velocityNoise * frames;
  }

  correct(measured: number, noise: number): void {
    const uncertainty = this.pp + noise;
    const gain = this.pp / uncertainty;
    const velocityGain = this.pv / uncertainty;
    const surprise = measured - this.value;
    this.value += gain * surprise;
    this.velocity += velocityGain * surprise;
    this.vv -= velocityGain * this.pv;
    this.pv -= gain * this.pv;
    this.pp -= gain * this.pp;
  }

  /** Scales the coordinate, and moves it: what a turn of the camera does to it. */
  transform(scale: number, shift: number): void {
    this.value = scale * this.value + shift;
    this.velocity *= scale;
    this.pp *= scale ** 2;
    this.pv *= scale ** 2;
    this.vv *= scale ** 2;
  }

  copy(): Axis {
    const copy = new Axis(this.value, this.pp, this.vv);
    copy.velocity = this.velocity;
    copy.pv = this.pv;
    return copy;
  }
}
