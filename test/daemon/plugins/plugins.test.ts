import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { BLOCKS } from "../../../src/blocks/block-list.ts";
import { check } from "../../../src/compiler/compile.ts";
import { listBlocks } from "../../../src/daemon/commands/block-list.ts";
import { loadPlugins } from "../../../src/daemon/plugins/plugins.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import { constantModel } from "../../../src/kit/constant-model.ts";
import { millrace, ROOT } from "../../helpers/cli.ts";
import { writePicture } from "../../helpers/scene.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const EXAMPLE = `${ROOT}/examples/plugin-loitering`;

/** Writes a package into node_modules. */
async function write(name: string, files: Record<string, string | object>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    const path = folder.path(`node_modules/${name}/${file}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  }
  return name;
}

/** A package that is one ES module. */
async function plugin(name: string, text: string): Promise<string> {
  return write(name, { "package.json": { name, type: "module", exports: "./index.js" }, "index.js": text });
}

async function link(target: string, name: string): Promise<string> {
  await mkdir(folder.path("node_modules"), { recursive: true });
  await symlink(target, folder.path(`node_modules/${name}`)).catch(() => {});
  return name;
}

function load(names: string[], environment: NodeJS.ProcessEnv = {}) {
  return loadPlugins({ ...environment, WORKFLOWS_PLUGINS: names.join(", ") }, folder.path("."), { core: BLOCKS });
}

/** Everything that is said when plugins do not load. */
async function told(...names: string[]): Promise<string> {
  const error = await load(names).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw error;
  const lines = error.issues.map(({ class: errorClass, code, message }) => `  ${errorClass} ${code}\n    ${message}`);
  return `\n${lines.join("\n")}\n`;
}

/** A block as text, with changes to its declaration and to what comes of it. */
function block(declaration: string, changes = ""): string {
  return `import { defineBlock, orRef, ref, stepRefs, z } from "millrace";
export const blocks = [{ ...defineBlock({
  type: "test/block@v1", summary: "Block of the test.", example: {},
  inputs: z.object({ a: ref("*"), b: orRef(z.number(), "integer").default(1) }),
  outputs: { out: "*" }, run: () => ({ out: null }), ${declaration} }), ${changes} }];`;
}

describe("a package", () => {
  it("is found by its exports, its main module or its index, also in a folder above", async () => {
    await link(ROOT, "millrace");
    const value = (n: number) => `export const initialisers = { n: ${n} };`;
    await write("by-conditions", {
      "package.json": {
        type: "module",
        exports: { ".": { types: "./no.d.ts", import: "./es.js", require: "./cjs.cjs" } },
      },
      "es.js": value(1),
    });
    await write("by-main", { "package.json": { type: "module", main: "lib/main.js" }, "lib/main.js": value(2) });
    await write("by-index", { "package.json": {}, "index.js": "module.exports = { initialisers: { n: 3 } };" });
    await write("@scope/named", { "package.json": { type: "module", exports: "./index.js" }, "index.js": value(4) });
    await mkdir(folder.path("below/here"), { recursive: true });
    const names = "by-conditions,by-main, by-index,,@scope/named";
    const { installed } = await loadPlugins({ WORKFLOWS_PLUGINS: names }, folder.path("below/here"), { core: BLOCKS });
    expect([...installed.initialisers]).toEqual([
      ["by-conditions.n", 1],
      ["by-main.n", 2],
      ["by-index.n", 3],
      ["@scope/named.n", 4],
    ]);
  });

  it("that cannot be loaded is reported with the reason, all at once", async () => {
    await write("broken-manifest", { "package.json": "{" });
    await write("no-main", { "package.json": { exports: { "./other": "./other.js" } } });
    await write("lost-main", { "package.json": { exports: "./nowhere.js" } });
    await plugin("throws", 'throw new TypeError("no luck");');
    await plugin("no-syntax", "export const = 5;");
    await plugin("asks-for-more", 'import "not-installed";');
    expect(
      await told("missing", "../outside", "broken-manifest", "no-main", "lost-main", "throws", "no-syntax"),
    ).toMatchInlineSnapshot(`
      "
        PluginLoadingError PLUGIN_LOAD
          plugin "missing" is not installed for the working directory
        PluginLoadingError PLUGIN_LOAD
          plugin "../outside" leads to no file or folder
        PluginLoadingError PLUGIN_LOAD
          plugin "broken-manifest" is installed, but its package.json cannot be read
        PluginLoadingError PLUGIN_LOAD
          plugin "no-main" is installed, but has no main module
        PluginLoadingError PLUGIN_LOAD
          plugin "lost-main" is installed, but has no main module
        PluginLoadingError PLUGIN_LOAD
          plugin "throws" throws while it is loaded: TypeError: no luck
        PluginLoadingError PLUGIN_LOAD
          plugin "no-syntax" throws while it is loaded: SyntaxError: Unexpected token '='
      "
    `);
    expect(await told("asks-for-more")).toContain("Cannot find package 'not-installed'");
  });

  it("of another shape is answered with what was found and expected where", async () => {
    await plugin("nothing", "export const load_blocks = () => [];");
    await plugin("shapes", "export const blocks = {}; export const kinds = [1]; export const initialisers = 5;");
    await plugin("items", "export const blocks = [5, {}, { type: 'a/b@v1', aliases: 'c' }];");
    await plugin("codecs", "export const kinds = { a: 5, b: { serialise: 'x' }, c: { deserialise: () => 1 } };");
    expect(await told("nothing", "shapes", "items", "codecs")).toMatchInlineSnapshot(`
      "
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "nothing": exports load_blocks, expected any of blocks, kinds, families, initialisers
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "shapes": "blocks" is {}, expected a list of blocks made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "shapes": "kinds" is [1], expected an object of kinds by name
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "shapes": "initialisers" is 5, expected an object of values or functions by name
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "items": "blocks"[0] is 5, expected a block made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "items": "blocks"[1] has no "type", expected a block made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "items": "blocks"[2] has "c" for "aliases", expected a block made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "codecs": "kinds"."a" is 5, expected an object with serialise or deserialise
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "codecs": "kinds"."b"."serialise" is "x", expected a function
      "
    `);
  });
});

describe("families of models", () => {
  /** One row for each object: a box, a score. No family of millrace has 5 columns without suppression. */
  const family = (name: string, changes = "") => `import { defineFamily, nextRow, no } from "millrace";
export const families = [{ ...defineFamily({
  name: "${name}", task: "detect", needsSuppression: false,
  preprocessing: { order: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: "stretch", pad: 0 },
  match({ file: { outputs } }) {
    return outputs[0]?.name === "bricks" ? { matches: true, classCount: 1, classes: ["brick"], reason: "bricks" } : no("no bricks");
  },
  decode({ outputs: [bricks], confidence }, into) {
    for (let at = 0; at < bricks.data.length; at += 5) {
      if (bricks.data[at + 4] < confidence) continue;
      into.rows.set([...bricks.data.subarray(at, at + 5), 0], nextRow(into));
    }
  } }), ${changes} }];`;

  it("are checked, and their names are their own", async () => {
    await link(ROOT, "millrace");
    await plugin("bricks", family("bricks"));
    await plugin("more-bricks", family("bricks"));
    await plugin("known", family("yolox"));
    await plugin("unread", family("unread", "decode: 5"));
    await plugin("aimless", family("aimless", 'task: "guess"'));
    expect(await told("bricks", "more-bricks", "known", "unread", "aimless")).toMatchInlineSnapshot(`
      "
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "unread": "families"[0] lacks what reads its outputs for the task detect: decode
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "aimless": "families"[0] has "guess" for "task", expected detect, detect_named, segment, keypoints, semantic, classify, classify_multi_label, embed, depth, anomaly, text_detection, ocr
        PluginLoadingError PLUGIN_LOAD
          plugin "more-bricks" has a family "bricks", which the plugin "bricks" has already
        PluginLoadingError PLUGIN_LOAD
          plugin "known" has a family "yolox", which millrace has already
      "
    `);
  });

  it("recognise and decode files that no other does", async () => {
    await link(ROOT, "millrace");
    await plugin("bricks", family("bricks"));
    await writeFile(
      folder.path("bricks.onnx"),
      constantModel({
        outputs: {
          bricks: [
            [
              [4, 8, 12, 16, 0.9],
              [0, 0, 2, 2, 0.1],
            ],
          ],
        },
      }),
    );
    await writePicture(folder.path("scene.png"), 0);
    const definition = {
      version: "1.0",
      inputs: [{ type: "WorkflowImage", name: "image" }],
      steps: [{ type: "ObjectDetectionModel", name: "find", images: "$inputs.image", model_id: "wall/1" }],
      outputs: [{ type: "JsonField", name: "found", selector: "$steps.find.predictions" }],
    };
    await writeFile(folder.path("wall.json"), JSON.stringify(definition));
    const options = { cwd: folder.path("."), env: { ...process.env, WORKFLOWS_PLUGINS: "bricks" } };
    const asked = ["run", "wall.json", "--model", "wall/1=bricks.onnx", "--image", "image=scene.png"];
    const { code, stdout, stderr } = await millrace(asked, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [{ found }] = JSON.parse(stdout) as [{ found: { predictions: Record<string, unknown>[] } }];
    // The input is 64x64, the picture 640x360.
    expect(found.predictions).toMatchObject([{ class: "brick", x: 80, width: 80, y: 67.5, height: 45 }]);
    const alone = await millrace(asked, { cwd: folder.path(".") });
    expect(alone).toMatchObject({ code: 2, stdout: "" });
    expect(alone.stderr).toContain('layouts has the outputs "bricks" [1, 2, 5]');
  });
});

describe("what plugins bring", () => {
  it("may not be there already", async () => {
    await link(ROOT, "millrace");
    await plugin(
      "one",
      `${block('type: "test/one@v1", aliases: ["One"]')}export const kinds = { serial: {}, image: {} };`,
    );
    await plugin("two", `${block('type: "test/two@v1", aliases: ["One"]')}export const kinds = { serial: {} };`);
    await plugin("three", block('type: "roboflow_core/dynamic_crop@v1", aliases: ["ContinueIf"]'));
    expect(await told("one", "two", "three")).toMatchInlineSnapshot(`
      "
        PluginLoadingError PLUGIN_LOAD
          plugin "two" has a kind "serial", which the plugin "one" has already
        PluginLoadingError PLUGIN_LOAD
          plugin "two" has a block "test/two@v1" with the alias "One", which names a block of the plugin "one" already
        PluginLoadingError PLUGIN_LOAD
          plugin "three" has a block "roboflow_core/dynamic_crop@v1", which millrace has already
        PluginLoadingError PLUGIN_LOAD
          plugin "three" has a block "roboflow_core/dynamic_crop@v1" with the alias "ContinueIf", which names a block of millrace already
      "
    `);
    expect((await load(["one"])).installed.catalogue.get("One")?.type).toBe("test/one@v1");
  });

  it("has fields that are made when they are first needed, in a function or not", async () => {
    await link(ROOT, "millrace");
    const one = (type: string, inputs: string) => `
      import { defineBlock, ref, z } from "millrace";
      export const blocks = [defineBlock({
        type: "${type}", summary: "Block of the test.", example: {}, outputs: {}, run: () => null, inputs: ${inputs},
      })];`;
    await plugin("late-fields", one("late/fields@v1", '() => z.object({ a: ref("*") })'));
    await plugin("late-throws", one("late/throws@v1", '() => { throw new Error("no words"); }'));
    await plugin("late-record", one("late/record@v1", '() => ({ a: ref("*") })'));
    await plugin("record", one("early/record@v1", '{ a: ref("*") }'));
    expect(Object.keys((await load(["late-fields"])).installed.catalogue.get("late/fields@v1")?.ports ?? {})).toEqual([
      "a",
    ]);
    expect(await told("late-fields", "late-throws", "late-record", "record")).toMatchInlineSnapshot(`
      "
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "late-throws": "blocks"[0] throws for "schema": no words, expected a block made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "late-record": "blocks"[0] throws for "schema": the inputs of the block "late/record@v1" are no object of zod, expected a block made by defineBlock
        PluginInterfaceError PLUGIN_INTERFACE
          plugin "record": "blocks"[0] throws for "schema": the inputs of the block "early/record@v1" are no object of zod, expected a block made by defineBlock
      "
    `);
  });

  it("is declared so that it can be meant", async () => {
    await link(ROOT, "millrace");
    const wrong = {
      calls: block("", "run: null"),
      both: block("", "runMany: () => []"),
      offset: block("outputOffset: 2"),
      offsets: block("offsets: { a: 2, b: -1 }, reference: 'c', outputOffset: 1"),
      lifted: block("offsets: { a: 1, b: 1 }"),
      "no-reference": block("offsets: { a: 0, b: 1 }"),
      reference: block("batches: ['b'], reference: 'a'"),
      names: block("batches: ['a', 'x'], autoBatch: ['y'], batchesOrScalars: ['z']"),
      kinds: block("outputs: { out: ['integer', 'nonesuch'] }"),
      needs: block("needs: ['models', 'gpu']"),
      flow: block("flow: true"),
      steps: block("inputs: z.object({ next: stepRefs() })"),
    };
    const names = await Promise.all(
      Object.entries(wrong).map(([name, text]) =>
        plugin(`wrong-${name}`, text.replace("test/block@v1", `wrong/${name}@v1`)),
      ),
    );
    expect(await told(...names)).toMatchInlineSnapshot(`
      "
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-calls": the block "wrong/calls@v1" has neither run nor runMany
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-both": the block "wrong/both@v1" has both run and runMany, expected one of them
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offset": the block "wrong/offset@v1" has the output offset 2, expected -1, 0 or 1
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offsets": the block "wrong/offsets@v1" names "c" in "reference", which is no property that takes selectors of data
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offsets": the block "wrong/offsets@v1" has the offset 2 for "a", expected 0 or 1
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offsets": the block "wrong/offsets@v1" has the offset -1 for "b", expected 0 or 1
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offsets": the block "wrong/offsets@v1" has no property of offset 0
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-offsets": the block "wrong/offsets@v1" has properties of different offsets, so its outputs take no offset
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-lifted": the block "wrong/lifted@v1" has no property of offset 0
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-no-reference": the block "wrong/no-reference@v1" has properties of different offsets, so one of them must be the reference
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-reference": the block "wrong/reference@v1" has the reference "a", which is no property that takes batches
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-names": the block "wrong/names@v1" names "x" in "batches", which is no property that takes selectors of data
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-names": the block "wrong/names@v1" names "z" in "batchesOrScalars", which is no property that takes selectors of data
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-names": the block "wrong/names@v1" names "y" in "autoBatch", which is no property that takes selectors of data
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-kinds": the block "wrong/kinds@v1" has an output "out" of the unknown kind "nonesuch"
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-needs": the block "wrong/needs@v1" needs "gpu", expected models, pixels, kernels, http, files, fonts, mail, mqtt, language, cloud, background, environment, time or ids
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-flow": the block "wrong/flow@v1" controls the flow, but has no property that names steps
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-flow": the block "wrong/flow@v1" controls the flow, so it has no outputs
        BlockInterfaceError PLUGIN_BLOCK
          plugin "wrong-steps": the block "wrong/steps@v1" has a property that names steps, so it must say "flow: true"
      "
    `);
  });

  it("may be a kind, which definitions then know", async () => {
    await link(ROOT, "millrace");
    await plugin("serials", `${block('outputs: { out: ["serial"] }')} export const kinds = { serial: {} };`);
    const { installed } = await load(["serials"]);
    const kind = { selector_types: ["generic"], selector_data_kind: { generic: ["serial"] } };
    const own = {
      type: "DynamicBlockDefinition",
      manifest: {
        type: "ManifestDescription",
        block_type: "Own",
        inputs: { a: { type: "DynamicInputDefinition", ...kind } },
        outputs: { b: { type: "DynamicOutputDefinition", kind: ["serial"] } },
      },
      code: { type: "JavaScriptCode", run_function_code: "function run({ a }) { return { b: a }; }" },
    };
    const document = {
      version: "1.0",
      inputs: [{ type: "WorkflowParameter", name: "p" }],
      steps: [
        { type: "test/block@v1", name: "make", a: "$inputs.p" },
        { type: "Own", name: "own", a: "$steps.make.out" },
      ],
      outputs: [],
      dynamic_blocks_definitions: [own],
    };
    expect(check(document, openLibrary({ allowCode: true, installed })).issues).toEqual([]);
    const codes = check(document, openLibrary({ allowCode: true })).issues.map(({ code }) => code);
    expect(codes).toContain("DYNAMIC_BLOCK");
  });

  it("may need initialisation parameters, which a plugin must provide", async () => {
    await link(ROOT, "millrace");
    const inits = "init: ['own', 'helper.connection', 'absent']";
    await plugin("asks", `${block(inits)} export const initialisers = { own: () => 5 };`);
    await plugin("helper", "export const initialisers = { connection: async () => ({}) };");
    const { installed } = await load(["asks", "helper"]);
    const document = {
      version: "1.0",
      inputs: [{ type: "WorkflowParameter", name: "p" }],
      steps: [{ type: "test/block@v1", name: "s", a: "$inputs.p" }],
      outputs: [],
    };
    expect(check(document, openLibrary({ allowCode: true, installed })).issues).toMatchInlineSnapshot(`
      [
        {
          "class": "BlockInitParameterNotProvidedError",
          "code": "COMPILE_INIT_PARAMETER",
          "hint": "export it among the initialisers of a plugin, or give it as "asks.absent" or "absent"",
          "message": "step "s" (test/block@v1): the block needs the initialisation parameter "absent", which no plugin provides",
          "path": "/steps/0",
        },
      ]
    `);
  });
});

describe("blocks that are switched off", () => {
  const document = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [
      { type: "ObjectDetectionModel", name: "find", image: "$inputs.image", model_id: "a/1" },
      {
        type: "roboflow_core/dynamic_crop@v1",
        name: "crop",
        images: "$inputs.image",
        predictions: "$steps.find.predictions",
      },
    ],
    outputs: [],
  };
  const off = {
    WORKFLOW_DISABLED_BLOCK_TYPES: "model, flow_control",
    WORKFLOW_DISABLED_BLOCK_PATTERNS: "Dynamic_Crop,",
  };

  it("are unknown types, told with the setting that says so", async () => {
    const { installed } = await load([], off);
    expect(check(document, openLibrary({ allowCode: true, installed })).issues).toMatchInlineSnapshot(`
      [
        {
          "class": "WorkflowSyntaxError",
          "code": "COMPILE_UNKNOWN_BLOCK",
          "hint": "the block is switched off: WORKFLOW_DISABLED_BLOCK_TYPES has "model"",
          "message": "step "find": block type "ObjectDetectionModel" is not known",
          "path": "/steps/0/type",
        },
        {
          "class": "WorkflowSyntaxError",
          "code": "COMPILE_UNKNOWN_BLOCK",
          "hint": "the block is switched off: WORKFLOW_DISABLED_BLOCK_PATTERNS has "Dynamic_Crop"",
          "message": "step "crop": block type "roboflow_core/dynamic_crop@v1" is not known",
          "path": "/steps/1/type",
        },
      ]
    `);
  });

  it("are listed as what does not run here", async () => {
    const { installed } = await load([], off);
    const entries = listBlocks(installed).filter(({ reason }) => reason?.startsWith("it is switched off"));
    const names = new Map([
      ["flow", "flow_control"],
      ["model", "model"],
    ]);
    const byCategory = BLOCKS.flatMap(({ type, category = "" }) => {
      const name = names.get(category);
      return name === undefined
        ? []
        : [[type, false, `it is switched off: WORKFLOW_DISABLED_BLOCK_TYPES has "${name}"`]];
    });
    expect(entries.map(({ type, runs, reason }) => [type, runs, reason]).toSorted()).toEqual(
      [
        ...byCategory,
        [
          "roboflow_core/dynamic_crop@v1",
          false,
          'it is switched off: WORKFLOW_DISABLED_BLOCK_PATTERNS has "Dynamic_Crop"',
        ],
      ].toSorted(),
    );
  });
});

describe("the example", () => {
  const at = (frame: number, seconds: number) => ({
    type: "file",
    value: "scene.png",
    video_metadata: {
      video_identifier: "gate",
      frame_number: frame,
      frame_timestamp: new Date(Date.UTC(2026, 0, 31, 12, 0, seconds)).toISOString(),
    },
  });
  const people = (...feet: [number, number, number][]) => ({
    image: { width: 640, height: 480 },
    predictions: feet.map(([tracker_id, x, y]) => ({
      x,
      y: y - 50,
      width: 40,
      height: 100,
      confidence: 0.9,
      class: "person",
      class_id: 0,
      detection_id: `p${tracker_id}`,
      tracker_id,
    })),
  });
  const definition = {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowBatchInput", name: "people", kind: ["object_detection_prediction"] },
      { type: "WorkflowParameter", name: "seconds", kind: ["float"], default_value: 10 },
    ],
    steps: [
      {
        type: "loitering/flag@v1",
        name: "loiter",
        image: "$inputs.image",
        detections: "$inputs.people",
        radius: 30,
        seconds: "$inputs.seconds",
      },
    ],
    outputs: [
      { type: "JsonField", name: "loitering", selector: "$steps.loiter.loitering" },
      { type: "JsonField", name: "all", selector: "$steps.loiter.*" },
    ],
  };
  // One stays within the radius, the other walks.
  const frames = [0, 6, 12].map((seconds, i) => at(i + 1, seconds));
  const found = [0, 6, 12].map((_, i) => people([1, 100 + i, 200], [2, 100 + 100 * i, 300]));
  const environment = { ...process.env, WORKFLOWS_PLUGINS: "millrace-plugin-loitering" };

  async function run(...args: string[]) {
    await link(EXAMPLE, "millrace-plugin-loitering");
    await writePicture(folder.path("scene.png"), 0);
    await writeFile(folder.path("loitering.json"), JSON.stringify(definition));
    const given = ["--param", `image=${JSON.stringify(frames)}`, "--param", `people=${JSON.stringify(found)}`];
    return millrace(["run", "loitering.json", ...given, ...args], { cwd: folder.path("."), env: environment });
  }

  it("runs from a linked package, with its state, its kind and its initialisers", async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = JSON.parse(stdout) as {
      loitering: { predictions: { tracker_id: number }[] };
      all: Record<string, unknown>;
    }[];
    expect(rows.map(({ loitering }) => loitering.predictions.map(({ tracker_id }) => tracker_id))).toEqual([
      [],
      [],
      [1],
    ]);
    expect(rows.map(({ all }) => all["anyone"])).toEqual([false, false, true]);
    expect(rows[2]?.all["places"]).toEqual([
      { tracker_id: 1, x: 100, y: 200, seconds: 12 },
      { tracker_id: 2, x: 300, y: 300, seconds: 0 },
    ]);
  });

  it("refuses values that its properties do not take", async () => {
    const { code, stdout, stderr } = await run("--param", "seconds=-1");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatchInlineSnapshot(`
      "millrace: the input is wrong
      parameter "seconds", which is "seconds" of step "loiter" (loitering/flag@v1), is -1, expected number to be >0 [RUN_INPUT]
      "
    `);
  });

  it("is listed among the blocks, and its own definition is in order", async () => {
    await link(EXAMPLE, "millrace-plugin-loitering");
    const options = { cwd: folder.path("."), env: environment };
    const listed = await millrace(["blocks", "loitering/flag@v1", "--json"], options);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ type: "loitering/flag@v1", runs: true }]);
    const validated = await millrace(["validate", `${EXAMPLE}/workflow.json`], options);
    expect({ code: validated.code, stdout: validated.stdout }).toMatchObject({ code: 0 });
  });

  it("is named by --plugin of every command that reads definitions, as a package or a path", async () => {
    await link(EXAMPLE, "millrace-plugin-loitering");
    await writeFile(
      folder.path("own.case.json"),
      JSON.stringify({ definition, runs: [{ image: frames, people: found }] }),
    );
    const { WORKFLOWS_PLUGINS: _, ...without } = process.env;
    const of = (...args: string[]) => millrace(args, { cwd: folder.path("."), env: without });
    const workflow = `${EXAMPLE}/workflow.json`;
    const named = await Promise.all([
      of("validate", "--plugin", "millrace-plugin-loitering", workflow),
      of("validate", workflow, "--plugin", EXAMPLE),
      of("describe", workflow, "--plugin", EXAMPLE),
      of("blocks", "--plugin", EXAMPLE, "loitering/flag@v1"),
      of("schema", "definition", "--plugin", EXAMPLE),
    ]);
    expect(named.filter(({ code }) => code !== 0)).toEqual([]);
    expect(named[4]?.stdout).toContain("loitering/flag@v1");
    expect((await of("validate", workflow)).code).toBe(2);
    const tested = await of("test", "own.case.json", "--update", "--plugin", EXAMPLE);
    expect(tested.stderr).toMatch(/1 updated/);
    const missing = await of("run", "loitering.json", "--plugin", "not-there");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatchInlineSnapshot(`
      "millrace: the input is wrong
      plugin "not-there" is not installed for the working directory [PLUGIN_LOAD]
          hint: WORKFLOWS_PLUGINS and --plugin name npm packages, or paths; \`npm install\` the packages where millrace is started
      "
    `);
  });
});
