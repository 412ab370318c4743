import { definedOnly } from "../../base/defined.ts";
import { BugError } from "../../base/errors.ts";
import type { Block } from "../../blocks/contract/block.ts";
import type { KernelService } from "../../blocks/contract/services.ts";
import { openInits } from "../../blocks/registry/init-parameters.ts";
import { type Installed, initSources } from "../../blocks/registry/installed.ts";
import { type Plan, type PlanStep, plansOf } from "../../compiler/plan.ts";
import type { CodeRuntime, InstanceOwner } from "../../dynamic/runtime/code-runtime.ts";
import type { Effects } from "../../effects/open-effects.ts";
import type { EngineBatch, EngineResult } from "../../engine/batch.ts";
import type { PlanRunner } from "../../engine/run-plan.ts";
import type { StepTime } from "../../engine/step-times.ts";
import type { ExpansionView } from "../../expansion/expansion-view.ts";
import { blocksOf, openPlanRunner } from "../../expansion/open-plan.ts";
import type { SubworkflowSurroundings } from "../../expansion/subworkflow-host.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { Zones } from "../config/schema/zone-schema.ts";
import { openPlacedParameters, type Picture } from "../input/placed-parameters.ts";
import { isFedByFrames } from "../input/runtime-inputs.ts";
import type { ModelLink } from "../models/model-link.ts";
import type { EventPictures } from "./event-pictures.ts";
import type { LastValue } from "./last-values.ts";
import type { Needed, NeededBlocks } from "./needed-blocks.ts";
import { openResultWriter, type ResultWriter, type WriterSettings } from "./result-writer.ts";
import { keepsTracks } from "./track-sources.ts";

/** What a workflow worker runs. Plain data. */
export interface WorkerDefinition {
  plan: Plan;
  /** JSON values for the workflow's parameters. */
  parameters: Readonly<Record<string, unknown>>;
  /** Those that the parameters name; none when absent. */
  zones?: Zones;
  onError: "throw" | "isolate";
  writer: WriterSettings;
}

interface RunnerTools {
  blocks: NeededBlocks;
  models: ModelLink;
  code: CodeRuntime;
  pixels: PixelService;
  kernels: KernelService;
  effects: Effects["services"];
  /** Null where no pictures of events are wanted. */
  pictures: EventPictures | null;
}

/** How long the steps take, and what outputs gave last, by camera. Plain data. */
export interface WorkflowLook {
  steps: readonly StepTime[];
  values: Readonly<Record<string, readonly LastValue[]>>;
}

/** A definition opened on this thread. */
interface Opened {
  definition: WorkerDefinition;
  needed: Needed;
  runner: PlanRunner;
  /** Values of the parameters for a picture of a camera; the same object where they are the same. */
  parametersIn: (picture: Picture) => Readonly<Record<string, unknown>>;
  writer: ResultWriter;
}

type Opening = Pick<Opened, "definition" | "parametersIn">;

/** A batch, and what is written of its result. */
interface Part<T> {
  batch: EngineBatch;
  write: (writer: ResultWriter, result: EngineResult) => Promise<T>;
}

/** Runs the workflow of a thread and owns its state. The definition may be swapped between two batches. */
export class WorkflowRunner {
  readonly #tools: RunnerTools;
  readonly #services: SubworkflowSurroundings["services"];
  /** Views of the workflows that steps generated, by their paths. */
  readonly #expansions: SubworkflowSurroundings["expansions"] = new Map();
  readonly #inits = new Map<string, Readonly<Record<string, unknown>>>();
  #current: Opened | null = null;
  #underWay = 0;
  #isIdle = () => {};
  /** Set while definitions are swapped; new batches wait for it. */
  #gate: Promise<void> | null = null;

  private constructor(tools: RunnerTools) {
    const { models, pixels, kernels, effects } = tools;
    this.#tools = tools;
    this.#services = { models, pixels, kernels, ...effects };
  }

  static async open(definition: WorkerDefinition, tools: RunnerTools): Promise<WorkflowRunner> {
    const workflow = new WorkflowRunner(tools);
    const needed = await workflow.#need(definition.plan);
    const runner = workflow.#openRunner(definition, needed, tools.code, null);
    workflow.#current = { definition, needed, runner, ...workflow.#openEnds(definition, needed, {}) };
    return workflow;
  }

  /** Of kinds, those of plugins among them. */
  get codecs(): Installed["kinds"] {
    return this.#running.needed.installed.kinds;
  }

  /** The plan that runs. */
  get plan(): PlanRunner {
    return this.#running.runner;
  }

  /** Times of the steps and last values, for a viewer. */
  look(): WorkflowLook {
    const { runner, writer } = this.#running;
    return { steps: runner.times(), values: writer.lastValues() };
  }

  views(): Record<string, ExpansionView> {
    return Object.fromEntries([...this.#expansions].map(([path, view]) => [path, view()] as const));
  }

  end(camera: string | null, reason: "reset" | "shutdown"): ReturnType<ResultWriter["end"]> {
    return this.#running.writer.end(camera, reason);
  }

  silence(...silence: Parameters<ResultWriter["silence"]>): ReturnType<ResultWriter["silence"]> {
    return this.#running.writer.silence(...silence);
  }

  /** Drops the state of a removed camera whose frames are done; its state on disk stays. */
  async forget(camera: string): Promise<ReturnType<ResultWriter["end"]>> {
    await this.#tools.code.leaveState(camera);
    const { runner, writer } = this.#running;
    runner.forget(camera);
    const ends = writer.end(camera, "shutdown");
    writer.forget(camera);
    return ends;
  }

  /** Runs a batch and has its results written, both by the definition in force when it starts. */
  async run<T>(batch: (opened: Opening) => EngineBatch, write: Part<T>["write"]): Promise<T> {
    const [result] = await this.runSideBySide((opened) => [{ batch: batch(opened), write }]);
    return result as T;
  }

  /** The same for batches that are parts of one. */
  async runSideBySide<T>(partsFor: (opened: Opening) => readonly Part<T>[]): Promise<T[]> {
    while (this.#gate !== null) await this.#gate;
    const opened = this.#running;
    this.#underWay++;
    try {
      const parts = partsFor(opened).map(async ({ batch, write }) =>
        write(opened.writer, await opened.runner.run(batch)),
      );
      // No frame may be given back while another part reads it.
      await Promise.allSettled(parts);
      return await Promise.all(parts);
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#isIdle();
    }
  }

  /**
   * Opens a definition beside the one that runs, lets the batches under way end on the old one, and goes on with the
   * new one: steps that are in both keep their state. When it cannot be opened, nothing changes. Gives the ends of
   * tracks that do not go on.
   */
  async swap(definition: WorkerDefinition): Promise<Message[]> {
    const before = this.#running;
    const { code } = this.#tools;
    const needed = await this.#need(definition.plan);
    const views = new Map(this.#expansions);
    const staged = code.stage();
    let runner: PlanRunner;
    try {
      runner = this.#openRunner(definition, needed, staged.runtime, before.runner);
      await staged.ready();
    } catch (error) {
      staged.abort();
      this.#restoreViews(views);
      throw error;
    }
    await this.#betweenBatches(async () => {
      await staged.commit((owner) => isKept(owner, definition.plan, runner.carried));
      this.#forgetViews(views, runner.carried);
      const memory = memoryFor(definition, runner, before);
      this.#current = { definition, needed, runner, ...this.#openEnds(definition, needed, memory) };
    });
    // What went over is not open there any more.
    return this.#running.writer.memory.tracks === before.writer.memory.tracks
      ? []
      : before.writer.end(null, "reset").messages;
  }

  get #running(): Opened {
    if (this.#current === null) throw new BugError("the workflow is not open");
    return this.#current;
  }

  async #betweenBatches(change: () => Promise<void>): Promise<void> {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.#underWay > 0) {
        await new Promise<void>((resolve) => {
          this.#isIdle = resolve;
        });
      }
      await change();
    } finally {
      this.#gate = null;
      open();
    }
  }

  /** The blocks of a plan, and their initialisation parameters. */
  async #need(plan: Plan): Promise<Needed> {
    const needed = await this.#tools.blocks.load(plan);
    const { installed } = needed;
    const wanted = blocksOf(plan, installed.catalogue).filter(({ type }) => !this.#inits.has(type));
    const opened = await openInits(wanted, initSources(installed));
    for (const block of wanted) this.#inits.set(block.type, opened(block));
    return needed;
  }

  #openRunner(
    { plan, onError }: WorkerDefinition,
    { installed, compiler }: Needed,
    runtime: CodeRuntime,
    before: PlanRunner | null,
  ): PlanRunner {
    const surroundings: SubworkflowSurroundings = {
      services: this.#services,
      runtime,
      catalogued: (step) => catalogued(step, installed),
      initOf: ({ type }) => this.#inits.get(type) ?? {},
      compiler,
      openModel: (id) => this.#tools.models.open(id),
      expansions: this.#expansions,
    };
    return openPlanRunner(plan, surroundings, { onError, before });
  }

  /** The inputs before the steps and the writer after them. */
  #openEnds(
    { plan, parameters, zones = {}, writer }: WorkerDefinition,
    { installed }: Needed,
    before: ResultWriter["memory"],
  ) {
    const { pixels, pictures } = this.#tools;
    const codecs = installed.kinds;
    const parametersIn = openPlacedParameters({ plan, parameters, zones, codecs, isFed: isFedByFrames });
    return { parametersIn, writer: openResultWriter(writer, plan, { pixels, codecs, pictures, before }) };
  }

  #restoreViews(views: SubworkflowSurroundings["expansions"]): void {
    this.#expansions.clear();
    for (const [path, view] of views) this.#expansions.set(path, view);
  }

  /** Views of steps that are gone; those that took a place since stay. */
  #forgetViews(views: SubworkflowSurroundings["expansions"], carried: ReadonlySet<string>): void {
    for (const [path, view] of views) {
      if (!isInside(path, carried) && this.#expansions.get(path) === view) this.#expansions.delete(path);
    }
  }
}

function catalogued(step: PlanStep, { catalogue }: Installed): Block {
  const block = catalogue.get(step.type);
  if (block === undefined) throw new BugError(`no block of type "${step.type}"`);
  return block;
}

/** What goes over to the new writer; tracks only where their numbers still mean the same objects. */
function memoryFor(
  { plan, writer }: WorkerDefinition,
  { carried }: PlanRunner,
  before: Opened,
): ResultWriter["memory"] {
  const { tracks, last, plain } = before.writer.memory;
  const goOn = writer.publish?.events === true && keepsTracks(plan, writer.publish.detections, carried);
  return { ...definedOnly({ last, plain }), ...(goOn && tracks ? { tracks } : {}) };
}

function isKept({ scope, name }: InstanceOwner, plan: Plan, carried: ReadonlySet<string>): boolean {
  return scope === "step" ? isInside(name, carried) : codeTypes(plan).has(name);
}

/** Paths begin with the name of a step of the plan, which may have a "/" itself. */
function isInside(path: string, steps: ReadonlySet<string>): boolean {
  return [...steps].some((name) => path === name || path.startsWith(`${name}/`));
}

/** Types of the blocks of code in a plan, or in the workflows inside of its steps. */
function codeTypes({ steps }: Plan): Set<string> {
  const found = steps.flatMap(({ code, subworkflow }) => [
    ...(code === null ? [] : [code.blockType]),
    ...(subworkflow === null ? [] : plansOf(subworkflow).flatMap((plan) => [...codeTypes(plan)])),
  ]);
  return new Set(found);
}
