import type { Box } from "../geometry/box-overlap.ts";
import { Axis } from "./axis.ts";
import type { BoxMotion } from "./box-motion.ts";

/** The four sides by themselves, with noise of a tenth of a pixel whatever the size. */
export class CornerMotion implements BoxMotion {
  private readonly sides: readonly [Axis, Axis, Axis, Axis];

  constructor([left, top, right, bottom]: Box) {
    this.sides = [new Axis(left, 1, 1), new Axis(top, 1, 1), new Axis(right, 1, 1), new Axis(bottom, 1, 1)];
  }

  predict(frames: number): void {
    for (const side of this.sides) side.predict(frames, DRIFT, DRIFT);
  }

  correct(box: Box): void {
    this.sides.forEach((side, i) => {
      side.correct(box[i] ?? 0, MEASURE_NOISE);
    });
  }

  get box(): Box {
    const [left, top, right, bottom] = this.sides;
    return [left.value, top.value, right.value, bottom.value];
  }
}

const DRIFT = 0.01;
const MEASURE_NOISE = 0.1;
