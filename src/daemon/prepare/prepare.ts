import { dirname, resolve } from "node:path";
import { ConfigError, messageOf, UserError } from "../../base/errors.ts";
import { type Issue, pointer, sentenceOf } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { Plan } from "../../compiler/plan.ts";
import { brief } from "../../definition/brief.ts";
import type { ModelDescription } from "../../inference/description.ts";
import type { Config, PipelineConfig } from "../config/schema/config-schema.ts";
import type { Zones } from "../config/schema/zone-schema.ts";
import { parameterFaults } from "../input/parameter-faults.ts";
import { placedParameters } from "../input/placed-parameters.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { zoneIssues } from "../input/zone-issues.ts";
import { usedZones, zoneReference } from "../input/zone-reference.ts";
import { zoneWords } from "../input/zone-words.ts";
import { askedModels, taskFault } from "../models/asked-models.ts";
import type { AwaitedModel } from "../models/awaited-model.ts";
import { type ConfigLibrary, openConfigLibrary } from "../plugins/config-library.ts";
import { digestOf } from "../plugins/known-definitions.ts";
import type { PluginModule } from "../plugins/plugins.ts";
import { type Drawn, readDrawn } from "../zones/zone-file.ts";
import { zonesInForce } from "../zones/zones-in-force.ts";
import { cameraFileIssues } from "./camera-files.ts";
import { detectionsOutput, pictureOutput } from "./chosen-outputs.ts";
import { inspectConfigured } from "./model-list.ts";
import { modelWarnings } from "./model-warnings.ts";
import { outsideIssues } from "./outside-issues.ts";
import { videoIssues } from "./video-targets.ts";

/** A pipeline that is known to make sense: compiled, its models found. */
export interface PreparedPipeline {
  id: string;
  config: PipelineConfig;
  plan: Plan;
  plugins: readonly PluginModule[];
  /** Identity of the definition. */
  revision: string;
  /** Files of code that the definition names. */
  codeFiles: readonly string[];
  detections: string | null;
  picture: string | null;
  /** Those that its parameters name. */
  zones: Zones;
  /** Why it waits for a zone that was drawn and is lost; null where none is. */
  lacking: string | null;
  /** What is wrong with other values for its parameters, or with other zones. */
  faultsOf: (parameters: PipelineConfig["parameters"], zones: Zones) => Issue[];
}

/** A pipeline with other values for its parameters and other zones, in which there is nothing wrong. */
export function withParameters(
  { config, ...pipeline }: PreparedPipeline,
  parameters: PipelineConfig["parameters"],
  zones: Zones,
): PreparedPipeline {
  const used = usedZones({ ...config, parameters }, zones);
  return { ...pipeline, config: { ...config, parameters }, zones: used, lacking: null };
}

export interface Prepared {
  pipelines: PreparedPipeline[];
  models: ReadonlyMap<string, ModelDescription>;
  /** Models that have to be downloaded first; what asks for one waits. */
  awaited: readonly AwaitedModel[];
  /** What is in order and most likely not meant, in sentences. */
  warnings: readonly string[];
  /** Zones that stand over those of the config. */
  drawn: Drawn;
}

export interface PrepareOptions {
  /** Warnings are faults. */
  isStrict?: boolean;
  /** Reads the definition that a pipeline names. */
  readDefinition?: typeof readDefinitionFile;
  /** Zones that were drawn; by default those in the folder of the state. */
  drawn?: Drawn;
  /** Keys at the top of the config that entries are left out of, for faults of their own. */
  incomplete?: ReadonlySet<string>;
}

/** Keys without which no definition can be judged. */
const GROUNDS = ["plugins", "code_blocks", "python", "isolated_level"];

/** Faults that an entry which was left out may be the cause of, by the key that it was left out of. */
const FOLLOWING: Readonly<Record<string, readonly string[]>> = {
  models: ["CONFIG_UNKNOWN_MODEL"],
  zones: ["CONFIG_UNKNOWN_ZONE", "CONFIG_ZONE_CAMERA"],
  cameras: ["CONFIG_ZONE_CAMERA", "CONFIG_VIDEO_OUT"],
  state_dir: ["CONFIG_STATE_DIR", "CONFIG_UNKNOWN_ZONE"],
};

/** Checks everything a config refers to before anything starts; throws one `ConfigError` with every fault found. */
export async function prepare(
  config: Config,
  file: string,
  { isStrict = false, readDefinition = readDefinitionFile, drawn: given, incomplete = new Set() }: PrepareOptions = {},
): Promise<Prepared> {
  const drawn = given ?? (await readDrawn(config.state_dir));
  const issues = [...(await outsideIssues(config)), ...(await cameraFileIssues(config))];
  const warnings: Issue[] = [];
  const loaded = await libraryOf(config, file, issues);
  if (loaded === null || GROUNDS.some((key) => incomplete.has(key))) {
    for (const [id, { workflow }] of Object.entries(config.pipelines)) {
      await readDefinition(workflow).catch((error) => issues.push(...definitionIssues(error, id, workflow)));
    }
    throw new ConfigError("CONFIG", issues, file);
  }
  const { models, awaited } = await inspectModels(config, loaded.installed, issues);
  const pipelines: PreparedPipeline[] = [];
  for (const [id, pipeline] of Object.entries(config.pipelines)) {
    const around = { config, issues, warnings, models, loaded, readDefinition, drawn };
    const prepared = await preparePipeline(id, pipeline, around);
    if (prepared !== null) pipelines.push(prepared);
  }
  if (isStrict) issues.push(...warnings);
  const following = new Set([...incomplete].flatMap((key) => FOLLOWING[key] ?? []));
  const faults = issues.filter(({ code }) => !following.has(code));
  if (faults.length > 0) throw new ConfigError("CONFIG", faults, file);
  return { pipelines, models, awaited, drawn, warnings: warnings.map((warning) => onOneLine(warning, file)) };
}

function onOneLine(warning: Issue, file: string): string {
  return `${sentenceOf(warning, file)}${warning.hint === undefined ? "" : `; ${warning.hint}`}`;
}

/** Null where plugins have faults: without them no definition can be judged. */
async function libraryOf(config: Config, file: string, issues: Issue[]): Promise<ConfigLibrary | null> {
  const plugins = { names: config.plugins, folder: dirname(resolve(file)) };
  try {
    return await openConfigLibrary({ ...codeSettings(config), plugins });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    issues.push(...error.issues);
    return null;
  }
}

function codeSettings(config: Config) {
  const { code_blocks: codeBlocks, python, isolated_level: isolatedLevel, code_call_timeout_ms: callMs } = config;
  const mode = codeBlocks === "isolated" ? codeBlocks : "local";
  return { allowCode: codeBlocks !== "off", mode, python, isolatedLevel, callMs } as const;
}

async function inspectModels(
  config: Config,
  installed: ConfigLibrary["installed"],
  issues: Issue[],
): Promise<Pick<Prepared, "awaited"> & { models: Map<string, ModelDescription> }> {
  const models = new Map<string, ModelDescription>();
  const waiting: AwaitedModel[] = [];
  for (const { id, description, error, awaited } of await inspectConfigured(config, installed)) {
    if (description !== null) models.set(id, description);
    else if (awaited !== null) waiting.push(awaited);
    else issues.push({ code: "CONFIG_MODEL", path: pointer(["models", id]), message: error });
  }
  return { models, awaited: waiting };
}

interface Surroundings {
  config: Config;
  loaded: ConfigLibrary;
  issues: Issue[];
  warnings: Issue[];
  models: ReadonlyMap<string, ModelDescription>;
  readDefinition: typeof readDefinitionFile;
  drawn: Drawn;
}

async function preparePipeline(
  id: string,
  pipeline: PipelineConfig,
  around: Surroundings,
): Promise<PreparedPipeline | null> {
  const path = pointer(["pipelines", id]);
  const definition = await around.readDefinition(pipeline.workflow).catch((error) => {
    around.issues.push(...definitionIssues(error, id, pipeline.workflow));
    return null;
  });
  if (definition === null) return null;
  const { plugins } = around.loaded;
  const digest = digestOf(definition.document);
  const { plan, issues, warnings, blocks } = await around.loaded.judge(definition.document, digest);
  around.issues.push(...definition.placed(issues).map((issue) => withinDefinition(issue, path, pipeline.workflow)));
  if (plan === null) return null;
  const doubts = [
    ...definition.placed(warnings),
    ...modelWarnings(plan, { ...around, parameters: pipeline.parameters }),
  ];
  around.warnings.push(...doubts.map((issue) => withinDefinition(issue, path, pipeline.workflow)));
  const faultsOf = (parameters: PipelineConfig["parameters"], zones: Zones) => {
    const changed = { ...pipeline, parameters };
    const unknown = zoneIssues(changed, zones, path);
    const given = { pipeline: changed, zones, blocks, path };
    const issues = unknown.length > 0 ? unknown : parameterIssues(plan, given, around.loaded);
    return [...pipelineIssues(plan, changed, path, around), ...issues];
  };
  const zones = zonesInForce(around.config, around.drawn.zones);
  const faults = faultsOf(pipeline.parameters, zones);
  const lost = around.drawn.damage.length === 0 ? [] : faults.filter(({ code }) => OF_ZONES.includes(code));
  around.issues.push(...faults.filter((fault) => !lost.includes(fault)), ...stateIssues(plan, path, around.config));
  const revision = digest.slice(0, 8);
  const { publish } = pipeline;
  const detections = publish.detections === undefined ? detectionsOutput(plan) : publish.detections;
  const picture = pipeline.picture ?? pictureOutput(plan);
  around.issues.push(...videoIssues(plan, { id, config: pipeline, picture }));
  const { files: codeFiles } = definition;
  const lacking = lost.length === 0 ? null : lost.map(({ message }) => message).join("; ");
  const known = { plan, plugins, revision, codeFiles, detections, picture, lacking };
  return { id, config: pipeline, ...known, zones: usedZones(pipeline, zones), faultsOf };
}

/** What is wrong where zones are not there. */
const OF_ZONES: readonly string[] = ["CONFIG_UNKNOWN_ZONE", "CONFIG_ZONE_CAMERA"];

interface Given {
  pipeline: PipelineConfig;
  zones: Zones;
  blocks: Parameters<typeof parameterFaults>[2]["blocks"];
  path: string;
}

/** Any size of picture shows what is wrong with a zone for a step. */
const ANY_SIZE = { width: 1000, height: 1000 };

/** Values of parameters that are of no kind the input takes, or that a step does not take; zones as each camera has them. */
function parameterIssues(plan: Plan, { pipeline, zones, blocks, path }: Given, { installed }: ConfigLibrary): Issue[] {
  const { parameters, cameras } = pipeline;
  const isFed = (input: Plan["inputs"][number]) => input.batch;
  const settings = { plan, parameters, zones, codecs: installed.kinds, isFed };
  const found = cameras.flatMap((camera) => {
    const words = (name: string) => {
      const reference = zoneReference(parameters[name]);
      return reference === null ? null : zoneWords(reference, zones, camera);
    };
    const shown = (name: string, value: unknown) => words(name)?.found ?? brief(value);
    const { inputs, faults } = placedParameters(settings, { camera, ...ANY_SIZE }, shown);
    return [...faults, ...parameterFaults(plan, inputs, { blocks, words })];
  });
  const messages = new Map(found.map(({ input, message }) => [message, input]));
  return [...messages].map(([message, input]) => {
    const at = pointer(["parameters", input]);
    return { code: "RUN_INPUT", class: "RuntimeInputError", path: `${path}${at}`, message };
  });
}

function definitionIssues(error: unknown, pipeline: string, file: string): Issue[] {
  const path = pointer(["pipelines", pipeline]);
  const issues =
    error instanceof UserError ? error.issues : [{ code: "DEFINITION_FILE", path: "", message: messageOf(error) }];
  return issues.map((issue) => withinDefinition(issue, path, file));
}

function withinDefinition(issue: Issue, path: string, file: string): Issue {
  const { line: _line, column: _column, ...rest } = issue;
  return { ...rest, path: `${path}/workflow`, message: sentenceOf(issue, file) };
}

/** State is kept in files, which need a place. */
function stateIssues(plan: Plan, path: string, { state_dir: directory }: Config): Issue[] {
  if (directory !== undefined) return [];
  const keeping = plan.steps.filter(({ code }) => code !== null && code.persist !== null);
  return keeping.map(({ name, type }) => ({
    code: "CONFIG_STATE_DIR",
    path: `${path}/workflow`,
    message: `step "${name}" (${type}) wants its state kept, but the config has no "state_dir" for it`,
    hint: "add  state_dir: /var/lib/millrace",
  }));
}

function pipelineIssues(plan: Plan, pipeline: PipelineConfig, path: string, { config, models }: Surroundings): Issue[] {
  const issues: Issue[] = [];
  const parameters = plan.inputs.filter((input) => !input.batch);
  for (const name of Object.keys(pipeline.parameters)) {
    if (parameters.some((input) => input.name === name)) continue;
    const message = `the workflow has no parameter "${name}"`;
    const hint = suggest(
      name,
      parameters.map((input) => input.name),
    );
    issues.push({
      code: "CONFIG_UNKNOWN_PARAMETER",
      path: `${path}/parameters/${name}`,
      message,
      ...(hint ? { hint } : {}),
    });
  }
  for (const input of plan.inputs.filter((candidate) => candidate.batch)) {
    if (input.kinds.includes("image") || input.kinds.includes("video_metadata")) continue;
    const message = `the workflow's input "${input.name}" is ${input.kinds.join(" or ")}, which no camera gives`;
    issues.push({ code: "CONFIG_INPUT", path: `${path}/workflow`, message });
  }
  for (const asked of askedModels(plan.models, plan, pipeline.parameters)) {
    const { id } = asked;
    const description = models.get(id);
    const fault = description === undefined ? null : taskFault(asked, description);
    if (fault !== null) issues.push({ code: "MODEL_TASK", path: `${path}/workflow`, message: fault });
    if (description !== undefined || config.models[id] !== undefined) continue;
    const message = `the workflow names the model "${id}", which "models" does not map to a file`;
    const hint = suggest(id, Object.keys(config.models)) ?? `add  models: { "${id}": { path: your-model.onnx } }`;
    issues.push({ code: "CONFIG_UNKNOWN_MODEL", path: `${path}/workflow`, message, hint });
  }
  const outputs = plan.outputs.map((output) => output.name);
  const named = { "publish/detections": pipeline.publish.detections, picture: pipeline.picture };
  for (const [key, name] of Object.entries(named)) {
    if (!name || outputs.includes(name)) continue;
    const hint = suggest(name, outputs) ?? `its outputs are ${outputs.join(", ")}`;
    const message = `the workflow has no output "${name}"`;
    issues.push({ code: "CONFIG_UNKNOWN_OUTPUT", path: `${path}/${key}`, message, hint });
  }
  return issues;
}
