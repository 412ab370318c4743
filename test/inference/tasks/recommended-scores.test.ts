import { afterAll, expect, test } from "vitest";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import type { FoundMasks, FoundObjects } from "../../../src/kinds/model-task.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const recommended = { confidence: 0.3, byClass: { b: 0.7 } };
const source = { type: "owned", rgb: paint(64, 64, []), width: 64, height: 64 } as const;

async function ask(file: Buffer, items: readonly ModelItem[], statement = {}) {
  const description = await inspectModel(folder.write("model.onnx", file), statement);
  const model = await openModel({ ...description, recommended }, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const { replies } = await model.run(items);
  await model.close();
  return replies;
}

test("objects must score what is recommended for their class, where the best is asked for", async () => {
  const rows = [
    [0, 0, 8, 8, 0.6, 0],
    [8, 8, 16, 16, 0.6, 1],
    [16, 16, 24, 24, 0.75, 1],
    [24, 24, 32, 32, 0.35, 2],
    [32, 32, 40, 40, 0.25, 2],
  ];
  const file = constantModel({
    metadata: { author: "Ultralytics", task: "detect", names: "{0: 'a', 1: 'b', 2: 'c'}", end2end: "True" },
    outputs: { output0: [[...rows, ...Array.from({ length: 295 }, () => [0, 0, 0, 0, 0, 0])]] },
  });
  const asked = (["best", null, 0.5] as const).map((confidence): ModelItem => {
    const parameters = { confidence, iouThreshold: 0.5, maxDetections: 300, maxCandidates: 300, classAgnostic: false };
    return { task: "detect", source, width: 64, height: 64, parameters: { ...parameters, classFilter: null } };
  });
  const found = (await ask(file, asked)) as FoundObjects[];
  const scores = found.map(({ rows: all }) => [...all].filter((_, i) => i % 6 === 4).map((score) => score.toFixed(2)));
  expect(scores).toEqual([
    ["0.75", "0.60", "0.35"],
    ["0.75", "0.60", "0.60"],
    ["0.75", "0.60", "0.60"],
  ]);
});

test("pixels must score what is recommended for their class", async () => {
  // Two cells, each sure of its class by 0.6.
  const sure = Math.log(0.6 / 0.2);
  const file = constantModel({
    outputs: { logits: [[[[0, 0]], [[sure, 0]], [[0, sure]]]] },
  });
  const statement = { family: "semantic-segmentation", classes: ["background", "a", "b"] };
  const asked = (["best", null] as const).map((confidence): ModelItem => {
    return { task: "semantic", source, width: 64, height: 64, parameters: { confidence } };
  });
  const found = (await ask(file, asked, statement)) as FoundMasks[];
  expect(found.map(({ rows }) => [...rows].filter((_, i) => i % 6 === 5))).toEqual([[1], [1, 2]]);
});
