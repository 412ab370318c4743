import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createScene } from "../../../src/demo/scene.ts";
import { SHAPE_CLASSES } from "../../../src/demo/shape.ts";
import { type ConfigError, openLibrary, type WorkflowLibrarySettings } from "../../../src/library.ts";
import { codeBlock } from "../../dynamic/code-in-a-definition.ts";
import { ROOT, SHAPES } from "../../helpers/cli.ts";
import { SCENE, writePicture } from "../../helpers/scene.ts";
import { useFolder } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const PLUGIN = `${ROOT}examples/plugin-loitering`;
const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };

/** The first pixel of a picture, and the number of the call. */
const FIRST_PIXEL = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowParameter", name: "factor", kind: ["integer"], default_value: 1 },
  ],
  dynamic_blocks_definitions: [
    codeBlock(
      "First",
      `let calls = 0;
function run({ image, factor }, { pixels }) {
  if (factor === 0) throw new Error("no factor");
  calls++;
  return { out: [...pixels.view(image).rgb.slice(0, 3)].map((value) => value * factor).concat(calls) };
}`,
      {
        inputs: {
          image,
          factor: { type: "DynamicInputDefinition", selector_types: ["input_parameter"], value_types: ["integer"] },
        },
      },
    ),
  ],
  steps: [{ type: "First", name: "first", image: "$inputs.image", factor: "$inputs.factor" }],
  outputs: [{ type: "JsonField", name: "first", selector: "$steps.first.out" }],
};

const DETECTOR = {
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v2",
      name: "model",
      images: "$inputs.image",
      model_id: "shapes/1",
    },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.model.predictions" }],
};

async function open(settings: WorkflowLibrarySettings = {}) {
  const library = await openLibrary(settings);
  onTestFinished(() => library.close());
  return library;
}

const faults = (error: unknown) => (error as ConfigError).issues.map(({ path, message }) => `${path}: ${message}`);

describe("a library", () => {
  it("runs a definition on pixels, bytes, base64 and files, in batches, with state from run to run", async () => {
    const png = await sharp(Buffer.from([9, 8, 7]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(folder.path("one.png"), png);
    const workflow = await (await open()).open(FIRST_PIXEL);
    const raw = { rgb: Uint8Array.of(1, 2, 3), width: 1, height: 1 };
    const pictures = [raw, new Uint8Array(png), png.toString("base64"), folder.path("one.png")];
    const batch = await workflow.run({ image: pictures, factor: 2 });
    expect(batch.map(({ outputs }) => outputs["first"])).toEqual([
      [2, 4, 6, 1],
      [18, 16, 14, 2],
      [18, 16, 14, 3],
      [18, 16, 14, 4],
    ]);
    const runs = await Promise.all([workflow.run({ image: raw }), workflow.run({ image: raw })]);
    expect(runs.map(([result]) => result?.outputs["first"])).toEqual([
      [1, 2, 3, 5],
      [1, 2, 3, 6],
    ]);
  });

  it("asks models, from a definition in a file", async () => {
    writeFileSync(folder.path("detector.json"), JSON.stringify(DETECTOR));
    const library = await open({ models: { "shapes/1": SHAPES } });
    const workflow = await library.open(folder.path("detector.json"));
    const { width, height } = SCENE;
    const rgb = new Uint8Array(width * height * 3);
    createScene(SCENE).drawFrame(20, rgb);
    const [result] = await workflow.run({ image: { rgb, width, height } });
    const found = result?.outputs["found"];
    expect(found).toMatchObject({
      predictions: expect.arrayContaining([
        expect.objectContaining({ class: expect.stringMatching(new RegExp(SHAPE_CLASSES.join("|"))) }),
      ]),
    });
  });

  it("brings the blocks of plugins, checks and compiles", async () => {
    const program = `
import { readFileSync } from "node:fs";
import { openLibrary } from "${ROOT}dist/library.js";
const library = await openLibrary({ plugins: ["${PLUGIN}"] });
const document = JSON.parse(readFileSync("${PLUGIN}/workflow.json", "utf8"));
const refusal = await library.open(document).catch((error) => error.issues.map(({ path, message, hint }) => ({ path, message, hint })));
const types = library.compile(document).steps.map(({ type }) => type);
const { issues } = library.check({ ...document, steps: [] });
const runs = library.blocks.find(({ type }) => type === "loitering/flag@v1").runs;
process.stdout.write(JSON.stringify({ runs, types, faults: issues.length, refusal }));
await library.close();`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(JSON.parse(stdout || stderr)).toMatchInlineSnapshot(`
      {
        "faults": 3,
        "refusal": [
          {
            "hint": "give it among the \`models\` of \`openLibrary\`",
            "message": "the definition names the model "people/1", which the library has no file of",
            "path": "/models/people~11",
          },
        ],
        "runs": true,
        "types": [
          "roboflow_core/roboflow_object_detection_model@v3",
          "roboflow_core/byte_tracker@v3",
          "loitering/flag@v1",
        ],
      }
    `);
  });

  it("is a program of fifteen lines, for pictures in files", async () => {
    await writePicture(folder.path("scene.png"), 20);
    const program = ["--import", "tsx", `${ROOT}examples/library/pictures.ts`];
    const args = [`${ROOT}config/demo-workflow.json`, `shapes/1=${SHAPES}`, folder.path("scene.png")];
    const { stdout, stderr } = spawnSync(process.execPath, [...program, ...args, folder.path("scene.png")], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const results = stdout.trim().split("\n");
    expect(results, stderr).toHaveLength(2);
    expect(JSON.parse(results[1] ?? "")).toMatchObject({ crossed: expect.any(Number) });
  });

  it("reports all faults of a run's values at once, and goes on", async () => {
    const workflow = await (await open()).open(FIRST_PIXEL, { onError: "isolate" });
    const raw = { rgb: Uint8Array.of(1, 2), width: 1, height: 1 };
    const error = await workflow
      .run({ image: [raw, "nowhere.png"], facter: 2, factor: "two" })
      .catch((thrown) => thrown);
    expect(faults(error)).toMatchInlineSnapshot(`
      [
        "/facter: the definition has no input "facter"",
        "/image: input "image"[0] has 2 bytes of pixels, expected 1 x 1 x 3",
        "/image: input "image"[1] is "nowhere.png", which is neither a file nor base64",
        "/factor: input "factor" is "two", expected a whole number",
      ]
    `);
    const picture = { rgb: Uint8Array.of(1, 2, 3), width: 1, height: 1 };
    const [failed] = await workflow.run({ image: picture, factor: 0 });
    expect(failed).toMatchObject({
      outputs: { first: null },
      failures: [{ step: "first", code: "DYNAMIC_CODE" }],
    });
    expect((await workflow.run({ image: picture }))[0]?.outputs["first"]).toEqual([1, 2, 3, 1]);
  });

  it("throws what a step failed of, unless it is isolated", async () => {
    const workflow = await (await open()).open(FIRST_PIXEL);
    const image = { rgb: Uint8Array.of(1, 2, 3), width: 1, height: 1 };
    await expect(workflow.run({ image, factor: 0 })).rejects.toThrow(/no factor/);
  });

  it("reports all faults of its settings at once", async () => {
    const settings = { plugin: [], models: { "a/1": "nowhere.onnx", "b/1": { path: SHAPES, famly: "x" } } } as never;
    expect(faults(await openLibrary(settings).catch((thrown) => thrown))).toMatchInlineSnapshot(`
      [
        "/plugin: "plugin" is not known",
        "/models/b~11/famly: "famly" is not known",
      ]
    `);
    const missing = openLibrary({ models: { "a/1": "nowhere.onnx" }, plugins: [] });
    expect(faults(await missing.catch((thrown) => thrown))).toMatchInlineSnapshot(`
      [
        "/models/a~11: model "nowhere.onnx": there is no such file",
      ]
    `);
  });

  it("closes its workflows, and refuses further use", async () => {
    const library = await open();
    const workflow = await library.open(FIRST_PIXEL);
    await library.close();
    await expect(workflow.run({})).rejects.toMatchObject({ code: "LIBRARY_CLOSED" });
    await expect(library.open(FIRST_PIXEL)).rejects.toMatchObject({ code: "LIBRARY_CLOSED" });
  });
});
