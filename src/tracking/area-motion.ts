import type { Box } from "../geometry/box-overlap.ts";
import { Axis } from "./axis.ts";
import { type BoxMotion, boxAround, centerOf, LEAST_EXTENT } from "./box-motion.ts";

/** Centre, area and proportions, of which the proportions do not drift (Bewley et al. 2016, "Simple Online and Realtime Tracking"). */
export class AreaMotion implements BoxMotion {
  private readonly x: Axis;
  private readonly y: Axis;
  private readonly area: Axis;
  private readonly aspect: Axis;

  constructor(from: Box | AreaMotion) {
    const { x, y, area, aspect } = from instanceof AreaMotion ? from.copies() : opened(from);
    this.x = x;
    this.y = y;
    this.area = area;
    this.aspect = aspect;
  }

  predict(frames: number): void {
    if (this.area.value + frames * this.area.velocity <= 0) this.area.velocity = 0;
    this.x.predict(frames, DRIFT, VELOCITY_DRIFT);
    this.y.predict(frames, DRIFT, VELOCITY_DRIFT);
    this.area.predict(frames, DRIFT, AREA_VELOCITY_DRIFT);
    this.aspect.predict(frames, DRIFT, 0);
  }

  correct(box: Box): void {
    const { x, y, area, aspect } = measureOf(box);
    this.x.correct(x, POSITION_NOISE);
    this.y.correct(y, POSITION_NOISE);
    this.area.correct(area, SIZE_NOISE);
    this.aspect.correct(aspect, SIZE_NOISE);
  }

  get box(): Box {
    const area = Math.max(this.area.value, 0);
    const width = Math.sqrt(area * Math.max(this.aspect.value, 0));
    const height = width > 0 ? area / width : 0;
    return boxAround({ x: this.x.value, y: this.y.value, width, height });
  }

  private copies() {
    return { x: this.x.copy(), y: this.y.copy(), area: this.area.copy(), aspect: this.aspect.copy() };
  }
}

function opened(box: Box) {
  const { x, y, area, aspect } = measureOf(box);
  return {
    x: new Axis(x, FIRST, FIRST_VELOCITY),
    y: new Axis(y, FIRST, FIRST_VELOCITY),
    area: new Axis(area, FIRST, FIRST_VELOCITY),
    aspect: new Axis(aspect, FIRST, 0),
  };
}

function measureOf(box: Box) {
  const { x, y, width, height } = centerOf(box);
  const some = Math.max(height, LEAST_EXTENT);
  return { x, y, area: Math.max(width, LEAST_EXTENT) * some, aspect: Math.max(width, LEAST_EXTENT) / some };
}

// Variances, of the paper's implementation.
const FIRST = 10;
const FIRST_VELOCITY = 1e4;
const DRIFT = 1;
const VELOCITY_DRIFT = 1e-2;
const AREA_VELOCITY_DRIFT = 1e-4;
const POSITION_NOISE = 1;
const SIZE_NOISE = 10;
