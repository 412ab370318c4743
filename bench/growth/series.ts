/** Something whose cost is measured at several sizes. */
export interface Series {
  name: string;
  /** Prepares it at one size; what it returns is called once for each round. */
  open: (count: number) => Round | Promise<Round>;
}

/** Prepares a round, outside of what is measured, and returns it. */
export type Round = (at: number) => () => unknown;

export interface Growth {
  name: string;
  /** Milliseconds of processor time of one round at each size; null where it would have taken too long. */
  costs: (number | null)[];
  /** Slope of the costs over the sizes from the last but one decade on, both as logarithms. */
  exponent: number;
}

const ENOUGH_MS = 60;
const ROUNDS = 200;
const TOO_LONG_MS = 20_000;

export async function measureGrowth({ name, open }: Series, sizes: readonly number[]): Promise<Growth> {
  const costs: (number | null)[] = [];
  for (const size of sizes) {
    const [before = 0, last = 0] = costs.slice(-2);
    // As if it grew as it did before.
    const expected = before && last ? (last * last) / before : 0;
    costs.push(last === null || expected > TOO_LONG_MS ? null : await costOf(await open(size)));
  }
  return { name, costs, exponent: exponentOf(sizes, costs) };
}

/** The median of rounds until there is enough to go by. */
async function costOf(round: Round): Promise<number> {
  const times: number[] = [];
  let sum = 0;
  for (let at = 0; at < 3 || (sum < ENOUGH_MS && at < ROUNDS); at++) {
    const run = round(at);
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    sum += (user + system) / 1000;
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

export function exponentOf(sizes: readonly number[], costs: readonly (number | null)[]): number {
  const known = costs.flatMap((cost, i) => (cost === null ? [] : [[Math.log(sizes[i] ?? 1), Math.log(cost)] as const]));
  const [from, to] = [known.at(-2), known.at(-1)];
  return from && to ? (to[1] - from[1]) / (to[0] - from[0]) : 0;
}
