import { documentOf } from "../test/helpers/logic-blocks.ts";
import { type OpenPlan, openPlan } from "../test/helpers/open-plan.ts";

// Prints what the engine itself costs for a frame, with blocks that do next to nothing: `npx tsx bench/engine.ts`.

interface Case {
  title: string;
  plan: OpenPlan;
  batch: number;
  value: unknown;
  /** Microseconds. */
  limit: number;
}

const chain = (from: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    type: "identity",
    name: `s${i}`,
    value: i === 0 ? from : `$steps.s${i - 1}.out`,
  }));
const tenSteps = openPlan(documentOf(chain("$inputs.x", 10), { out: "$steps.s9.out" }));
const gated = openPlan(
  documentOf(
    [
      { type: "gate", name: "g", value: "$inputs.x", next_steps: chain("", 10).map(({ name }) => `$steps.${name}`) },
      ...chain("$inputs.x", 10),
    ],
    { out: "$steps.s9.out" },
  ),
);
const crops = openPlan(
  documentOf([{ type: "split", name: "e", value: "$inputs.x" }, ...chain("$steps.e.out", 5)], { out: "$steps.s4.out" }),
);

const CASES: Case[] = [
  { title: "ten logic steps, batch of 1", plan: tenSteps, batch: 1, value: 1, limit: 50 },
  { title: "ten logic steps, batch of 8", plan: tenSteps, batch: 8, value: 1, limit: 15 },
  { title: "ten logic steps behind a gate, batch of 1", plan: gated, batch: 1, value: 1, limit: 50 },
  { title: "100 crops through 5 steps", plan: crops, batch: 1, value: 100, limit: 2_000 },
];

for (const { title, plan, batch, value, limit } of CASES) {
  const sources = Array.from({ length: batch }, (_, i) => `camera-${i}`);
  const inputs = { x: sources.map(() => value) };
  const rounds: number[] = [];
  for (let round = 0; round < 12; round++) {
    const runs = value === 100 ? 200 : 2_000;
    const start = performance.now();
    for (let i = 0; i < runs; i++) await plan.run(inputs, { sources });
    rounds.push(((performance.now() - start) * 1_000) / runs / batch);
  }
  const median = rounds.slice(4).toSorted((a, b) => a - b)[4] ?? 0;
  const first = rounds[0] ?? 0;
  console.log(`${title}: ${median.toFixed(1)} µs a frame (limit ${limit}, first round ${first.toFixed(1)})`);
}
