import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { formatIssue } from "../../../src/base/issue.ts";
import { checkFile } from "../../../src/daemon/commands/check-files.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

async function verdictOn(content: string | Uint8Array | object, isStrict = false) {
  const file = folder.path("flow.json");
  const isText = typeof content === "string" || content instanceof Uint8Array;
  await writeFile(file, isText ? content : JSON.stringify(content));
  const { issues, warnings, ...rest } = await checkFile(file, isStrict);
  const lines = (list: typeof issues) => `\n${list.map((issue) => formatIssue(issue, "flow.json")).join("\n")}\n`;
  return { ...rest, issues: lines(issues), warnings: lines(warnings), count: [issues.length, warnings.length] };
}

const model = { type: "ObjectDetectionModel", name: "m", images: "$inputs.image", model_id: "a/1" };
const image = { type: "WorkflowImage", name: "image" };
const output = { type: "JsonField", name: "out", selector: "$steps.m.predictions" };
const definition = (...steps: object[]) => ({ version: "1.0", inputs: [image], steps, outputs: [output] });

describe("faults of a file", () => {
  it("show line, column and the line itself", async () => {
    const text = `{
  "version": "1.0",
  "inputs": [],
  "steps": [{"type": "ContinueIff",
    "name": "gate"}],
  "outputs": [{"type": "JsonField", "name": "out", "selector": "$inputs.nothing"}]
}`;
    expect((await verdictOn(text)).issues).toMatchInlineSnapshot(`
      "
      flow.json:4:14 /steps/0/type: step "gate": block type "ContinueIff" is not known [COMPILE_UNKNOWN_BLOCK]
          > 4 |   "steps": [{"type": "ContinueIff",
              |              ^
          hint: did you mean "ContinueIf"?
      flow.json:6:52 /outputs/0/selector: output "out": $inputs.nothing names an input that does not exist [COMPILE_OUTPUT]
          > 6 |   "outputs": [{"type": "JsonField", "name": "out", "selector": "$inputs.nothing"}]
              |                                                    ^
      "
    `);
  });

  it("of one long line show the part around the place", async () => {
    const { issues } = await verdictOn(definition(model, { ...model, name: "second", confidence: "high" }));
    expect(issues).toMatchInlineSnapshot(`
      "
      flow.json:1:252 /steps/1/confidence: step "second" (roboflow_core/roboflow_object_detection_model@v1): "confidence" is "high", expected number (or a selector of float_zero_to_one) [COMPILE_STEP_PROPERTY]
          > 1 | ,"name":"second","images":"$inputs.image","model_id":"a/1","confidence":"high"}],"outputs":[{"type":"JsonField","name":"
              |                                                            ^
      "
    `);
  });

  it("point at what is written in place of JSON", async () => {
    expect((await verdictOn('{\n  "version": "1.0",\n  "inputs": True\n}')).issues).toMatchInlineSnapshot(`
      "
      flow.json:3:13: the document is not JSON at "True" [DEFINITION_JSON]
          > 3 |   "inputs": True
              |             ^
          hint: write true; Python's literals are no JSON
      "
    `);
  });
});

describe("a file", () => {
  const text = JSON.stringify(definition(model));

  it("may have a byte order mark, and be in UTF-16", async () => {
    const little = Buffer.from(`\ufeff${text}`, "utf16le");
    for (const bytes of [
      Buffer.from(`\ufeff${text}`),
      little,
      Buffer.from(little).swap16(),
      Buffer.from(text, "utf16le"),
      Buffer.from(text, "utf16le").swap16(),
    ]) {
      expect(await verdictOn(bytes)).toMatchObject({ ok: true, count: [0, 0] });
    }
  });

  it("that is no text is reported as that", async () => {
    const { issues } = await verdictOn(Buffer.from([0x7b, 0xff, 0x7d]));
    expect(issues).toBe("\nflow.json: is no text in UTF-8: it has bytes that mean no character [DEFINITION_FILE]\n");
  });
});

describe("what has no effect", () => {
  const doubtful = {
    ...definition(
      { ...model, class_fliter: ["car"] },
      { ...model, type: `roboflow_core/roboflow_object_detection_model@v3`, name: "n", confidence: 0.3 },
    ),
    dynamic_block_definitions: [],
    editor: { zoom: 2 },
  };

  it("is a warning with a hint", async () => {
    const verdict = await verdictOn(doubtful);
    expect(verdict).toMatchObject({ ok: true, count: [0, 3] });
    expect(verdict.warnings.replaceAll(/^ .*[|].*\n/gm, "")).toMatchInlineSnapshot(`
      "
      flow.json:1:397 /dynamic_block_definitions: the definition has "dynamic_block_definitions", which is not known and has no effect [DEFINITION_UNKNOWN_KEY]
          hint: did you mean "dynamic_blocks_definitions"?
      flow.json:1:162 /steps/0/class_fliter: step "m" (roboflow_core/roboflow_object_detection_model@v1) has "class_fliter", which is not known and has no effect [DEFINITION_UNKNOWN_KEY]
          hint: did you mean "class_filter"?
      flow.json:1:298 /steps/1/confidence: step "n" (roboflow_core/roboflow_object_detection_model@v3) has "confidence", which is not known and has no effect [DEFINITION_UNKNOWN_KEY]
          hint: did you mean "confidence_mode" or "custom_confidence"?
      "
    `);
  });

  it("is a fault when it is looked at strictly", async () => {
    expect(await verdictOn(doubtful, true)).toMatchObject({ ok: false, count: [3, 0] });
  });

  it("is found in queries, inputs, outputs and blocks of code", async () => {
    const steps = [
      model,
      {
        type: "roboflow_core/property_definition@v1",
        name: "p",
        data: "$steps.m.predictions",
        operations: [{ type: "SequenceLength", of: "boxes" }],
      },
    ];
    const code = { type: "PythonCode", run_function_code: "def run(self): return {}", run_funtion_name: "run" };
    const manifest = { type: "ManifestDescription", block_type: "B", inputs: {}, accept_batch_input: true };
    const verdict = await verdictOn({
      version: "1.0",
      inputs: [{ ...image, defaut_value: 1 }],
      steps,
      outputs: [{ ...output, coordinate_system: "own" }],
      dynamic_blocks_definitions: [{ type: "DynamicBlockDefinition", manifest, code }],
    });
    expect([...verdict.warnings.matchAll(/(\/\S+): /g)].map(([, path]) => path)).toEqual([
      "/inputs/0/defaut_value",
      "/outputs/0/coordinate_system",
      "/dynamic_blocks_definitions/0/manifest/accept_batch_input",
      "/dynamic_blocks_definitions/0/code/run_funtion_name",
      "/steps/1/operations/0/of",
    ]);
  });

  it("is a gate that names no step, and a definition without outputs", async () => {
    const gate = { type: "roboflow_core/rate_limiter@v1", name: "g", depends_on: "$inputs.image", next_steps: [] };
    const verdict = await verdictOn({ version: "1.0", inputs: [image], steps: [gate], outputs: [] });
    expect(verdict.warnings).toContain('step "g" (roboflow_core/rate_limiter@v1) names no step that it would let run');
    expect(verdict.warnings).toContain("the definition has no outputs");
  });
});

describe("blocks that are known and cannot run here", () => {
  const question = { type: "roboflow_core/cog_vlm@v1", images: "$inputs.image", prompt: "What is it?" };
  const box = { type: "WorkflowParameter", name: "box" };
  const body = {
    version: "1.0",
    inputs: [image, box],
    steps: [{ ...question, name: "inside" }],
    outputs: [],
  };
  const steps = [model, { ...question, name: "a" }, { ...question, name: "b" }];
  const each = {
    type: "millrace/for_each@v1",
    name: "each",
    over: { box: "$steps.m.predictions" },
    workflow_definition: body,
    with: { image: "$inputs.image" },
  };

  it("are no fault, and told with the number of their steps, also inside of steps", async () => {
    const verdict = await verdictOn(definition(...steps, each));
    expect(verdict.issues).toBe("\n\n");
    expect(verdict).toMatchObject({
      ok: true,
      unsupported: ["roboflow_core/cog_vlm@v1"],
      unsupportedSteps: 3,
    });
  });

  it("are a fault when it is looked at strictly, as they are for a start", async () => {
    const verdict = await verdictOn(definition(...steps), true);
    expect(verdict).toMatchObject({ ok: false, count: [2, 0] });
    expect(verdict.issues).toContain('step "a": block type "roboflow_core/cog_vlm@v1" is known but cannot run here');
  });
});

describe("a config", () => {
  it("with a wrong limit for code says what is wrong with its definitions in the same round", async () => {
    await writeFile(folder.path("faulty.json"), JSON.stringify(definition({ ...model, type: "ObjectDetektionModel" })));
    const config = {
      mqtt: { url: "mqtt://127.0.0.1" },
      code_call_timeout_ms: 5,
      cameras: { door: { url: "rtsp://127.0.0.1/door" } },
      pipelines: { main: { workflow: "faulty.json", cameras: ["door"] } },
    };
    await writeFile(folder.path("millrace.yaml"), JSON.stringify(config));
    const { issues } = await checkFile(folder.path("millrace.yaml"));
    expect(issues.map(({ path }) => path)).toEqual(["/code_call_timeout_ms", "/pipelines/main/workflow"]);
  });
});
