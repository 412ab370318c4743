import { equalizeLocally } from "./contrast/equalize-locally.ts";
import { matchFeatures } from "./features/match-features.ts";
import { matchTemplate } from "./features/match-template.ts";
import { DESCRIPTOR_LENGTH, type Feature, sift } from "./features/sift/sift.ts";
import { stitch } from "./features/stitch.ts";
import { bilateral } from "./filters/bilateral.ts";
import { boxMean } from "./filters/box-mean.ts";
import type { Edge } from "./filters/edge.ts";
import { gaussian } from "./filters/gaussian.ts";
import { median } from "./filters/median.ts";
import type { Raster } from "./raster.ts";
import { type Lens, undistort, undistortWide } from "./warps/undistort.ts";
import { rotate } from "./warps/warp.ts";

/**
 * Kernels that take more than 20 ms for a picture of 1280x720, by name. What they get and give is plain data, so that they may run on
 * another thread.
 */
export const KERNELS = {
  sift: (raster: Raster<1>) => inOneBuffer(sift(raster)),
  matchFeatures,
  stitch,
  matchTemplate,
  undistort: (raster: Raster, lens: Lens): Raster => undistort(raster, lens),
  undistortWide: (raster: Raster, lens: Lens): Raster => undistortWide(raster, lens),
  boxMean: (raster: Raster, size: number, edge: Edge): Raster => boxMean(raster, size, edge),
  gaussian: (raster: Raster, size: number, edge: Edge): Raster => gaussian(raster, size, edge),
  median: (raster: Raster, size: number): Raster => median(raster, size),
  bilateral: (raster: Raster, settings: Parameters<typeof bilateral>[1]): Raster => bilateral(raster, settings),
  equalizeLocally: (raster: Raster): Raster => equalizeLocally(raster),
  rotate: (raster: Raster, degrees: number): Raster => rotate(raster, degrees),
} as const;

export type Kernels = typeof KERNELS;
export type KernelName = keyof Kernels;
export type Given<N extends KernelName> = Parameters<Kernels[N]>;
export type Made<N extends KernelName> = Awaited<ReturnType<Kernels[N]>>;
type Kernel<N extends KernelName> = (...given: Given<N>) => Made<N> | Promise<Made<N>>;

/** Runs a kernel by its name. */
export async function runKernel<N extends KernelName>(name: N, given: Given<N>): Promise<Made<N>> {
  // The compiler does not see that a name and what is given belong together.
  return (KERNELS[name] as unknown as Kernel<N>)(...given);
}

/** Descriptors as parts of one piece of memory, which travels as a whole. */
function inOneBuffer(features: readonly Feature[]): Feature[] {
  const all = new Uint8Array(features.length * DESCRIPTOR_LENGTH);
  return features.map((feature, i) => {
    const descriptor = all.subarray(i * DESCRIPTOR_LENGTH, (i + 1) * DESCRIPTOR_LENGTH);
    descriptor.set(feature.descriptor);
    return { ...feature, descriptor };
  });
}
