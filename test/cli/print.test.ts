import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import { SCHEMA_NAMES, schemaOf } from "../../src/daemon/commands/json-schema.ts";
import { millrace, ROOT, SHAPES } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const BELT = `${ROOT}/config/demo-workflow.json`;

beforeAll(() => writeFile(folder.path("short.json"), '{"version": "1.0"'));

test("validate prints one line of JSON for each file, and ends with 2 when one of them is wrong", async () => {
  const { code, stdout } = await millrace(["validate", "--json", BELT, "short.json"], { cwd: folder.path(".") });
  expect(code).toBe(2);
  const [good, bad] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(good).toEqual({ file: BELT, ok: true, issues: [], warnings: [], unsupported: [], unsupported_steps: 0 });
  expect(bad).toMatchObject({
    file: "short.json",
    ok: false,
    issues: [
      {
        code: "DEFINITION_JSON",
        class: "WorkflowSyntaxError",
        path: "",
        message: "the document ends too early",
        hint: "definitions are JSON: double quotes, no comments, no comma after the last element",
      },
    ],
    unsupported: [],
  });
});

test("validate is content with a definition that is right", async () => {
  const { code, stdout, stderr } = await millrace(["validate", BELT]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: `${BELT}: ok\n` });
});

test("describe tells inputs, outputs, and where each step runs", async () => {
  const { code, stdout } = await millrace(["describe", BELT]);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "inputs
      image: image (dimensionality 1)
      confidence: float_zero_to_one (dimensionality 0, default 0.5)
    steps, in order
      parcels: roboflow_core/roboflow_object_detection_model@v3
          session threads of the model; dimensionality 1
      tracker: roboflow_core/byte_tracker@v3
          workflow thread, in frame order; dimensionality 1, after parcels
      line: roboflow_core/line_counter@v2
          workflow thread, in frame order; dimensionality 1, after tracker
      boxes: roboflow_core/bounding_box_visualization@v1
          workflow thread, only while the picture has viewers; dimensionality 1, after tracker
      tally: ParcelTally
          workflow thread, in frame order; dimensionality 1, after line
      labels: roboflow_core/label_visualization@v1
          workflow thread, only while the picture has viewers; dimensionality 1, after tracker, boxes
    outputs
      tracks: object_detection_prediction (dimensionality 1)
      tally: dictionary (dimensionality 1)
      crossed: integer (dimensionality 1)
      picture: image (dimensionality 1)
    decoder delivers for image: the input size of "shapes/1" and the full picture
    "
  `);
  const description = JSON.parse((await millrace(["describe", BELT, "--json"])).stdout);
  expect(Object.keys(description)).toEqual(expect.arrayContaining(["inputs", "outputs", "steps", "pixels"]));
  expect(description.steps).toHaveLength(6);
});

test("blocks lists the catalogue, and shows one by its name or an alias", async () => {
  const all = JSON.parse((await millrace(["blocks", "--json"])).stdout) as Record<string, unknown>[];
  expect(all.length).toBeGreaterThan(20);
  for (const entry of all)
    expect(entry).toMatchObject({
      type: expect.stringMatching(/@v\d+$/),
      summary: expect.stringMatching(/\.$/),
      aliases: expect.any(Array),
    });
  const [tracker] = JSON.parse((await millrace(["blocks", "byte_tracker@v3", "--json"])).stdout);
  expect(tracker).toMatchObject({ type: "roboflow_core/byte_tracker@v3", runs: true, manifest: { stateful: true } });
  const unknown = await millrace(["blocks", "byte_trackr@v3"]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "byte_tracker@v3"?') });
});

test("models inspect says what the demo's model is, and why", async () => {
  const { stdout } = await millrace(["models", "inspect", SHAPES, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    family: "yolov8",
    classes: ["circle", "square", "triangle"],
    classesFrom: "metadata",
    input: { width: 320, height: 192, order: "rgb", fit: "letterbox_center" },
    dynamicBatch: true,
  });
  expect((await millrace(["models", "inspect", SHAPES])).stdout).toContain(
    "family: yolov8\ntask: detect\n  because yolov8: one output",
  );
});

test("models list shows the models of a config, those that cannot be read as well", async () => {
  const config = folder.path("models.yaml");
  await writeFile(config, `cameras: {}\npipelines: {}\nmodels: {good: {path: ${SHAPES}}, bad: {path: missing.onnx}}\n`);
  const { code, stdout } = await millrace(["models", "list", "--config", config, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { id: "good", path: SHAPES, url: null, present: true, family: "yolov8", error: null },
    {
      id: "bad",
      path: folder.path("missing.onnx"),
      url: null,
      present: true,
      family: null,
      error: expect.stringContaining("missing.onnx"),
    },
  ]);
});

test("every schema is one that a validator takes", async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const name of SCHEMA_NAMES) expect(ajv.compile(schemaOf(name) as object)).toBeTypeOf("function");
  const { code, stdout } = await millrace(["schema", "detections"]);
  expect({ code, schema: JSON.parse(stdout) as unknown }).toEqual({ code: 0, schema: schemaOf("detections") });
});

test("the demo's definition and config are what the schemas say", async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const definition = ajv.compile(JSON.parse((await millrace(["schema", "definition"])).stdout));
  const { default: belt } = await import("../../config/demo-workflow.json", { with: { type: "json" } });
  expect({ valid: definition(belt), errors: definition.errors }).toEqual({ valid: true, errors: null });
  const config = ajv.compile(JSON.parse((await millrace(["schema", "config"])).stdout));
  expect(config({ cameras: { gate: { url: "x" } }, pipelines: {} })).toBe(true);
  expect(config({ cameras: { gate: { adress: "x" } }, pipelines: {} })).toBe(false);
});

test("doctor checks the machine, and a config with it", async () => {
  const { stdout } = await millrace(["doctor", "--json"]);
  const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; found: string }[] };
  expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(["ffmpeg", "decoders", "provider_cpu", "disk"]));
  for (const check of checks)
    expect(check).toMatchObject({ status: expect.stringMatching(/^(ok|warning|failed)$/), found: expect.any(String) });
  const wrong = await millrace(["doctor", "--json", "--config", "nowhere.yaml"], { cwd: folder.path(".") });
  expect(wrong.code).toBe(2);
  expect(JSON.parse(wrong.stdout).checks[0]).toMatchObject({ id: "config", status: "failed" });
});

test("a reader that closes the pipe early is no failure", async () => {
  const child = spawn("sh", ["-c", `"${process.execPath}" dist/cli/main.js blocks --json | head -c 10`], { cwd: ROOT });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  await once(child, "close");
  expect(stderr).toBe("");
});
