import { roundHalfEven } from "../../../base/round-half-even.ts";
import type { Raster } from "../../raster.ts";
import { DESCRIPTOR_LENGTH, descriptorOf } from "./descriptor.ts";
import { type Extremum, extremaOf } from "./extrema.ts";
import { orientationsOf } from "./orientations.ts";
import { type Octave, scaleSpace } from "./scale-space.ts";

/** A place that is found again in another picture, whatever its size and turn. */
export interface Feature {
  x: number;
  y: number;
  /** Diameter of what it is about. */
  size: number;
  /** Degrees with the clock from the right. */
  angle: number;
  /** Contrast, as a share of white. */
  response: number;
  /** Octave, layer and place between layers, packed as OpenCV does. */
  octave: number;
  /** 128 whole numbers up to 255. */
  descriptor: Uint8Array;
}

export { DESCRIPTOR_LENGTH };

/**
 * Features of a picture, from the left. (D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60, 2004; choices
 * that the paper leaves open are those of OpenCV.)
 */
export function sift(raster: Raster<1>): Feature[] {
  const found = scaleSpace(raster).flatMap((octave, i) => {
    return extremaOf(octave).flatMap((extremum) => featuresAt(octave, { extremum, octaveIndex: i }));
  });
  return distinct(found.sort(order));
}

/** One for each direction. The first octave is twice as large as the picture. */
function featuresAt(
  { layers }: Octave,
  { extremum, octaveIndex }: { extremum: Extremum; octaveIndex: number },
): Feature[] {
  const { layer, x, y, scale, beyond, contrast } = extremum;
  const unit = 2 ** (octaveIndex - 1);
  const octave = ((octaveIndex - 1) & 255) | (layer << 8) | (roundHalfEven((beyond + 0.5) * 255) << 16);
  return orientationsOf(layers[layer]!, extremum).map((orientation) => ({
    x: x * unit,
    y: y * unit,
    size: 2 * scale * unit,
    angle: orientation === 0 ? 0 : 360 - orientation,
    response: contrast,
    octave,
    descriptor: descriptorOf(layers[layer]!, { x, y, orientation, scale }),
  }));
}

function order(a: Feature, b: Feature): number {
  return a.x - b.x || a.y - b.y || b.size - a.size || a.angle - b.angle;
}

function distinct(features: readonly Feature[]): Feature[] {
  return features.filter((feature, i) => i === 0 || order(features[i - 1]!, feature) !== 0);
}
