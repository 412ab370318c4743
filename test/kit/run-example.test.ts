import { expect, it } from "vitest";
import { z } from "zod";
import { type Block, defineBlock } from "../../src/blocks/contract/block.ts";
import { orRef, ref } from "../../src/blocks/contract/fields.ts";
import type { Detections } from "../../src/kinds/detections.ts";
import { literalsAndInputsDiffer, runExample } from "../../src/kit/run-example.ts";

// Blocks that break one rule each, and one that keeps them all.

const inputs = z.object({
  predictions: ref("object_detection_prediction").describe("Detections."),
  least: orRef(z.number(), "float").default(0).describe("Lowest confidence."),
});
const declared = {
  type: "test/broken@v1",
  summary: "Block of the tests.",
  inputs,
  outputs: { out: "object_detection_prediction" },
  example: { predictions: "$steps.detect.predictions", least: 0.85 },
} as const;

function sure({ items, ...rest }: Detections, least: number): Detections {
  return { ...rest, items: items.filter(({ confidence }) => confidence >= least) };
}

it("a block that makes new values passes", async () => {
  const block = defineBlock({ ...declared, run: ({ predictions, least }) => ({ out: sure(predictions, least) }) });
  const { wrong, failures } = await runExample(block);
  expect(wrong).toEqual([]);
  expect(failures.filter((failure) => failure.length > 0)).toEqual([]);
  expect(await literalsAndInputsDiffer(block)).toBeNull();
});

it.each<[string, Block, RegExp]>([
  [
    "changes what other steps see",
    defineBlock({
      ...declared,
      run: ({ predictions }) => {
        predictions.items.pop();
        return { out: predictions };
      },
    }),
    /^changes the value of detect$/,
  ],
  [
    "goes on changing what it gave",
    defineBlock({
      ...declared,
      state: () => ({ items: [] as Detections["items"] }),
      run: ({ predictions }, { state }) => {
        state.items.push(...predictions.items);
        return { out: { ...predictions, items: state.items } };
      },
    }),
    /^changes its output out$/,
  ],
  [
    "gives another kind",
    defineBlock({ ...declared, run: () => ({ out: "none" as never }) }),
    /^gives for out the text "none", expected detections/,
  ],
  [
    "gives a value of the kind in another form",
    defineBlock({ ...declared, outputs: { out: "float_zero_to_one" }, run: () => ({ out: 2 }) }),
    /^gives for out what is none of float_zero_to_one: expected a number from 0 to 1/,
  ],
  [
    "leaves out an output",
    defineBlock({ ...declared, run: () => ({}) as never }),
    /^example: returned an object with nothing, expected an object with out$/,
  ],
  [
    "fails without a code",
    defineBlock({ ...declared, run: ({ predictions }) => ({ out: predictions.items[9]!.box as never }) }),
    /^example: Cannot read properties of undefined/,
  ],
])("a block that %s is found", async (_, block, expected) => {
  const { wrong } = await runExample(block);
  expect(wrong).toContainEqual(expect.stringMatching(expected));
});

it("a block that reads its literals alone is found", async () => {
  const block = defineBlock({
    ...declared,
    prepare: ({ least }) => least ?? 0,
    run: ({ predictions }, { prepared }) => ({ out: sure(predictions, prepared) }),
  });
  expect(await literalsAndInputsDiffer(block)).toContain("instead of");
});
