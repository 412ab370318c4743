import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonCharacters } from "../../examples/dynamic-workflows/common-characters.ts";
import { analyse, buildFeatures, maybeExpand } from "../../examples/dynamic-workflows/data-driven.ts";
import { mergeSort } from "../../examples/dynamic-workflows/merge-sort.ts";
import { hyperparameterSearch, trainAllModels } from "../../examples/dynamic-workflows/model-search.ts";

// The examples import the package by its name, so this is the library as other programs get it.

describe("common characters", () => {
  it("of Pear and Earth are three", async () => {
    const { results, expanded, subPipeline } = await commonCharacters.run({ first: "Pear", second: "Earth" });
    expect(results).toEqual({ count: 3 });
    expect(expanded).toBe(true);
    expect(subPipeline?.steps).toHaveLength(2 * (4 + 5) + 1);
  });

  it("of any two words are what counting them gives", async () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcdeXYZ"), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(word, word, async (first, second) => {
        const rest = [...second.toLowerCase()];
        let count = 0;
        for (const letter of first.toLowerCase()) {
          const at = rest.indexOf(letter);
          if (at >= 0) {
            rest.splice(at, 1);
            count++;
          }
        }
        expect((await commonCharacters.run({ first, second })).results).toEqual({ count });
      }),
      { numRuns: 30 },
    );
  });

  it("of words of the same lengths share a workflow", async () => {
    const runner = commonCharacters.open();
    await runner.run({ first: "ab", second: "cd" });
    const { cacheHit, results } = await runner.run({ first: "ab", second: "cd" });
    expect([cacheHit, results.count]).toEqual([true, 0]);
  });
});

describe("a search", () => {
  it("trains one model for each rate, and loses none", async () => {
    const config = { learning_rates: [0.1, 0.01, 0.001] };
    const { results, subPipeline } = await hyperparameterSearch.run({ config });
    expect(results.best_model).toEqual({ name: "lr 0.01", score: 1 });
    expect(subPipeline?.steps.map(({ name }) => name)).toEqual(["train", "train_2", "train_3", "choose"]);
  });

  it("trains one model for each configuration", async () => {
    const configs = [
      { name: "slow", rate: 0.0001 },
      { name: "good", rate: 0.02 },
    ];
    const { results } = await trainAllModels.run({ configs });
    expect(results.leaderboard.map((model) => (model as { name: string }).name)).toEqual(["good", "slow"]);
    expect(await trainAllModels.run({ configs: [] })).toMatchObject({ expanded: false, results: { leaderboard: [] } });
  });
});

describe("data", () => {
  it("decide the steps of their features", async () => {
    const table = { age: [20, 30, 40], colour: ["red", "blue", "red"] };
    const { results, subPipeline } = await buildFeatures.run({ table });
    expect(results.features).toEqual({
      age: [0, 0.5, 1],
      colour: [
        [0, 1],
        [1, 0],
        [0, 1],
      ],
    });
    expect(subPipeline?.steps.map(({ name }) => name)).toEqual(["normalise", "add_feature", "encode", "add_feature_2"]);
  });

  it("decide by their size how they are analysed", async () => {
    const small = await analyse.run({ rows: [1, 2, 6] });
    const large = await analyse.run({ rows: Array.from({ length: 1000 }, (_, i) => i) });
    expect([small.results.report, large.results.report]).toEqual(["exact: 3", "approximate: 495"]);
    expect([small, large].map(({ subPipeline }) => subPipeline?.steps.length)).toEqual([2, 3]);
  });

  it("may need no workflow at all", async () => {
    expect(await maybeExpand.run({ rows: [1] })).toMatchObject({
      results: { report: "only 1 rows" },
      expanded: false,
      subPipeline: null,
      sub_pipeline: null,
    });
    expect(await maybeExpand.run({ rows: [1, 2, 3] })).toMatchObject({
      results: { report: "exact: 2" },
      expanded: true,
    });
  });
});

it("a step that makes itself again sorts, as deep as its limit goes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer(), { maxLength: 24 }), async (numbers) => {
      const { results } = await mergeSort.run({ numbers });
      expect(results.sorted).toEqual(numbers.toSorted((a, b) => a - b));
    }),
    { numRuns: 20 },
  );
  const tooMany = Array.from({ length: 300 }, (_, i) => i);
  await expect(mergeSort.run({ numbers: tooMany })).rejects.toThrow(/max_depth is 8|max_expansions is 256/);
});
