import { describe, expect, it } from "vitest";
import { BLOCKS, CompileError, check, compile, defineBlock, openEngine, orRef, StepError, z } from "../src/library.ts";

const scale = defineBlock({
  type: "example/scale@v1",
  summary: "Multiplies a number.",
  inputs: z.object({
    value: orRef(z.number(), "float", "integer").describe("Number to multiply."),
    factor: orRef(z.number(), "float").default(2).describe("What to multiply it with."),
  }),
  outputs: { result: "float" },
  example: { value: "$inputs.value", factor: 3 },
  run: ({ value, factor }) => ({ result: value * factor }),
});

const DEFINITION = {
  version: "1.0",
  inputs: [{ type: "WorkflowBatchInput", name: "value", kind: ["float"] }],
  steps: [{ type: "example/scale@v1", name: "triple", value: "$inputs.value", factor: 3 }],
  outputs: [{ type: "JsonField", name: "result", selector: "$steps.triple.result" }],
};

describe("the main module of the package", () => {
  it("compiles and runs a definition with a block of one's own", async () => {
    const blocks = [...BLOCKS, scale];
    const engine = openEngine(compile(DEFINITION, { blocks }), { blocks });
    const { rows } = await engine.run({ sources: ["a", "b"], inputs: { value: [1, 2] }, pictures: false });
    expect(rows).toEqual([{ result: 3 }, { result: 6 }]);
  });

  it("tells all faults of a definition in one error", () => {
    expect(() => compile(DEFINITION)).toThrow(CompileError);
  });

  it("checks a definition without throwing", () => {
    expect(check(DEFINITION, { blocks: [...BLOCKS, scale] })).toEqual({ issues: [], warnings: [], unsupported: [] });
    const { issues } = check({ ...DEFINITION, outputs: [] });
    expect(issues).toMatchObject([{ code: "COMPILE_UNKNOWN_BLOCK", path: "/steps/0/type" }]);
  });

  it("refuses code in definitions where it is switched off", () => {
    const manifest = { type: "ManifestDescription", block_type: "Own", inputs: {} };
    const code = { type: "JavaScriptCode", run_function_code: "function run() { return {}; }" };
    const own = { type: "DynamicBlockDefinition", manifest, code };
    const document = { ...DEFINITION, steps: [], outputs: [], dynamic_blocks_definitions: [own] };
    expect(() => compile(document, { allowCode: false })).toThrow(/brings code, which is switched off/);
  });

  it("names the service that a block asks for and is not given", async () => {
    const image = { type: "image", value: null };
    const document = {
      version: "1.0",
      inputs: [{ type: "WorkflowImage", name: "image" }],
      steps: [
        {
          type: "roboflow_core/roboflow_object_detection_model@v2",
          name: "detect",
          images: "$inputs.image",
          model_id: "a/1",
        },
      ],
      outputs: [{ type: "JsonField", name: "found", selector: "$steps.detect.predictions" }],
    };
    const run = openEngine(compile(document)).run({ sources: ["a"], inputs: { image: [image] }, pictures: false });
    await expect(run).rejects.toThrow(StepError);
    await expect(run).rejects.toThrow(/no service "models"/);
  });
});
