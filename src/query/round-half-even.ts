/** Python's `round(value, digits)`: the nearest decimal of the exact binary value, ties to the even digit. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > FINEST) return value;
  if (digits < -FINEST) return 0;
  const { numerator, shift } = exactly(Math.abs(value));
  const scaled = numerator * 10n ** BigInt(Math.max(digits, 0));
  const divisor = (1n << BigInt(shift)) * 10n ** BigInt(Math.max(-digits, 0));
  const below = scaled / divisor;
  const twice = (scaled % divisor) * 2n;
  const isUp = twice > divisor || (twice === divisor && below % 2n === 1n);
  const rounded = Number(`${isUp ? below + 1n : below}e${-digits}`);
  return value < 0 ? -rounded : rounded;
}

/** No double has a digit beyond this many places from the point. */
const FINEST = 1074;

/** A double of at least 0 as the fraction `numerator / 2 ** shift`. */
function exactly(value: number): { numerator: bigint; shift: number } {
  let whole = value;
  let shift = 0;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift++;
  }
  return { numerator: BigInt(whole), shift };
}
