import { parseArgs } from "node:util";
import { runSoak, type SoakResult } from "./soak/run-soak.ts";

// The daemon on eight simulated cameras with faults at random: `npm run soak -- --minutes 20 [--seed 7] [--json]`.

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("soak: --minutes takes a number above 0, --seed an integer");
  process.exit(2);
}

// What was opened is closed at the exit.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
const startedAt = performance.now();
const result = await runSoak({
  minutes,
  seed,
  report: (line) => console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`),
});
console.log(values.json ? JSON.stringify(result) : tableOf(result));
process.exit(result.checks.every(({ ok }) => ok) ? 0 : 1);

function tableOf({ checks, faults, seed: used }: SoakResult): string {
  const rows = checks.map(
    ({ name, found, expected, ok }) => `| ${ok ? "ok" : "FAILED"} | ${name} | ${found} | ${expected} |`,
  );
  const injected = Object.entries(faults).map(([name, count]) => `${name} ${count}`);
  return [
    `${minutes} minutes, seed ${used}; ${injected.join(", ")}`,
    "",
    "| | What | Found | Expected |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
