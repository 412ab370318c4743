import { BugError, StepError } from "../base/errors.ts";
import { BLOCKS } from "../blocks/block-list.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import { install } from "../blocks/registry/installed.ts";
import { compile } from "../compiler/compile.ts";
import { type CodeEvent, openCodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import { servicesFrom } from "../effects/services-from.ts";
import type { PlanRunner } from "../engine/run-plan.ts";
import { openGeneratedCompiler } from "../expansion/compile-generated.ts";
import type { ExpansionView } from "../expansion/expansion-view.ts";
import type { GeneratedWorkflow } from "../expansion/generated.ts";
import { openLibrary } from "../expansion/open-library.ts";
import { openPlanRunner } from "../expansion/open-plan.ts";

/** What came of a dynamic step: its outputs, and the workflow behind them. */
export interface DynamicWorkflowResult<Outputs = Readonly<Record<string, unknown>>> {
  /** The workflow that was made; null where a value was returned. */
  subPipeline: GeneratedWorkflow | null;
  /** The workflow that ran, as JSON. */
  sub_pipeline: GeneratedWorkflow | null;
  /** By declared output. */
  results: Outputs;
  /** A workflow was made and run. */
  expanded: boolean;
  /** Whether all went well, some steps failed, or all did. */
  status: "ok" | "partial" | "cold" | "empty" | "failed" | "cancelled";
  /** Names the form of the workflow: equal forms are compiled once. */
  shapeKey: string | null;
  /** Whether the form was compiled before. */
  cacheHit: boolean;
  /** Milliseconds by phase. */
  timings: { expandMs: number; compileMs: number; runMs: number };
  /** Failures of steps. */
  errors: readonly string[];
  /** What was left out within the limits. */
  dropped: number;
  /** Whether state of its steps was dropped, as the form was evicted. */
  stateReset: boolean;
}

/** How a dynamic step runs by itself. */
export interface RunSettings {
  /** Services for blocks; a block fails that needs an absent one. */
  services?: Partial<Services>;
  /** Blocks beside those of millrace. */
  blocks?: readonly Block[];
  /**
   * `fail` throws a `StepError`; the others tell of it in the result, whose outputs are empty, or those of the last
   * good run of the same source.
   */
  onError?: "fail" | "empty" | "last";
  /** Receives events of code blocks. */
  report?: (event: CodeEvent) => void;
}

/** A dynamic step that runs by itself, one call after the other, with state and compiled workflows from call to call. */
export class DynamicRunner<Outputs = Readonly<Record<string, unknown>>> {
  readonly #runner: PlanRunner;
  readonly #expansions = new Map<string, () => ExpansionView>();
  readonly #onError: "fail" | "empty" | "last";
  /** By source. */
  readonly #last = new Map<string, Outputs>();
  readonly #outputs: readonly string[];

  constructor(block: Block, { services = {}, blocks = [], onError = "fail", report = () => {} }: RunSettings = {}) {
    this.#onError = onError;
    const { installed } = install([], { core: [...BLOCKS, ...blocks, block] });
    const { catalogue } = installed;
    const library = openLibrary({ allowCode: true, installed, isExamined: false });
    this.#outputs = Object.keys(block.outputs).filter((name) => name !== "result");
    const surroundings = {
      services: servicesFrom(services, report).services,
      runtime: openCodeRuntime({ stateDirectory: null, report }),
      catalogued({ type }: { type: string }) {
        const found = catalogue.get(type);
        if (found === undefined) throw new BugError(`no block of type "${type}"`);
        return found;
      },
      initOf: () => ({}),
      compiler: openGeneratedCompiler(() => library),
      openModel: async () => {},
      expansions: this.#expansions,
    };
    this.#runner = openPlanRunner(compile(documentOf(block), library), surroundings, { onError: "isolate" });
  }

  /** Makes a workflow for these inputs, by the names of the declaration, and runs it. */
  async run(inputs: Readonly<Record<string, unknown>>, source = ""): Promise<DynamicWorkflowResult<Outputs>> {
    const { rows, faults } = await this.#runner.run({ sources: [source], inputs: { ...inputs }, pictures: true });
    const [fault] = faults;
    const row = rows[0] ?? {};
    const report = row["result"] as RunReport | null;
    if (fault === undefined && report !== null) {
      const result = resultOf<Outputs>(report);
      if (this.#onError === "last") this.#last.set(source, result.results);
      return result;
    }
    const message = fault?.message ?? "the step did not run";
    if (this.#onError === "fail") throw new StepError(fault?.code ?? "STEP_FAILED", message);
    const empty = Object.fromEntries(this.#outputs.map((name) => [name, row[name] ?? null])) as Outputs;
    const results = this.#last.get(source) ?? empty;
    const expanded = fault?.code === "DYN009";
    return { ...NOTHING, results, expanded, status: "failed", errors: [message] };
  }

  /** What was made so far. */
  view(): ExpansionView | undefined {
    return this.#expansions.get(STEP)?.();
  }
}

const STEP = "dynamic";

interface RunReport {
  sub_pipeline: GeneratedWorkflow | null;
  results: Readonly<Record<string, unknown>>;
  expanded: boolean;
  status: DynamicWorkflowResult["status"];
  shape_key: string | null;
  cache_hit: boolean;
  timings: { expand_ms: number; compile_ms: number; run_ms: number };
  errors: readonly string[];
  dropped: number;
  state_reset: boolean;
}

const NOTHING = {
  subPipeline: null,
  sub_pipeline: null,
  shapeKey: null,
  cacheHit: false,
  timings: { expandMs: 0, compileMs: 0, runMs: 0 },
  dropped: 0,
  stateReset: false,
};

function resultOf<Outputs>(report: RunReport): DynamicWorkflowResult<Outputs> {
  const { expand_ms: expandMs, compile_ms: compileMs, run_ms: runMs } = report.timings;
  return {
    subPipeline: report.sub_pipeline,
    sub_pipeline: report.sub_pipeline,
    results: report.results as Outputs,
    expanded: report.expanded,
    status: report.status,
    shapeKey: report.shape_key,
    cacheHit: report.cache_hit,
    timings: { expandMs, compileMs, runMs },
    errors: report.errors,
    dropped: report.dropped,
    stateReset: report.state_reset,
  };
}

function documentOf(block: Block): object {
  const inputs = Object.keys(block.ports);
  const outputs = Object.keys(block.outputs);
  return {
    version: "1.0",
    inputs: inputs.map((name) => ({ type: "WorkflowParameter", name })),
    steps: [{ type: block.type, name: STEP, ...Object.fromEntries(inputs.map((name) => [name, `$inputs.${name}`])) }],
    outputs: outputs.map((name) => {
      return { type: "JsonField", name, selector: `$steps.${STEP}.${name}`, coordinates_system: "own" };
    }),
  };
}
