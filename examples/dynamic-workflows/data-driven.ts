import { direct, dynamic, kind, pipeline, step } from "millrace";

// What the data are decides which steps there are.

type Column = readonly (string | number)[];

const normalise = step(
  { name: "normalise", inputs: { column: kind.list }, outputs: { feature: kind.list } },
  ({ column }) => {
    const numbers = column as number[];
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return { feature: numbers.map((value) => (high === low ? 0 : (value - low) / (high - low))) };
  },
);

const encode = step(
  { name: "encode", inputs: { column: kind.list }, outputs: { feature: kind.list } },
  ({ column }) => {
    const classes = [...new Set(column as string[])].sort();
    return { feature: column.map((value) => classes.map((one) => (one === value ? 1 : 0))) };
  },
);

const addFeature = step(
  {
    name: "add_feature",
    inputs: { features: kind.dictionary, name: kind.string, feature: kind.list },
    outputs: { features: kind.dictionary },
  },
  ({ features, name, feature }) => ({ features: { ...features, [name]: feature } }),
);

/** One step for each column, by its type. */
export const buildFeatures = dynamic(
  { name: "build_features", inputs: { table: kind.dictionary }, outputs: { features: kind.dictionary } },
  (_, { table }) => {
    const p = pipeline("features");
    let features: unknown = {};
    for (const [name, column] of Object.entries(table as Record<string, Column>)) {
      const isNumeric = column.every((value) => typeof value === "number");
      const { feature } = p.step(isNumeric ? normalise : encode, { column: [...column] });
      features = p.step(addFeature, { features: features as Record<string, unknown>, name, feature }).features;
    }
    return p.outputs({ features });
  },
);

const exact = step({ name: "exact_statistics", inputs: ["rows"], outputs: ["statistics"] }, ({ rows }) => ({
  kind: "exact",
  mean: mean(rows),
}));
const sample = step({ name: "sample", inputs: ["rows"], outputs: ["sampled"] }, ({ rows }) =>
  rows.filter((_: number, i: number) => i % 10 === 0),
);
const approximate = step(
  { name: "approximate_statistics", inputs: ["sampled"], outputs: ["statistics"] },
  ({ sampled }) => ({ kind: "approximate", mean: mean(sampled) }),
);
const report = step(
  { name: "generate_report", inputs: ["statistics"], outputs: ["report"] },
  ({ statistics }) => `${statistics.kind}: ${statistics.mean}`,
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Large data are sampled. The steps find each other by the names of what they give and want. */
export const analyse = dynamic(
  { name: "analyse", inputs: { rows: kind.list }, outputs: { report: kind.string } },
  (_, { rows }) => {
    const sub = pipeline("analysis");
    if (rows.length > 100) {
      sub.addStep(sample);
      sub.addStep(approximate);
    } else sub.addStep(exact);
    sub.addStep(report);
    return sub;
  },
);

/** Small data need no workflow. */
export const maybeExpand = dynamic(
  { name: "maybe_expand", inputs: { rows: kind.list }, outputs: { report: kind.string } },
  (context, { rows }) => (rows.length < 3 ? direct(`only ${rows.length} rows`) : analyse.expand({ rows }, context)),
);
