import { commonCharacters } from "./common-characters.ts";
import { analyse, buildFeatures, maybeExpand } from "./data-driven.ts";
import { mergeSort } from "./merge-sort.ts";
import { hyperparameterSearch, trainAllModels } from "./model-search.ts";

// npx tsx examples/dynamic-workflows/run.ts

const show = (name: string, results: unknown) => process.stdout.write(`${name}: ${JSON.stringify(results)}\n`);

show("common characters", (await commonCharacters.run({ first: "Pear", second: "Earth" })).results);
const rates = { learning_rates: [0.1, 0.01, 0.001] };
show("hyper-parameter search", (await hyperparameterSearch.run({ config: rates })).results);
const configs = [
  { name: "slow", rate: 0.0001 },
  { name: "good", rate: 0.02 },
  { name: "fast", rate: 1 },
];
show("one model for each configuration", (await trainAllModels.run({ configs })).results);
const table = { age: [20, 30, 40], colour: ["red", "blue", "red"] };
show("features by type of column", (await buildFeatures.run({ table })).results);
show("small data", (await analyse.run({ rows: [1, 2, 6] })).results);
show("large data", (await analyse.run({ rows: Array.from({ length: 1000 }, (_, i) => i) })).results);
show("direct result", (await maybeExpand.run({ rows: [1] })).results);
show("merge sort", (await mergeSort.run({ numbers: [5, 3, 9, 1, 4] })).results);
