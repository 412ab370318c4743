/** Share of a normal distribution that lies below so many deviations from its mean. */
export function normalShareBelow(deviations: number): number {
  return 0.5 * (1 + errorFunction(deviations / Math.SQRT2));
}

/** By a series of terms of one sign, so that nothing cancels out. */
function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  let term = size;
  let sum = size;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * size * size) / (2 * n + 1);
    sum += term;
  }
  return (Math.sign(x) * 2 * Math.exp(-size * size) * sum) / Math.sqrt(Math.PI);
}
