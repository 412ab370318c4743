import { setTimeout as delay } from "node:timers/promises";
import { MillraceError, UserError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { directKernels } from "../blocks/direct-kernels.ts";
import { check, checkToRun } from "../compiler/compile.ts";
import type { Plan } from "../compiler/plan.ts";
import { inputIssue } from "../daemon/commands/one-workflow.ts";
import { readPictures } from "../daemon/commands/read-pictures.ts";
import { batchOnce } from "../daemon/input/batch-once.ts";
import { parameterFaults } from "../daemon/input/parameter-faults.ts";
import { readInputs } from "../daemon/input/runtime-inputs.ts";
import { modelIds } from "../daemon/models/asked-models.ts";
import type { ModelLink } from "../daemon/models/model-link.ts";
import { type LoadedLibrary, loadLibrary } from "../daemon/plugins/library.ts";
import type { PluginNames } from "../daemon/plugins/plugins.ts";
import { arenaPixels } from "../daemon/worker/arena-pixels.ts";
import { filesOf } from "../daemon/worker/files-of.ts";
import { NeededBlocks } from "../daemon/worker/needed-blocks.ts";
import { outputSerialiser } from "../daemon/worker/serialise-output.ts";
import { WorkflowRunner } from "../daemon/worker/workflow-runner.ts";
import { type CodeEvent, openCodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import { openEffects } from "../effects/open-effects.ts";
import type { Image } from "../kinds/image.ts";
import type { SerialisedImage } from "../kinds/serialise.ts";
import type { Case } from "./case-file.ts";
import type { Failure, Outcome } from "./compare-case.ts";
import { errorClass } from "./error-class.ts";
import { besideCase } from "./expected-pictures.ts";
import { Picture } from "./picture.ts";
import { openPlaces, type Places } from "./places.ts";

export interface CaseTools {
  models: ModelLink;
  /** Plugins beside those of the environment. */
  plugins?: PluginNames;
  report: (event: CodeEvent) => void;
}

export interface CaseRun {
  /** What the case gave, null where only what does not run here keeps it from running. */
  outcome: Outcome | null;
  /** What it uses that does not run here. */
  unsupported: readonly string[];
}

/** Runs a case on an engine of its own, from its first run to its last. Throws only what is no answer of the workflow. */
export async function runCase(one: Case, tools: CaseTools): Promise<CaseRun> {
  const places = await openPlaces([one.definition, one.runs]);
  const restore = setEnvironment(one.env);
  try {
    const loaded = await loadLibrary(tools.plugins && { plugins: tools.plugins });
    const { library } = loaded;
    const document = places.fill(one.definition);
    const { issues, unsupported } = check(document, library);
    if (issues.length > 0) return { outcome: { compileError: failureOf(issues) }, unsupported };
    const { plan, blocks, issues: further } = checkToRun(document, library);
    if (plan === null) {
      return {
        outcome: null,
        unsupported: unsupported.length > 0 ? unsupported : further.map(({ message }) => message),
      };
    }
    const runs = await runAll({ one, plan, blocks, loaded, places, tools });
    return { outcome: { runs, files: await places.files(), requests: places.requests() }, unsupported: [] };
  } finally {
    restore();
    await places.close();
  }
}

interface Running {
  one: Case;
  plan: Plan;
  blocks: ReturnType<typeof checkToRun>["blocks"];
  loaded: LoadedLibrary;
  places: Places;
  tools: CaseTools;
}

type RunResult = Extract<Outcome, { runs: unknown }>["runs"][number];

async function runAll(running: Running): Promise<RunResult[]> {
  const { one, plan, loaded, places, tools } = running;
  const code = openCodeRuntime({ stateDirectory: null, report: tools.report });
  const pixels = arenaPixels(new SharedArrayBuffer(64));
  const effects = openEffects({ files: filesOf(process.env), report: tools.report });
  const own = { code, pixels, kernels: directKernels, effects: effects.services, pictures: null };
  const tool = { blocks: new NeededBlocks(loaded.plugins), models: tools.models, ...own };
  try {
    for (const id of modelIds(plan.models, plan, one.runs[0] ?? {})) await tools.models.open(id);
    const writer = { publish: null, outputs: false, picture: null };
    const runner = await WorkflowRunner.open({ plan, parameters: {}, onError: "throw", writer }, tool);
    const results: RunResult[] = [];
    for (const run of one.runs) {
      const { $sleep: seconds, ...inputs } = run;
      if (typeof seconds === "number") await delay(seconds * 1000);
      results.push(await runBatch(runner, besideFiles(places.fill(inputs), one.folder), { running, pixels }));
    }
    return results;
  } finally {
    await effects.idle();
    await Promise.all([code.close(), effects.close()]);
  }
}

async function runBatch(
  runner: WorkflowRunner,
  parameters: Record<string, unknown>,
  { running, pixels }: { running: Running; pixels: ReturnType<typeof arenaPixels> },
): Promise<RunResult> {
  const { plan, blocks, loaded } = running;
  const codecs = loaded.installed.kinds;
  try {
    const { given, issues } = await readPictures(plan, { parameters, images: {} });
    const { size, inputs, faults } = readInputs(plan, given, { codecs });
    const all = [...faults, ...parameterFaults(plan, inputs, { blocks })];
    issues.push(...all.map((fault) => inputIssue(fault, plan)));
    if (issues.length > 0) return { error: failureOf(issues) };
    const serialise = outputSerialiser(plan, codecs);
    const onImage = (image: Image, json: SerialisedImage) => {
      Object.assign(json, { value: new Picture(pixels.copy(image), image) });
    };
    const rows = await runner.run(
      () => batchOnce({ plan, size, inputs }),
      async (_, { rows: found }) =>
        found.map((row) =>
          Object.fromEntries(
            plan.outputs.map((output) => {
              return [output.name, serialise(output, row[output.name], { onImage })];
            }),
          ),
        ),
    );
    return { rows };
  } catch (error) {
    if (error instanceof UserError) return { error: failureOf(error.issues) };
    if (error instanceof MillraceError) {
      return { error: { classes: [errorClass(error)], message: error.message } };
    }
    throw error;
  }
}

function failureOf(issues: readonly Issue[]): Failure {
  const classes = [...new Set(issues.map((issue) => issue.class ?? "WorkflowDefinitionError"))];
  return { classes, message: issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ") };
}

/** Files that a run names lie beside the case. */
function besideFiles(inputs: Record<string, unknown>, folder: string): Record<string, unknown> {
  const find = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(find);
    if (typeof value !== "object" || value === null) return value;
    const fields = value as Record<string, unknown>;
    const path = fields["$png"] ?? (fields["type"] === "file" ? fields["value"] : undefined);
    if (typeof path !== "string")
      return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, find(item)]));
    const { $png: _, ...others } = fields;
    return { ...others, type: "file", value: besideCase(path, folder) };
  };
  return find(inputs) as Record<string, unknown>;
}

/** Environment variables are a thread's own. */
function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
