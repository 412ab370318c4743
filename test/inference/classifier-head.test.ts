import { afterAll, describe, expect, test } from "vitest";
import type { NodeSpec } from "../../src/inference/files/onnx-writer.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { openModel } from "../../src/inference/open-model.ts";
import type { ModelItem } from "../../src/inference/request.ts";
import type { ClassScores, Features } from "../../src/kinds/model-task.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { onnxFile, paint } from "../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

/** A classifier whose features are the means of the channels, and whose head is given. */
function classifier(head: NodeSpec[], elementType = "float32"): string {
  const file = onnxFile({
    inputs: [{ name: "images", elementType, shape: [1, 3, 8, 8] }],
    nodes: [
      { op: "GlobalAveragePool", inputs: ["images"], outputs: ["pooled"] },
      { op: "Flatten", inputs: ["pooled"], outputs: ["features"], attributes: { axis: 1 } },
      ...head,
    ],
    outputs: [{ name: "scores", elementType, shape: [1, 2] }],
    initializers: {
      weights: { dims: [3, 2], values: Float32Array.of(1, 0, 0, 2, 0, 0) },
      bias: { dims: [2], values: Float32Array.of(0.5, -0.5) },
      kernel: { dims: [2, 3, 1, 1], values: new Float32Array(6) },
    },
  });
  return folder.write("classifier.onnx", file);
}

const statement = {
  classes: ["a", "b"],
  family: "classification",
  preprocessing: { mean: [0, 0, 0], std: [1, 1, 1] } as const,
};

async function ask(path: string, asked: Pick<ModelItem, "task" | "parameters">[]) {
  const { preprocessing } = statement;
  const stated = { ...statement, preprocessing: { mean: [...preprocessing.mean], std: [...preprocessing.std] } };
  const model = await openModel(await inspectModel(path, stated as never), new SharedArrayBuffer(0), {
    providers: ["cpu"],
  });
  const source = { type: "owned", rgb: paint(8, 8, []), width: 8, height: 8 } as const;
  const items = asked.map((one): ModelItem => ({ ...one, source, width: 8, height: 8 }));
  return model.run(items).finally(() => model.close());
}

const FEATURES = { task: "features", parameters: { output: "feature_vector" } } as const;
const LOGITS = { task: "features", parameters: { output: "logits" } } as const;

const softmax = (from: string): NodeSpec => ({
  op: "Softmax",
  inputs: [from],
  outputs: ["scores"],
  attributes: { axis: 1 },
});

describe.each([
  ["Gemm", [{ op: "Gemm", inputs: ["features", "weights", "bias"], outputs: ["scores"] }]],
  [
    "Gemm and softmax",
    [{ op: "Gemm", inputs: ["features", "weights", "bias"], outputs: ["logits"] }, softmax("logits")],
  ],
  [
    "a product, a bias and softmax",
    [
      { op: "MatMul", inputs: ["features", "weights"], outputs: ["product"] },
      { op: "Add", inputs: ["bias", "product"], outputs: ["logits"] },
      softmax("logits"),
    ],
  ],
] satisfies [string, NodeSpec[]][])("a classifier that ends in %s", (_, head) => {
  test("gives what its last linear layer takes, and what it gives", async () => {
    const { replies } = await ask(classifier(head), [FEATURES, LOGITS, { task: "classify", parameters: {} }]);
    const [features, logits, classes] = replies as [Features, Features, ClassScores];
    const mean = features.vector[0] ?? 0;
    expect(features.vector).toHaveLength(3);
    expect([...logits.vector]).toEqual([
      expect.closeTo(mean + 0.5),
      expect.closeTo(2 * (features.vector[1] ?? 0) - 0.5),
    ]);
    expect(features.space).not.toBe(logits.space);
    expect(classes.scores).toHaveLength(2);
  });
});

test("a classifier that ends otherwise still classifies, and says why it has no features", async () => {
  const path = classifier([
    { op: "Conv", inputs: ["pooled", "kernel"], outputs: ["map"] },
    { op: "Flatten", inputs: ["map"], outputs: ["scores"], attributes: { axis: 1 } },
  ]);
  const { replies } = await ask(path, [{ task: "classify", parameters: {} }]);
  expect((replies[0] as ClassScores).scores).toHaveLength(2);
  await expect(ask(path, [FEATURES])).rejects.toThrow(/its last layer is Conv, and not a linear one/);
});
