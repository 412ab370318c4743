import type { Box } from "../geometry/box-overlap.ts";
import { Axis } from "./axis.ts";
import { type BoxMotion, boxAround, type Center, centerOf, LEAST_EXTENT } from "./box-motion.ts";
import type { CameraShift } from "./camera-shift.ts";

/** Centre, width and height, with noise in proportion to the size (Aharon et al. 2022, "BoT-SORT"). */
export class SizeMotion implements BoxMotion {
  private readonly x: Axis;
  private readonly y: Axis;
  private readonly width: Axis;
  private readonly height: Axis;

  constructor(first: Box) {
    const { x, y, width, height } = centerOf(first);
    const open = (value: number, extent: number) => {
      const { position, velocity } = noise(extent);
      return new Axis(value, 4 * position, 100 * velocity);
    };
    this.x = open(x, width);
    this.y = open(y, height);
    this.width = open(width, width);
    this.height = open(height, height);
  }

  predict(frames: number): void {
    const [across, down] = [noise(this.width.value), noise(this.height.value)];
    this.x.predict(frames, across.position, across.velocity);
    this.y.predict(frames, down.position, down.velocity);
    this.width.predict(frames, across.position, across.velocity);
    this.height.predict(frames, down.position, down.velocity);
    this.keepExtent();
  }

  correct(box: Box): void {
    const measured: Center = centerOf(box);
    const [across, down] = [noise(this.width.value), noise(this.height.value)];
    this.x.correct(measured.x, across.position);
    this.y.correct(measured.y, down.position);
    this.width.correct(measured.width, across.position);
    this.height.correct(measured.height, down.position);
    this.keepExtent();
  }

  /** Takes the box along with what the camera did since the last picture. */
  follow({ scale, x, y }: CameraShift): void {
    this.x.transform(scale, x);
    this.y.transform(scale, y);
    this.width.transform(scale, 0);
    this.height.transform(scale, 0);
  }

  get box(): Box {
    return boxAround({ x: this.x.value, y: this.y.value, width: this.width.value, height: this.height.value });
  }

  private keepExtent(): void {
    this.width.value = Math.max(this.width.value, LEAST_EXTENT);
    this.height.value = Math.max(this.height.value, LEAST_EXTENT);
  }
}

/** Variances of a coordinate in pixels and of its velocity in pixels a frame. */
function noise(extent: number): { position: number; velocity: number } {
  const some = Math.max(extent, LEAST_EXTENT);
  return { position: (some / 20) ** 2, velocity: (some / 160) ** 2 };
}
