import type { Box } from "../geometry/box-overlap.ts";
import { Axis } from "./axis.ts";
import { type BoxMotion, boxAround, centerOf, LEAST_EXTENT } from "./box-motion.ts";

/** Centre, width / height and height, with noise in proportion to the height (Wojke, Bewley, Paulus 2017). */
export class HeightMotion implements BoxMotion {
  private readonly x: Axis;
  private readonly y: Axis;
  private readonly aspect: Axis;
  private readonly height: Axis;

  constructor(first: Box) {
    const { x, y, aspect, height } = measureOf(first);
    const { position, velocity } = noise(height);
    this.x = new Axis(x, 4 * position, 100 * velocity);
    this.y = new Axis(y, 4 * position, 100 * velocity);
    this.aspect = new Axis(aspect, ASPECT_NOISE, ASPECT_VELOCITY_NOISE);
    this.height = new Axis(height, 4 * position, 100 * velocity);
  }

  /** A box that is not seen keeps its size: its height would drift without bound. */
  predict(frames: number, isSeen: boolean): void {
    if (!isSeen) this.height.velocity = 0;
    const { position, velocity } = noise(this.height.value);
    this.x.predict(frames, position, velocity);
    this.y.predict(frames, position, velocity);
    this.aspect.predict(frames, ASPECT_NOISE, ASPECT_VELOCITY_NOISE);
    this.height.predict(frames, position, velocity);
  }

  correct(box: Box): void {
    const measured = measureOf(box);
    const { position } = noise(this.height.value);
    this.x.correct(measured.x, position);
    this.y.correct(measured.y, position);
    this.aspect.correct(measured.aspect, ASPECT_MEASURE_NOISE);
    this.height.correct(measured.height, position);
  }

  get box(): Box {
    const height = Math.max(this.height.value, 0);
    const width = Math.max(this.aspect.value * height, 0);
    return boxAround({ x: this.x.value, y: this.y.value, width, height });
  }
}

function measureOf(box: Box) {
  const { x, y, width, height } = centerOf(box);
  const some = Math.max(height, LEAST_EXTENT);
  return { x, y, aspect: width / some, height: some };
}

const ASPECT_NOISE = 1e-4;
const ASPECT_VELOCITY_NOISE = 1e-10;
const ASPECT_MEASURE_NOISE = 1e-2;

/** Variances of a coordinate in pixels and of its velocity in pixels a frame. */
function noise(height: number): { position: number; velocity: number } {
  return { position: (height / 20) ** 2, velocity: (height / 160) ** 2 };
}
