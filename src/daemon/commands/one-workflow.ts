import { CompileError, ConfigError, UserError } from "../../base/errors.ts";
import { formatIssue, type Issue, sentenceOf } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { BlockManifest } from "../../blocks/contract/block.ts";
import { CORE } from "../../blocks/registry/core.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import { checkToRun } from "../../compiler/compile.ts";
import type { Plan } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";
import type { Config } from "../config/schema/config-schema.ts";
import { parameterFaults } from "../input/parameter-faults.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { type InputFault, isFedByFrames, readInputs } from "../input/runtime-inputs.ts";
import { askedModels, taskFault } from "../models/asked-models.ts";
import { type InferenceSettings, type ModelStore, openModels } from "../models/models.ts";
import { loadLibrary } from "../plugins/library.ts";
import type { PluginModule } from "../plugins/plugins.ts";
import { inspectConfigured } from "../prepare/model-list.ts";
import { modelWarnings } from "../prepare/model-warnings.ts";

/** A definition given on the command line together with its parameters and model files. */
export interface WorkflowArguments {
  definition: string;
  parameters: Readonly<Record<string, unknown>>;
  models: Config["models"];
  /** Receives what is valid but most likely a mistake. */
  warn?: (warning: string) => void;
  /** Warnings are faults. */
  isStrict?: boolean;
  /** Sinks send and write nothing. */
  disableSinks?: boolean;
}

const COMMAND_INFERENCE: InferenceSettings = {
  providers: ["tensorrt", "cuda", "cpu"],
  sessions: null,
  maxBatch: 8,
  maxWaitMs: 4,
};

/** A compiled definition with everything needed to run it. */
export interface LoadedWorkflow {
  plan: Plan;
  /** Of the library and of the document, by type. */
  blocks: ReadonlyMap<string, BlockManifest>;
  installed: Installed;
  plugins: readonly PluginModule[];
  descriptions: ReadonlyMap<string, ModelDescription>;
}

/** Compiles the definition, inspects its models and reads its parameters; throws a `UserError` with every fault. */
export async function loadWorkflow(settings: WorkflowArguments): Promise<LoadedWorkflow> {
  const { loaded, issues } = await inspectWorkflow(settings);
  const { plan, blocks, installed } = loaded;
  const { inputs, faults } = readInputs(plan, settings.parameters, { codecs: installed.kinds, isFed: isFedByFrames });
  const all = [...faults, ...parameterFaults(plan, inputs, { blocks })];
  issues.push(...all.map((fault) => inputIssue(fault, plan)));
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
  return loaded;
}

/** The same without the values of inputs, and with the faults beside; throws only where the definition cannot be judged. */
export async function inspectWorkflow(settings: WorkflowArguments) {
  const { definition, parameters, models } = settings;
  const { file, loaded: found } = await readBoth(settings);
  const { library, installed, plugins } = found;
  const { plan, blocks, warnings, issues: faults } = checkToRun(file.document, library);
  if (plan === null) {
    const error = new CompileError("COMPILE", file.placed(faults), definition);
    throw await withModelFaults([error], models, installed);
  }
  const issues: Issue[] = [];
  const known = plan.inputs.map((input) => input.name);
  for (const name of Object.keys(parameters)) {
    if (known.includes(name)) continue;
    const hint = suggest(name, known) ?? (known.length > 0 ? `its inputs are ${known.join(", ")}` : undefined);
    issues.push({
      code: "FLAG_UNKNOWN_INPUT",
      path: "",
      message: `--param: the definition has no input "${name}"`,
      ...(hint ? { hint } : {}),
    });
  }
  const descriptions = await inspectAll(models, installed, issues);
  for (const asked of askedModels(plan.models, plan, parameters)) {
    const { id } = asked;
    const description = descriptions.get(id);
    const fault = description === undefined ? null : taskFault(asked, description);
    if (fault !== null) issues.push({ code: "MODEL_TASK", path: "", message: fault });
    if (models[id] !== undefined) continue;
    const message = `the definition names the model "${id}", which no --model maps to a file`;
    issues.push({ code: "FLAG_UNKNOWN_MODEL", path: "", message, hint: `add --model ${id}=your-model.onnx` });
  }
  const doubts = [...file.placed(warnings), ...modelWarnings(plan, { parameters, models: descriptions })];
  if (settings.isStrict && doubts.length > 0) throw new CompileError("COMPILE", doubts, definition);
  for (const doubt of doubts) settings.warn?.(formatIssue(doubt, definition));
  const loaded: LoadedWorkflow = { plan, blocks, installed, plugins, descriptions };
  return { loaded, issues };
}

/** The definition and the library; where one of them is not to be had, the faults of both and of the model files. */
async function readBoth({ definition, models }: WorkflowArguments) {
  const [file, loaded] = await Promise.allSettled([readDefinitionFile(definition), loadLibrary()]);
  if (file.status === "fulfilled" && loaded.status === "fulfilled") return { file: file.value, loaded: loaded.value };
  const reasons = [file, loaded].flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
  const unexpected = reasons.find((reason) => !(reason instanceof UserError));
  if (unexpected !== undefined) throw unexpected;
  throw await withModelFaults(
    reasons.filter((reason) => reason instanceof UserError),
    models,
    loaded.status === "fulfilled" ? loaded.value.installed : CORE,
  );
}

/** The one error, or all of them as one, each fault with the file that it is in. */
async function withModelFaults(
  errors: readonly UserError[],
  models: Config["models"],
  installed: Installed,
): Promise<UserError> {
  const ofModels: Issue[] = [];
  await inspectAll(models, installed, ofModels);
  const [first] = errors;
  if (first !== undefined && errors.length === 1 && ofModels.length === 0) return first;
  return new ConfigError("FLAGS", [...errors.flatMap(inItsFile), ...ofModels]);
}

function inItsFile({ issues, details: { file } }: UserError): Issue[] {
  if (typeof file !== "string") return [...issues];
  return issues.map(({ line: _, column: __, ...issue }, i) => {
    return { ...issue, path: "", message: sentenceOf(issues[i] ?? issue, file) };
  });
}

/** A value of the command line that an input does not take. */
export function inputIssue({ input, message, isMissing }: InputFault, plan?: Plan): Issue {
  const issue: Issue = { code: "RUN_INPUT", class: "RuntimeInputError", path: "", message };
  if (!isMissing) return issue;
  const isPicture = plan?.inputs.find(({ name }) => name === input)?.kinds.includes("image");
  return { ...issue, hint: `give it with ${isPicture ? `--image ${input}=PATH` : `--param ${input}=JSON`}` };
}

async function inspectAll(
  models: Config["models"],
  installed: Installed,
  issues: Issue[],
): Promise<Map<string, ModelDescription>> {
  const found = new Map<string, ModelDescription>();
  for (const { id, description, error } of await inspectConfigured({ models }, installed)) {
    if (description !== null) found.set(id, description);
    else issues.push({ code: "FLAG_MODEL", path: "", message: `--model ${id}: ${error}` });
  }
  return found;
}

/** Models of a command: no log, the usual providers. */
export function openCommandModels(
  arena: SharedArrayBuffer,
  descriptions: ReadonlyMap<string, ModelDescription>,
): ModelStore {
  return openModels({ arena, descriptions, inference: COMMAND_INFERENCE, report: () => {} });
}

/** The image input that frames or pictures feed when none is named. */
export function imageInput(plan: Plan, named: string | undefined): string {
  const images = plan.inputs.filter((input) => input.kinds.includes("image")).map((input) => input.name);
  const chosen = named ?? images[0];
  if (chosen !== undefined && images.includes(chosen)) return chosen;
  const message =
    named === undefined ? "the definition has no image input" : `the definition has no image input "${named}"`;
  const hint = images.length > 0 ? `its image inputs are ${images.join(", ")}` : undefined;
  throw new ConfigError("FLAGS", [{ code: "FLAG_UNKNOWN_INPUT", path: "", message, ...(hint ? { hint } : {}) }]);
}
