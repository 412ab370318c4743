/** Significant bits of a number of half precision, in which the reference tells measures of rectangles. */
const BITS = 11;

/** The nearest number of half precision, of two equally near ones the even one. */
export function halfPrecision(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - BITS + 1);
  const scaled = Math.abs(value) / unit;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const rounded = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return Math.sign(value) * rounded * unit;
}
