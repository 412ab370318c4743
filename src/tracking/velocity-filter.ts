export type Velocity = readonly [number, number];

/** Velocities of tracks in pixels a frame, smoothed over their last measures, and given for some frames without one. */
export class VelocityFilter {
  private readonly tracks = new Map<number, Tracked>();
  private readonly window: number;

  /** `window` is how many measures a velocity is smoothed over, and at most how many frames without one it is given for. */
  constructor(window: number) {
    this.window = window;
  }

  has(id: number): boolean {
    return this.tracks.has(id);
  }

  /** Takes the measures of a frame, by track; the velocities of all tracks that are known. */
  update(measured: ReadonlyMap<number, Velocity>): Map<number, Velocity> {
    for (const [id, velocity] of measured) this.measure(id, velocity);
    const told = new Map<number, Velocity>();
    for (const [id, track] of this.tracks) {
      told.set(id, track.velocity);
      track.variance += DRIFT;
      if (measured.has(id)) continue;
      track.last.shift();
      if (track.last.length === 0) this.tracks.delete(id);
    }
    return told;
  }

  private measure(id: number, velocity: Velocity): void {
    const track = this.tracks.get(id);
    if (track === undefined) {
      this.tracks.set(id, { velocity, variance: 1, last: [velocity] });
      return;
    }
    track.last.unshift(velocity);
    if (track.last.length > this.window) track.last.pop();
    const gain = track.variance / (track.variance + MEASURE_NOISE);
    const [x, y] = meanOf(track.last);
    track.velocity = [
      track.velocity[0] + gain * (x - track.velocity[0]),
      track.velocity[1] + gain * (y - track.velocity[1]),
    ];
    track.variance -= gain * track.variance;
  }
}

interface Tracked {
  velocity: Velocity;
  variance: number;
  /** The newest first. */
  last: Velocity[];
}

const DRIFT = 0.001;
const MEASURE_NOISE = 0.01;

function meanOf(velocities: readonly Velocity[]): Velocity {
  const sum = velocities.reduce<[number, number]>(([x, y], velocity) => [x + velocity[0], y + velocity[1]], [0, 0]);
  return [sum[0] / velocities.length, sum[1] / velocities.length];
}
