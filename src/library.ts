import { BugError, CompileError } from "./base/errors.ts";
import { BLOCKS } from "./blocks/block-list.ts";
import type { Block } from "./blocks/contract/block.ts";
import type { Services } from "./blocks/contract/services.ts";
import { openInits } from "./blocks/registry/init-parameters.ts";
import { type Installed, initSources, install } from "./blocks/registry/installed.ts";
import { type Plugin, readPlugin } from "./blocks/registry/plugin.ts";
import type { BlockFilter } from "./blocks/registry/switched-off.ts";
import { checkToRun, compile as compileWith, type Library } from "./compiler/compile.ts";
import type { Plan } from "./compiler/plan.ts";
import type { CameraPipeline, CameraPipelineSettings } from "./daemon/embedded/camera-pipeline.ts";
import type { Check, WorkflowLibrary, WorkflowLibrarySettings } from "./daemon/embedded/workflow-library.ts";
import { type CodeEvent, openCodeRuntime } from "./dynamic/runtime/code-runtime.ts";
import { servicesFrom } from "./effects/services-from.ts";
import type { EngineBatch, EngineResult } from "./engine/batch.ts";
import { openGeneratedCompiler } from "./expansion/compile-generated.ts";
import { openLibrary as openDefinitionLibrary } from "./expansion/open-library.ts";
import { blocksOf, openPlanRunner } from "./expansion/open-plan.ts";
import type { SubworkflowSurroundings } from "./expansion/subworkflow-host.ts";

// What other programs may import from "millrace".

/** The zod that fields are made with, with its messages in English alone; a second copy of zod would not recognise them. */
export { z } from "zod";
export { CompileError, ConfigError, MillraceError, SourceError, StepError, UserError } from "./base/errors.ts";
export type { Issue } from "./base/issue.ts";
export { BLOCKS } from "./blocks/block-list.ts";
export { type Block, type BlockManifest, type Context, defineBlock } from "./blocks/contract/block.ts";

export {
  modelRef,
  modelVersion,
  orRef,
  ref,
  refList,
  refMap,
  refTo,
  stepRefMap,
  stepRefs,
} from "./blocks/contract/fields.ts";
export type { ModelService, Services } from "./blocks/contract/services.ts";
export type { Plugin } from "./blocks/registry/plugin.ts";
export type { Plan, PlanInput } from "./compiler/plan.ts";
export type { BlockEntry } from "./daemon/commands/block-list.ts";
export type {
  CameraOptions,
  CameraPipeline,
  CameraPipelineSettings,
  CameraResult,
  ModelOptions,
} from "./daemon/embedded/camera-pipeline.ts";
export type {
  LibraryResult,
  LibraryWorkflow,
  LibraryWorkflowSettings,
  PictureValue,
  RawPicture,
} from "./daemon/embedded/opened-workflow.ts";
export type { Check, WorkflowLibrary, WorkflowLibrarySettings } from "./daemon/embedded/workflow-library.ts";
export { Dynamic, type DynamicContext, type DynamicDeclaration, direct, dynamic } from "./dsl/dynamic.ts";
export { type FunctionStep, step } from "./dsl/function-step.ts";
export { kind, out } from "./dsl/kind.ts";
export { type Handle, type MapOptions, Pipeline, pipeline } from "./dsl/pipeline.ts";
export type { Promised } from "./dsl/promised.ts";
export type { DynamicRunner, DynamicWorkflowResult, RunSettings } from "./dsl/run-dynamic.ts";
export type { EngineBatch, EngineResult } from "./engine/batch.ts";
export {
  type Candidates,
  type DecodeRequest,
  defineFamily,
  type Family,
  type ItemOutputs,
  type ModelFacts,
  nextRow,
  no,
  type Verdict,
} from "./inference/families/family.ts";
export type { KindCodec } from "./kinds/codec.ts";
export { type Detection, type Detections, isDetections, withItems } from "./kinds/detections.ts";
export { type Image, isImage } from "./kinds/image.ts";
export type { Kinds } from "./kinds/kinds.ts";
export type { ModelTasks, TaskName } from "./kinds/model-task.ts";
export type { PixelService } from "./kinds/pixel-service.ts";
export { type VideoMetadata, videoSeconds } from "./kinds/video-metadata.ts";

/**
 * Runs a workflow on a camera or file, with the parts that the daemon runs it with: a decoder process, a thread for the workflow
 * and one for each session of a model. Throws a `ConfigError` with every fault of the settings and of what they name.
 *
 * @example
 * ```ts
 * await using pipeline = await openPipeline({
 *   camera: "rtsp://viewer:secret@192.168.1.20/stream",
 *   workflow: "people.json",
 *   models: { "people/1": "people.onnx" },
 *   onResult: ({ frame, outputs }) => console.log(frame, outputs["people"]),
 * });
 * await pipeline.finished;
 * ```
 */
export async function openPipeline(settings: CameraPipelineSettings): Promise<CameraPipeline> {
  // Programs that compile alone do not load what decodes.
  const { openCameraPipeline } = await import("./daemon/embedded/camera-pipeline.ts");
  return openCameraPipeline(settings);
}

/**
 * Loads plugins and inspects model files once, and then checks, compiles and runs any number of definitions on pictures and values
 * that the program has: no camera, no daemon. Throws a `ConfigError` with every fault of the settings and of what they name.
 *
 * @example
 * ```ts
 * await using library = await openLibrary({ models: { "people/1": "people.onnx" } });
 * const workflow = await library.open("people.json");
 * const [result] = await workflow.run({ image: "street.jpg" });
 * ```
 */
export async function openLibrary(settings: WorkflowLibrarySettings = {}): Promise<WorkflowLibrary> {
  const { openWorkflowLibrary } = await import("./daemon/embedded/workflow-library.ts");
  return openWorkflowLibrary(settings);
}

/** Blocks and what they build on; the same for `compile` and for `openEngine`. */
export interface BlockSettings {
  /** Blocks a definition may use; those of millrace by default. */
  blocks?: readonly Block[];
  /** Plugins by the name of their package, beside those blocks. */
  plugins?: Readonly<Record<string, Plugin>>;
  /** Initialisation parameters of blocks, by `package.name` or `name`: values, or functions that make them. */
  initParameters?: Readonly<Record<string, unknown>>;
  /** Blocks that definitions may not use, as `WORKFLOW_DISABLED_BLOCK_TYPES` and `…_PATTERNS` do for the daemon. */
  disabled?: Partial<BlockFilter>;
}

/** What definitions are compiled with. */
export interface CompileSettings extends BlockSettings {
  /** Whether definitions may bring code, which runs unprotected; true by default. */
  allowCode?: boolean;
}

/**
 * A definition (parsed JSON) to a plan, or a `CompileError` with every fault found, those of plugins too, as `millrace validate` finds
 * them. Pure, but that the interpreter is asked about code in Python.
 */
export function compile(document: unknown, settings: CompileSettings = {}): Plan {
  return compileWith(document, libraryOf(settings));
}

/** The faults and warnings of a definition (parsed JSON) as values; throws only for faults of the plugins. */
export function check(document: unknown, settings: CompileSettings = {}): Check {
  const { issues, warnings, unsupported } = checkToRun(document, libraryOf(settings));
  return { issues, warnings, unsupported };
}

function libraryOf({ allowCode = true, ...settings }: CompileSettings, isExamined = true): Library {
  const installed = installedOf(settings);
  return openDefinitionLibrary({ allowCode, installed, isExamined, initParameters: settings.initParameters });
}

function installedOf({ blocks = BLOCKS, plugins = {}, disabled = {} }: BlockSettings): Installed {
  const read = Object.entries(plugins).map(([source, plugin]) => ({ source, ...readPlugin(source, plugin) }));
  const { installed, issues } = install(read, {
    core: blocks,
    filter: { categories: disabled.categories ?? [], patterns: disabled.patterns ?? [] },
  });
  const all = [...read.flatMap((plugin) => plugin.issues), ...issues];
  if (all.length > 0) throw new CompileError("PLUGINS", all);
  return installed;
}

/** A plan that is open in this thread. */
export interface Engine {
  /** Runs the plan on one batch. Throws a `StepError` at the first failure, unless failures are isolated. */
  run(batch: EngineBatch): Promise<EngineResult>;
  /** Ends what blocks have started, after what they send in the background. The engine may not be used afterwards. */
  close(): Promise<void>;
}

/** What a plan runs with; `blocks`, `plugins` and `initParameters` are those that it was compiled with. */
export interface EngineSettings extends BlockSettings {
  /** What blocks need; a block that asks for what is not given fails with the code `STEP_NO_SERVICE`. */
  services?: Partial<Services>;
  /** `throw` (the default) ends a run at the first failure; `isolate` makes the element's outputs null. */
  onError?: "throw" | "isolate";
}

/** Runs a plan in this thread, one batch after another; state of its steps lives as long as the engine. */
export function openEngine(plan: Plan, settings: EngineSettings = {}): Engine {
  const installed = installedOf(settings);
  const { services = {}, onError = "throw" } = settings;
  const own = servicesFrom(services, printOutput);
  const runtime = openCodeRuntime({ stateDirectory: null, report: printOutput });
  const close = async () => {
    await own.idle();
    await Promise.all([own.close(), runtime.close()]);
  };
  const surroundings: Omit<SubworkflowSurroundings, "initOf"> = {
    services: own.services,
    runtime,
    catalogued({ type }) {
      const block = installed.catalogue.get(type);
      if (block === undefined) throw new BugError(`no block of type "${type}"`);
      return block;
    },
    compiler: openGeneratedCompiler(() => libraryOf(settings, false)),
    openModel: async () => {},
    expansions: new Map(),
  };
  const asking = blocksOf(plan, installed.catalogue).filter(({ init = [] }) => init.length > 0);
  if (asking.length === 0) {
    const runner = openPlanRunner(plan, { ...surroundings, initOf: () => ({}) }, { onError });
    return { run: (batch) => runner.run(batch), close };
  }
  const opening = openInits(asking, initSources(installed, settings.initParameters)).then((initOf) => {
    return openPlanRunner(plan, { ...surroundings, initOf }, { onError });
  });
  // Reported by the first run.
  opening.catch(() => {});
  return { run: async (batch) => (await opening).run(batch), close };
}

/** What blocks print is printed as by any other code of the program. */
function printOutput(event: CodeEvent): void {
  if (event.type === "block_output") process[event.stream].write(`${event.text}\n`);
}
