/** Strides of the feature maps that anchor-free YOLO models predict on, finest first. */
export const STRIDES = [8, 16, 32] as const;

/** Number of cells of all feature maps of an input, or null when its sides are no multiples of the coarsest stride. */
export function cellCount(width: number, height: number): number | null {
  const coarsest = Math.max(...STRIDES);
  if (width % coarsest !== 0 || height % coarsest !== 0) return null;
  return STRIDES.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
}
