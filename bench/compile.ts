import { BLOCKS } from "../src/blocks/block-list.ts";
import { catalogueOf } from "../src/blocks/registry/catalogue.ts";
import { check } from "../src/compiler/compile.ts";
import { LOGIC_BLOCKS } from "../test/helpers/logic-blocks.ts";

// Prints how long definitions of 10, 100 and 1,000 steps take to compile: `npx tsx bench/compile.ts`.

type Steps = (count: number) => Record<string, unknown>[];

const SHAPES: Readonly<Record<string, Steps>> = {
  chain: (count) =>
    numbered(count, (i) => ({ type: "add", a: i === 0 ? "$inputs.x" : `$steps.s${i - 1}.sum`, b: "$inputs.p" })),
  "chain written backwards": (count) => SHAPES["chain"]?.(count).toReversed() ?? [],
  wide: (count) => numbered(count, () => ({ type: "add", a: "$inputs.x", b: "$inputs.p" })),
  "wide, one gate": (count) => [
    {
      type: "gate",
      name: "g",
      value: "$inputs.x",
      next_steps: numbered(count, () => ({})).map((_, i) => `$steps.s${i}`),
    },
    ...numbered(count, () => ({ type: "add", a: "$inputs.x", b: 1 })),
  ],
  "models with 10 properties": (count) =>
    numbered(count, () => ({
      type: "ObjectDetectionModel",
      images: "$inputs.image",
      model_id: "shapes/1",
      confidence: 0.5,
    })),
  "chain of explodes": (count) =>
    numbered(count, (i) => ({ type: "explode", value: i === 0 ? "$inputs.x" : `$steps.s${i - 1}.out` })),
  "nothing but faults": (count) =>
    numbered(count, (i) => ({ type: i % 2 === 0 ? "ad" : "add", a: `$steps.r${i}.sum`, b: `$inputs.q${i}` })),
};

function numbered(count: number, make: (i: number) => Record<string, unknown>): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => ({ name: `s${i}`, ...make(i) }));
}

const library = {
  blocks: catalogueOf([...BLOCKS, ...LOGIC_BLOCKS]),
  dynamicBlocks: () => ({ manifests: [], code: new Map() }),
};

for (const [shape, steps] of Object.entries(SHAPES)) {
  for (const count of [10, 100, 1_000]) {
    const document = {
      version: "1.0",
      inputs: [
        { type: "WorkflowBatchInput", name: "x" },
        { type: "WorkflowImage", name: "image" },
        { type: "WorkflowParameter", name: "p" },
      ],
      steps: steps(count),
      outputs: [],
    };
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const start = performance.now();
      check(document, library);
      times.push(performance.now() - start);
    }
    const median = times.toSorted((a, b) => a - b)[3] ?? 0;
    console.log(`${shape}, ${count} steps: first ${times[0]?.toFixed(1)} ms, median ${median.toFixed(1)} ms`);
  }
}
