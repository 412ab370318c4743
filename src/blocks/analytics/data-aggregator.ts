import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { compileDataOperations, dataOperations } from "../../query/operated-data.ts";
import { PIXELS } from "../../query/operation.ts";
import { defineBlock } from "../contract/block.ts";
import { refMap } from "../contract/fields.ts";
import { secondsOf } from "../flow/step-clock.ts";
import { aggregates } from "../reference/dynamic-outputs.ts";
import { AGGREGATES, AGGREGATION_MODES, type Aggregate, type AggregationMode, openAggregate } from "./aggregates.ts";

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3600 } as const;

export const dataAggregatorV1 = defineBlock({
  type: "roboflow_core/data_aggregator@v1",
  category: "analytics",
  summary:
    "Sums values up over a stretch of time or a number of runs, for each camera; its outputs are null until the stretch is over.",
  inputs: () =>
    z.object({
      data: refMap(["*"], null).describe(
        "Values by name. A picture among them gives the time; a steady clock does otherwise.",
      ),
      data_operations: dataOperations().describe("Operations on the values, by name, done before they are summed up."),
      aggregation_mode: z
        .record(z.string(), z.array(z.enum(AGGREGATION_MODES)))
        .describe("Ways to sum a value up, by its name; each makes an output <name>_<way>."),
      interval_unit: z
        .enum(["seconds", "minutes", "hours", "runs"])
        .default("seconds")
        .describe("Unit of the stretch."),
      interval: z.int().min(1).describe("Length of the stretch."),
    }),
  outputs: {},
  dynamicOutputs: aggregates,
  example: {
    data: { people: "$steps.model.predictions" },
    data_operations: { people: [{ type: "SequenceLength" }] },
    aggregation_mode: { people: ["avg", "max"] },
    interval: 15,
    interval_unit: "minutes",
  },
  prepare: ({ data_operations, aggregation_mode }) => {
    if (aggregation_mode === undefined) throw new BugError("an aggregator came without its ways to sum up");
    return { operate: compileDataOperations(data_operations), modes: Object.entries(aggregation_mode) };
  },
  state: () => ({ window: null as Window | null }),
  keeps: [...AGGREGATES],
  run: ({ data, interval, interval_unit }, { prepared, state, services, frame }) => {
    const modes = prepared.modes.filter(([name]) => Object.hasOwn(data, name));
    const now = secondsOf(Object.values(data), frame);
    const values = prepared.operate({ ...data, [PIXELS]: services.pixels });
    state.window ??= openWindow(modes, now);
    const { window } = state;
    window.runs++;
    for (const { name, aggregate } of window.columns) aggregate.add(values[name]);
    const isOver =
      interval_unit === "runs"
        ? window.runs >= interval
        : hasPassed(interval * UNIT_SECONDS[interval_unit], window.since, now);
    if (isOver) state.window = openWindow(modes, now);
    return Object.fromEntries(
      window.columns.map(({ output, aggregate }) => [output, isOver ? aggregate.result : null]),
    );
  },
});

type Modes = readonly (readonly [string, readonly AggregationMode[]])[];

/** One stretch that values are summed up over. */
interface Window {
  since: number;
  runs: number;
  columns: { name: string; output: string; aggregate: Aggregate }[];
}

function openWindow(modes: Modes, since: number): Window {
  const columns = modes.flatMap(([name, ways]) => {
    return ways.map((way) => ({ name, output: `${name}_${way}`, aggregate: openAggregate(way, name) }));
  });
  return { since, runs: 0, columns };
}

/** A clock that was set back ends the stretch: how long it was cannot be known. */
function hasPassed(seconds: number, since: number, now: number): boolean {
  // Whole microseconds, lest frame numbers divided by frame rates miss the end by the last bit.
  return now < since || Math.round((now - since) * 1e6) >= Math.round(seconds * 1e6);
}
