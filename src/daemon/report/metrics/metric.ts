import { Counter, Gauge, Histogram, type HistogramConfiguration, type Registry } from "prom-client";
import type { CountedTimes } from "../../timing/time-histogram.ts";

/** A value and what it is of. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

export interface MetricDeclaration {
  /** `millrace_<area>_<thing>_<unit>`, and `_total` for what only grows. */
  name: string;
  help: string;
  labels?: readonly string[];
  /** The values of now; those that exist elsewhere are read when they are asked for, not kept twice. */
  read: () => readonly Sample[];
}

/** Adds a metric whose values are read at each scrape: a counter if its name ends so. */
export function addMetric(registry: Registry, { name, help, labels = [], read }: MetricDeclaration): void {
  const shared = { name, help, labelNames: [...labels], registers: [registry] };
  if (name.endsWith("_total")) {
    new Counter({
      ...shared,
      collect() {
        this.reset();
        for (const [labelled, value] of read()) this.inc({ ...labelled }, value);
      },
    });
  } else {
    new Gauge({
      ...shared,
      collect() {
        this.reset();
        for (const [labelled, value] of read()) this.set({ ...labelled }, value);
      },
    });
  }
}

export function flag(is: boolean): number {
  return is ? 1 : 0;
}

export interface HistogramDeclaration extends Pick<MetricDeclaration, "name" | "help" | "labels"> {
  /** The counts of now, of buckets with these upper ends in milliseconds. */
  boundsMs: readonly number[];
  read: () => readonly (readonly [labels: Sample[0], counted: CountedTimes])[];
}

/** Adds a histogram that is counted elsewhere, in seconds. */
export function addHistogram(registry: Registry, declaration: HistogramDeclaration): void {
  const { name, help, labels = [] } = declaration;
  registry.registerMetric(
    new CountedHistogram(declaration, { name, help, labelNames: [...labels], buckets: [], registers: [] }),
  );
}

class CountedHistogram extends Histogram {
  readonly #declaration: HistogramDeclaration;
  /** What the package says of it beside its values. */
  readonly #empty: Histogram;

  constructor(declaration: HistogramDeclaration, settings: HistogramConfiguration<string>) {
    super(settings);
    this.#declaration = declaration;
    this.#empty = new Histogram(settings);
  }

  override async get(): ReturnType<Histogram["get"]> {
    const values = this.#declaration.read().flatMap(([labels, counted]) => this.#valuesOf(labels, counted));
    return { ...(await this.#empty.get()), values };
  }

  /** What the registry calls for its text where a metric has it. */
  getForPromString(): ReturnType<Histogram["get"]> {
    return this.get();
  }

  #valuesOf(labels: Sample[0], { counts, sumMs }: CountedTimes) {
    const { name, boundsMs } = this.#declaration;
    let sum = 0;
    const buckets = counts.map((count, i) => {
      sum += count;
      const le = boundsMs[i] === undefined ? "+Inf" : boundsMs[i] / 1000;
      return { labels: { ...labels, le }, value: sum, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: sumMs / 1000, metricName: `${name}_sum` },
      { labels, value: sum, metricName: `${name}_count` },
    ];
  }
}
