import { expect, test } from "vitest";
import { firstWorking, LADDER } from "../../src/inference/providers.ts";

test("providers are tried in order until one works, and each refusal keeps its reason", async () => {
  const tried: string[] = [];
  const attempt = await firstWorking("m.onnx", LADDER, async (provider) => {
    tried.push(provider);
    if (provider !== "cpu") throw new Error(`no ${provider}\nhere`);
    return "session";
  });
  expect(tried).toEqual(["tensorrt", "cuda", "cpu"]);
  expect(attempt).toMatchObject({ provider: "cpu", value: "session" });
  expect(attempt.refusals.map(({ provider, reason }) => [provider, reason.slice(0, 12)])).toEqual([
    ["tensorrt", "no tensorrt "],
    ["cuda", "no cuda here"],
  ]);
});

test("when none works, the error tells all reasons", async () => {
  const failing = firstWorking("m.onnx", ["cpu"], async () => {
    throw new Error("/src/session/graph.cc:77 onnxruntime::Graph::Resolve() Op type 'Magic' is not known");
  });
  await expect(failing).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ModelError: model "m.onnx": no execution provider runs it: cpu: Op type 'Magic' is not known]`,
  );
});
