import { Counter, Gauge, type Registry } from "prom-client";

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
