import { CompileError, ConfigError, MillraceError } from "../../base/errors.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { checkToRun, type Verdict } from "../../compiler/compile.ts";
import type { Plan } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { type BlockEntry, listBlocks } from "../commands/block-list.ts";
import { openCommandModels } from "../commands/one-workflow.ts";
import { parseConfig } from "../config/config.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { askedModels, taskFault } from "../models/asked-models.ts";
import { judge } from "../plugins/known-definitions.ts";
import { type LoadedLibrary, loadLibrary } from "../plugins/library.ts";
import { inspectConfigured } from "../prepare/model-list.ts";
import type { ModelOptions } from "./camera-pipeline.ts";
import { type LibraryWorkflow, type LibraryWorkflowSettings, openLibraryWorkflow } from "./opened-workflow.ts";
import { asText, modelsInConfig, unknownSettings } from "./settings-text.ts";

/** What `openLibrary` loads. */
export interface WorkflowLibrarySettings {
  /** Plugins: names of npm packages, or paths of their folders or main modules; beside those of `WORKFLOWS_PLUGINS`. */
  plugins?: readonly string[];
  /** ONNX files by the `model_id` that definitions name. */
  models?: Readonly<Record<string, string | ModelOptions>>;
  /** Whether definitions may bring code; true by default. */
  allowCode?: boolean;
}

/** What is to be said of a definition. */
export interface Check {
  /** Faults; with any of them the definition does not compile. */
  issues: readonly Issue[];
  /** What is valid and most likely not meant. */
  warnings: readonly Issue[];
  /** Block types that are known but cannot run here; each has an issue as well. */
  unsupported: readonly string[];
}

/** Blocks, plugins and models that were loaded once, for any number of definitions. `await using` closes it at the end of its block. */
export interface WorkflowLibrary extends AsyncDisposable {
  /** Every known block type, those of plugins among them: first those that run. */
  readonly blocks: readonly BlockEntry[];
  /** The faults and warnings of a definition (parsed JSON) as values. */
  check(definition: object): Check;
  /** A definition (parsed JSON) to a plan; throws a `CompileError` with every fault. */
  compile(definition: object): Plan;
  /**
   * Opens a definition (parsed JSON, or the path of a JSON file) on a thread of its own, with the models that it names. Throws a
   * `CompileError` with the faults of the definition, and a `ConfigError` with those of its parameters and models.
   */
  open(definition: string | object, settings?: LibraryWorkflowSettings): Promise<LibraryWorkflow>;
  /** Closes every workflow that is open, and the models. May be called again. */
  close(): Promise<void>;
}

/** Loads the plugins and inspects the models; throws a `ConfigError` with every fault of the settings and of what they name. */
export async function openWorkflowLibrary(settings: WorkflowLibrarySettings): Promise<WorkflowLibrary> {
  const { loaded, descriptions } = await openSettings(settings);
  const models = openCommandModels(NO_FRAMES, descriptions);
  const workflows = new Set<LibraryWorkflow>();
  const compiled = (found: Verdict, file?: string, placed = (issues: readonly Issue[]): readonly Issue[] => issues) => {
    if (found.plan === null) throw new CompileError("COMPILE", placed(found.issues), file);
    return { ...found, plan: found.plan };
  };
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= Promise.all([...workflows].map((workflow) => workflow.close())).then(() => models.close());
    return closing;
  };
  return {
    blocks: listBlocks(loaded.installed),
    check(definition) {
      const { issues, warnings, unsupported } = checkToRun(definition, loaded.library);
      return { issues, warnings, unsupported };
    },
    compile: (definition) => compiled(checkToRun(definition, loaded.library)).plan,
    async open(definition, own = {}) {
      if (closing !== null) throw new MillraceError("LIBRARY_CLOSED", "the library is closed");
      const file = typeof definition === "string" ? await readDefinitionFile(definition) : null;
      const { plan, blocks } = compiled(
        file === null ? checkToRun(definition, loaded.library) : judge(file.document, loaded.library),
        typeof definition === "string" ? definition : undefined,
        file?.placed,
      );
      refuse("LIBRARY_SETTINGS", modelFaults(plan, own.parameters ?? {}, descriptions));
      const closed = () => workflows.delete(workflow);
      const workflow = await openLibraryWorkflow({ plan, blocks, loaded, models, settings: own, closed });
      workflows.add(workflow);
      return workflow;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Pictures of a program own their pixels. */
const NO_FRAMES = new SharedArrayBuffer(64);

const SETTINGS: Record<keyof WorkflowLibrarySettings, true> = { plugins: true, models: true, allowCode: true };

async function openSettings(
  settings: WorkflowLibrarySettings,
): Promise<{ loaded: LoadedLibrary; descriptions: ReadonlyMap<string, ModelDescription> }> {
  const { plugins = [], models = {}, allowCode = true } = settings;
  const issues = unknownSettings(settings, Object.keys(SETTINGS), "LIBRARY_SETTING");
  const { config, issues: faults } = parseConfig(
    asText({ cameras: {}, pipelines: {}, plugins, models: modelsInConfig(models) }),
    {},
  );
  issues.push(...faults.map(({ line: _, column: __, ...issue }) => issue));
  if (config === null || issues.length > 0) throw new ConfigError("LIBRARY_SETTINGS", issues);
  const folder = process.cwd();
  const loaded = await loadLibrary({ allowCode, plugins: { names: config.plugins, folder } });
  const descriptions = new Map<string, ModelDescription>();
  for (const { id, description, error } of await inspectConfigured(config, loaded.installed)) {
    if (description !== null) descriptions.set(id, description);
    else
      issues.push({ code: "LIBRARY_MODEL", path: pointer(["models", id]), message: error ?? "has to be downloaded" });
  }
  refuse("LIBRARY_SETTINGS", issues);
  return { loaded, descriptions };
}

function modelFaults(
  plan: Plan,
  parameters: Readonly<Record<string, unknown>>,
  descriptions: ReadonlyMap<string, ModelDescription>,
): Issue[] {
  return askedModels(plan.models, plan, parameters).flatMap((asked): Issue[] => {
    const description = descriptions.get(asked.id);
    const message =
      description === undefined
        ? `the definition names the model "${asked.id}", which the library has no file of`
        : taskFault(asked, description);
    if (message === null) return [];
    const hint = description === undefined ? { hint: "give it among the `models` of `openLibrary`" } : {};
    return [{ code: "LIBRARY_MODEL", path: pointer(["models", asked.id]), message, ...hint }];
  });
}

function refuse(code: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new ConfigError(code, issues);
}
