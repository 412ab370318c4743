import type { Detection, Detections } from "../../kinds/detections.ts";

export interface ControlSettings {
  /** Pixels around the middle in which an object may be. */
  deadZone: number;
  flipX: boolean;
  flipY: boolean;
  leastSpeed: number;
  zooms: boolean;
  gains: { p: number; i: number; d: number };
}

export interface Speeds {
  pan: number;
  tilt: number;
  zoom: number;
}

/** Part of the picture that a followed object fills, in its longer direction, and how far from that it may be. */
const FILLED = 0.5;
const FILL_TOLERANCE = 0.15;

/** Keeps one object in the middle of the picture: a controller with proportional, integral and differential part for each axis. */
export class PtzControl {
  #tracker: number | null = null;
  readonly #axes = { x: new Axis(), y: new Axis() };

  /** The object to follow: the one that was followed while it is there, else the one of the highest confidence. */
  target({ items }: Detections, follows: boolean): Detection | null {
    const known = follows
      ? items.find(({ trackerId }) => trackerId !== undefined && trackerId === this.#tracker)
      : null;
    const found = known ?? items.toSorted((one, other) => other.confidence - one.confidence)[0] ?? null;
    const tracker = found?.trackerId ?? null;
    if (found === null || tracker !== this.#tracker) this.reset();
    this.#tracker = tracker;
    return found;
  }

  speeds(
    target: Detection,
    picture: { width: number; height: number },
    settings: ControlSettings,
    seconds: number,
  ): Speeds {
    const [x1, y1, x2, y2] = target.box;
    const { deadZone, gains, leastSpeed } = settings;
    const offset = { x: (x1 + x2 - picture.width) / 2, y: (y1 + y2 - picture.height) / 2 };
    const speed = (axis: "x" | "y", half: number, flips: boolean) => {
      if (Math.abs(offset[axis]) <= deadZone) return this.#axes[axis].rest();
      const found = this.#axes[axis].step(offset[axis] / half, gains, seconds);
      const bounded = Math.sign(found) * Math.min(1, Math.max(leastSpeed, Math.abs(found)));
      return flips ? -bounded : bounded;
    };
    const pan = speed("x", picture.width / 2, settings.flipX);
    const tilt = speed("y", picture.height / 2, settings.flipY);
    const fill = Math.max((x2 - x1) / picture.width, (y2 - y1) / picture.height);
    const lacks = settings.zooms && Math.abs(FILLED - fill) > FILL_TOLERANCE;
    return { pan, tilt, zoom: lacks ? Math.max(-1, Math.min(1, FILLED - fill)) : 0 };
  }

  reset(): void {
    this.#axes.x.rest();
    this.#axes.y.rest();
  }
}

class Axis {
  #sum = 0;
  #last: number | null = null;

  step(error: number, { p, i, d }: ControlSettings["gains"], seconds: number): number {
    // What a long way adds up to must not carry the camera past the object.
    this.#sum = Math.max(-1, Math.min(1, this.#sum + error * seconds));
    const change = this.#last === null || seconds <= 0 ? 0 : (error - this.#last) / seconds;
    this.#last = error;
    const found = p * error + i * this.#sum + d * change;
    // Braking is left to the dead zone: a camera that turns away from its object loses it.
    return Math.sign(found) === Math.sign(error) ? found : 0;
  }

  rest(): 0 {
    this.#sum = 0;
    this.#last = null;
    return 0;
  }
}
