import type { Box } from "../../geometry/box-overlap.ts";
import { type CameraShift, cameraShift, type PointMove } from "../../tracking/camera-shift.ts";
import { cornerPoints } from "../../vision/features/corner-points.ts";
import { flowOf } from "../../vision/features/optical-flow.ts";
import { type Pyramid, pyramidOf, shrunk } from "../../vision/features/pyramid.ts";
import { greyOf } from "../../vision/grey.ts";
import type { Raster } from "../../vision/raster.ts";

/** Finds what a camera did from one picture to the next, by points of what stands still. */
export class CameraMotion {
  private readonly downscale: number;
  private before: Pyramid | null = null;
  /** Where objects were in the picture before. */
  private areas: readonly Box[] = [];

  /** `downscale` is how many times smaller the pictures are made first. */
  constructor(downscale: number) {
    this.downscale = downscale;
  }

  /** Null for a first picture, one of another size, and where it cannot be found. `objects` are boxes in which things move by themselves. */
  next(picture: Raster, objects: readonly Box[]): CameraShift | null {
    const { downscale, before, areas } = this;
    const after = pyramidOf(shrunk(greyOf(picture), downscale), LEVELS);
    this.before = after;
    this.areas = objects.map((box) => box.map((side) => side / downscale) as unknown as Box);
    const [old, now] = [before?.[0], after[0]];
    if (before === null || old === undefined || now === undefined) return null;
    if (old.width !== now.width || old.height !== now.height) return null;
    const cell = Math.max(LEAST_CELL, Math.round(Math.max(now.width, now.height) / CELLS));
    const moves = cornerPoints(old, cell, areas).flatMap((from): PointMove[] => {
      const to = flowOf(before, after, from);
      return to === null ? [] : [{ from, to }];
    });
    const shift = cameraShift(moves);
    return shift === null ? null : { scale: shift.scale, x: shift.x * downscale, y: shift.y * downscale };
  }
}

const LEVELS = 4;
/** Cells along the longer side that a point is looked for in. */
const CELLS = 14;
const LEAST_CELL = 8;
