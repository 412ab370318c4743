import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { FIGURE_IDS, runBench } from "../../src/bench/run-bench.ts";

it("measures what is asked for and nothing else", async () => {
  const said: string[] = [];
  const figures = await runBench(["compile_10_steps_ms"], (text) => said.push(text));
  expect(figures).toEqual([
    {
      id: "compile_10_steps_ms",
      value: expect.any(Number),
      unit: "ms",
      limit: 100,
      better: "lower",
      how: expect.stringContaining("10 steps"),
    },
  ]);
  expect(figures[0]?.value).toBeGreaterThan(0);
  expect(said).toEqual(["compiler: definitions of 10, 100 and 1000 steps"]);
});

it("refuses figures it does not have, all at once, before it measures anything", async () => {
  const said: string[] = [];
  const refused = await runBench(["compile_10_steps", "compile_10_steps_ms", "speed"], (text) => said.push(text)).catch(
    (error) => error.issues,
  );
  expect(refused).toMatchObject([
    { message: '--only: the bench has no figure "compile_10_steps"', hint: 'did you mean "compile_10_steps_ms"?' },
    { message: '--only: the bench has no figure "speed"', hint: expect.stringMatching(/^its figures are compile_10/) },
  ]);
  expect(said).toEqual([]);
});

it("every figure has an id of its own, and a line in the document about speed", async () => {
  const text = await readFile(new URL("../../docs/performance.md", import.meta.url), "utf8");
  expect(new Set(FIGURE_IDS).size).toBe(FIGURE_IDS.length);
  expect(FIGURE_IDS.filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
});
