import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CompileError } from "../../src/base/errors.ts";
import type { Issue } from "../../src/base/issue.ts";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import { checkFile } from "../../src/daemon/commands/check-files.ts";
import { inspectWorkflow } from "../../src/daemon/commands/one-workflow.ts";
import { loadPlugins } from "../../src/daemon/plugins/plugins.ts";
import { type CompileSettings, compile, type Plugin } from "../../src/library.ts";
import { useFolder } from "../stream/clip.ts";

// The same definitions judged by `millrace validate`, by what runs them, and by the package.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = useFolder();
const { env } = process;
const cwd = process.cwd();
const before = { ...env };

const PLUGIN = `
  import { defineBlock, refTo, z } from "millrace";
  const block = (name, more) => defineBlock({
    type: "greetings/" + name + "@v1",
    summary: "Greets.",
    inputs: z.object({ guest: refTo(["guest"], z.string()).describe("Whom.") }),
    outputs: { text: "string" },
    example: { guest: "you" },
    run: ({ guest }) => ({ text: String(guest) }),
    ...more,
  });
  export const kinds = { guest: {} };
  export const blocks = [block("greet", { category: "greeting" }), block("ask", { init: ["word"] })];
`;

beforeAll(async () => {
  const plugin = folder.path("node_modules/greetings");
  await mkdir(plugin, { recursive: true });
  await symlink(ROOT, folder.path("node_modules/millrace"));
  await writeFile(`${plugin}/package.json`, '{"name": "greetings", "type": "module", "exports": "./index.js"}');
  await writeFile(`${plugin}/index.js`, PLUGIN);
  process.chdir(folder.path("."));
});

beforeEach(restoreEnvironment);

afterAll(() => {
  process.chdir(cwd);
  restoreEnvironment();
});

function restoreEnvironment(): void {
  for (const name of Object.keys(env)) if (before[name] === undefined) delete env[name];
  Object.assign(env, before);
}

interface Judged {
  /** What `validate` and the others say of the definition. */
  issues: Issue[];
  /** What stands only against running it. */
  unsupported: string[];
}

/** Fails when they do not say the same. */
async function judge(document: unknown, settings: CompileSettings = {}): Promise<Judged> {
  const file = folder.path("definition.json");
  await writeFile(file, JSON.stringify(document));
  const { issues: found, unsupported } = await checkFile(file);
  const issues = found.map(withoutPlace);
  const toRun = await faultsOf(() => inspectWorkflow({ definition: file, parameters: {}, models: {} }));
  const compiled = await faultsOf(async () => compile(document, settings));
  expect(compiled).toEqual(toRun);
  expect(compiled.filter(({ code }) => code !== "COMPILE_UNSUPPORTED_BLOCK")).toEqual(issues);
  expect(compiled.some(({ code }) => code === "COMPILE_UNSUPPORTED_BLOCK")).toBe(unsupported.length > 0);
  return { issues, unsupported };
}

async function faultsOf(work: () => Promise<unknown>): Promise<Issue[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.issues.map(withoutPlace);
  }
}

/** Only a file has lines. */
function withoutPlace({ line: _, column: __, excerpt: ___, ...issue }: Issue & { excerpt?: unknown }): Issue {
  return issue;
}

const image = { type: "WorkflowImage", name: "image" };
const detect = {
  type: "roboflow_core/roboflow_object_detection_model@v2",
  name: "detect",
  images: "$inputs.image",
  model_id: "a/1",
};
const greet = { type: "greetings/greet@v1", name: "greet", guest: "Ann" };

function definition(steps: object[], more: object = {}) {
  return { version: "1.0", inputs: [image], steps, outputs: [], ...more };
}

function own(language: "JavaScriptCode" | "PythonCode", text: string) {
  const manifest = { type: "ManifestDescription", block_type: "Own", inputs: {}, outputs: {} };
  const block = { type: "DynamicBlockDefinition", manifest, code: { type: language, run_function_code: text } };
  return definition([{ type: "Own", name: "own" }], { dynamic_blocks_definitions: [block] });
}

function inner(steps: object[]) {
  const workflow_definition = definition(steps);
  const parameter_bindings = { image: "$inputs.image" };
  return { type: "roboflow_core/inner_workflow@v1", name: "inner", workflow_definition, parameter_bindings };
}

describe("a definition is judged alike by the command line, the daemon and the package", () => {
  it("when it is right", async () => {
    const demo = await readFile(`${ROOT}config/demo-workflow.json`, "utf8");
    expect(await judge(JSON.parse(demo))).toEqual({ issues: [], unsupported: [] });
    expect(await judge(definition([inner([detect])]))).toEqual({ issues: [], unsupported: [] });
  });

  it.each<[string, unknown, string]>([
    ["is no definition", [], "DEFINITION"],
    ["names a type that does not exist", definition([{ ...detect, type: "no/type@v1" }]), "COMPILE_UNKNOWN_BLOCK"],
    ["connects kinds that do not fit", definition([{ ...detect, images: "$steps.detect.predictions" }]), "COMPILE"],
    [
      "has a property that its block cannot prepare",
      definition([{ type: "roboflow_core/string_template@v1", name: "text", template: "{" }]),
      "TEMPLATE_MALFORMED",
    ],
    ["has a fault in a nested workflow", definition([inner([{ ...detect, images: "$inputs.other" }])]), "COMPILE"],
    ["brings JavaScript that cannot be read", own("JavaScriptCode", "function run( {"), "DYNAMIC_BLOCK"],
    ["brings Python that cannot be read", own("PythonCode", "def run(self:"), "DYNAMIC_BLOCK"],
  ])("when it %s", async (_, document, code) => {
    const { issues, unsupported } = await judge(document);
    if (unsupported.length > 0) return;
    expect(issues).not.toEqual([]);
    expect(issues[0]?.code).toMatch(new RegExp(`^${code}`));
  });

  it("when it is right and cannot run here", async () => {
    const step = { type: "roboflow_core/roboflow_dataset_upload@v2", name: "upload", images: "$inputs.image" };
    const rest = { predictions: null, target_project: "p", usage_quota_name: "q" };
    const { unsupported } = await judge(definition([{ ...step, ...rest }]));
    expect(unsupported).toEqual(["roboflow_core/roboflow_dataset_upload@v2"]);
  });

  it("when it uses a plugin", async () => {
    env["WORKFLOWS_PLUGINS"] = "greetings";
    const { modules } = await loadPlugins(env, folder.path("."), { core: BLOCKS });
    const plugins = { greetings: (await import(modules[0]?.url ?? "")) as Plugin };
    expect(await judge(definition([greet]), { plugins })).toEqual({ issues: [], unsupported: [] });
    const asking = { ...greet, type: "greetings/ask@v1" };
    expect((await judge(definition([asking]), { plugins })).issues).toMatchObject([{ code: "COMPILE_INIT_PARAMETER" }]);
    env["WORKFLOW_DISABLED_BLOCK_TYPES"] = "greeting";
    const disabled = { categories: ["greeting"] };
    expect((await judge(definition([greet]), { plugins, disabled })).issues).toMatchObject([
      { code: "COMPILE_UNKNOWN_BLOCK", hint: /switched off/ },
    ]);
  });

  it("when it uses blocks that are switched off", async () => {
    env["WORKFLOW_DISABLED_BLOCK_TYPES"] = "model";
    env["WORKFLOW_DISABLED_BLOCK_PATTERNS"] = "dynamic_crop";
    const disabled = { categories: ["model"], patterns: ["dynamic_crop"] };
    const crop = { type: "roboflow_core/dynamic_crop@v1", name: "crop", images: "$inputs.image" };
    const steps = [detect, { ...crop, predictions: "$steps.detect.predictions" }];
    const { issues } = await judge(definition(steps), { disabled });
    expect(issues.slice(0, 2)).toMatchObject([{ code: "COMPILE_UNKNOWN_BLOCK" }, { code: "COMPILE_UNKNOWN_BLOCK" }]);
  });

  it("when it brings code and code is switched off", async () => {
    env["ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS"] = "false";
    const document = own("JavaScriptCode", "function run() { return {}; }");
    const { issues } = await judge(document, { allowCode: false });
    expect(issues.map(({ message }) => message)).toContainEqual(expect.stringContaining("switched off"));
  });
});
