import { StepError } from "../../base/errors.ts";
import { pythonLiteral, pythonText } from "../../query/python-text.ts";
import { asNumber, elementsOf, orderOf, sizeOf } from "../../query/python-values.ts";

export const AGGREGATION_MODES = [
  "sum",
  "avg",
  "max",
  "min",
  "count",
  "distinct",
  "count_distinct",
  "values_counts",
  "values_difference",
] as const;

export type AggregationMode = (typeof AGGREGATION_MODES)[number];

/** Sums values up in one way. */
export interface Aggregate {
  add(value: unknown): void;
  /** Null while it had no values that it could tell anything of. */
  readonly result: unknown;
}

/** Begins to sum up; `name` is that of the values, for messages. */
export function openAggregate(mode: AggregationMode, name: string): Aggregate {
  return OPEN[mode](name);
}

const OPEN: Readonly<Record<AggregationMode, (name: string) => Aggregate>> = {
  sum: (name) => new Numbers(name, "sum"),
  avg: (name) => new Numbers(name, "avg"),
  max: (name) => new Extreme(name, 1),
  min: (name) => new Extreme(name, -1),
  values_difference: (name) => new Numbers(name, "values_difference"),
  count: () => new Count(),
  distinct: (name) => new Distinct(name, "distinct"),
  count_distinct: (name) => new Distinct(name, "count_distinct"),
  values_counts: (name) => new Distinct(name, "values_counts"),
};

interface Sums {
  sum: number;
  count: number;
  most: number;
  least: number;
}

const OF_SUMS = {
  sum: ({ sum }: Sums) => sum,
  avg: ({ sum, count }: Sums) => (count === 0 ? null : sum / count),
  values_difference: ({ most, least, count }: Sums) => (count === 0 ? null : most - least),
};

class Numbers implements Aggregate {
  private readonly sums: Sums = { sum: 0, count: 0, most: -Infinity, least: Infinity };
  private readonly name: string;
  private readonly way: keyof typeof OF_SUMS;

  constructor(name: string, way: keyof typeof OF_SUMS) {
    this.name = name;
    this.way = way;
  }

  add(value: unknown): void {
    const number = asNumber(value);
    if (number === undefined) throw unfit(this.name, value, "a number");
    this.sums.sum += number;
    this.sums.count++;
    this.sums.most = Math.max(this.sums.most, number);
    this.sums.least = Math.min(this.sums.least, number);
  }

  get result(): number | null {
    return OF_SUMS[this.way](this.sums);
  }
}

/** Greatest value (sign 1) or least (sign -1) of those that can be compared. */
class Extreme implements Aggregate {
  result: unknown = null;
  private isEmpty = true;
  private readonly name: string;
  private readonly sign: 1 | -1;

  constructor(name: string, sign: 1 | -1) {
    this.name = name;
    this.sign = sign;
  }

  add(value: unknown): void {
    if (!this.isEmpty) {
      const order = orderOf(value, this.result);
      if (order === undefined) throw unfit(this.name, value, `something to compare with ${pythonLiteral(this.result)}`);
      if (order * this.sign <= 0) return;
    }
    this.isEmpty = false;
    this.result = value;
  }
}

/** What has a length counts as many times. */
class Count implements Aggregate {
  result = 0;

  add(value: unknown): void {
    this.result += sizeOf(value) ?? 1;
  }
}

interface Found {
  value: unknown;
  times: number;
}

const OF_FOUND = {
  distinct: (found: Found[]) => found.map(({ value }) => value),
  count_distinct: (found: Found[]) => found.length,
  values_counts: (found: Found[]) => Object.fromEntries(found.map(({ value, times }) => [pythonText(value), times])),
};

class Distinct implements Aggregate {
  private readonly found = new Map<string | number, Found>();
  private readonly name: string;
  private readonly way: keyof typeof OF_FOUND;

  constructor(name: string, way: keyof typeof OF_FOUND) {
    this.name = name;
    this.way = way;
  }

  /** Of a list what is in it. */
  add(value: unknown): void {
    const elements = Array.isArray(value) ? (elementsOf(value) ?? []) : [value];
    for (const element of elements) {
      const key = this.keyOf(element);
      const known = this.found.get(key);
      if (known !== undefined) known.times++;
      else this.found.set(key, { value: element, times: 1 });
    }
  }

  get result(): unknown {
    return OF_FOUND[this.way]([...this.found.values()]);
  }

  /** Equal for values that Python takes for the same, such as 1 and True. */
  private keyOf(value: unknown): string | number {
    if (typeof value === "string") return `text ${value}`;
    if (value === null || value === undefined) return "None";
    const number = asNumber(value);
    if (number !== undefined) return number;
    throw unfit(this.name, value, "a text, a number, a truth value or a list of those");
  }
}

function unfit(name: string, value: unknown, expected: string): StepError {
  const found = pythonLiteral(value).slice(0, 80);
  return new StepError("STEP_INPUT", `data: "${name}" is ${found}, expected ${expected}`);
}

/** Of which the sums of a stretch are made. */
export const AGGREGATES = [Numbers, Extreme, Count, Distinct];
