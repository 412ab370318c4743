import { CompileError } from "../../src/base/errors.ts";
import type { Issue } from "../../src/base/issue.ts";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import type { Block } from "../../src/blocks/contract/block.ts";
import type { CodeLimits, DynamicBlocks } from "../../src/blocks/contract/code.ts";
import type { Services } from "../../src/blocks/contract/services.ts";
import { catalogueOf } from "../../src/blocks/registry/catalogue.ts";
import { check, type Library } from "../../src/compiler/compile.ts";
import type { Plan, PlanStep } from "../../src/compiler/plan.ts";
import { compileDynamicBlocks } from "../../src/dynamic/declare/dynamic-blocks.ts";
import { type CodeEvent, type CodeRuntime, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import type { EngineResult } from "../../src/engine/batch.ts";
import type { PlanRunner } from "../../src/engine/run-plan.ts";
import { openGeneratedCompiler } from "../../src/expansion/compile-generated.ts";
import type { ExpansionView } from "../../src/expansion/expansion-view.ts";
import { openPlanRunner } from "../../src/expansion/open-plan.ts";
import { compileSubworkflows } from "../../src/expansion/subworkflows.ts";
import { flattenWorkflows } from "../../src/flatten/flatten-workflows.ts";
import type { ResolveWorkflow } from "../../src/flatten/site.ts";
import { LOGIC_BLOCKS } from "./logic-blocks.ts";
import { testServices } from "./no-services.ts";

export interface OpenOptions {
  /** Blocks beside the catalogue and the logic blocks of the tests. */
  blocks?: readonly Block[];
  onError?: "throw" | "isolate";
  allowCode?: boolean;
  /** Where code runs; in this thread by default. */
  mode?: "local" | "isolated";
  /** Command of the interpreter for Python. */
  python?: string;
  /** In place of those that code in a definition has. */
  limits?: Partial<CodeLimits>;
  /** Workflows that definitions refer to. */
  resolve?: ResolveWorkflow;
  services?: Services;
  /** What blocks of code share; a runtime that keeps nothing by default. */
  runtime?: CodeRuntime;
  openModel?: (id: string) => Promise<void>;
  /** Runs the definition whose place this one takes. */
  before?: PlanRunner;
  /** Hears what code tells besides its results. */
  heard?: (event: CodeEvent) => void;
}

export interface RunInputs {
  sources?: readonly string[];
  pictures?: boolean | ReadonlySet<string>;
}

export interface OpenPlan {
  plan: Plan;
  runner: PlanRunner;
  /** What a step has made so far, by its path. */
  expansion: (path: string) => ExpansionView | undefined;
  /** Runs once; without sources there are as many as the first input that is a list has elements, or one. */
  run: (inputs?: Record<string, unknown>, options?: RunInputs) => Promise<EngineResult>;
}

/** Compiles a document with the real passes and opens it in this thread, as a worker does. */
export function openPlan(document: unknown, options: OpenOptions = {}): OpenPlan {
  const blocks = catalogueOf([...BLOCKS, ...LOGIC_BLOCKS, ...(options.blocks ?? [])]);
  const { plan, issues } = check(document, libraryOf(options));
  if (plan === null) throw new CompileError("COMPILE", issues);
  const runtime = options.runtime ?? openCodeRuntime({ stateDirectory: null, report: options.heard ?? (() => {}) });
  const expansions = new Map<string, () => ExpansionView>();
  const surroundings = {
    services: options.services ?? noServices,
    runtime,
    catalogued: ({ type }: PlanStep) => blocks.get(type) as Block,
    initOf: () => ({}),
    compiler: openGeneratedCompiler(() => libraryOf(options)),
    openModel: options.openModel ?? (async () => {}),
    expansions,
  };
  const runner = openPlanRunner(plan, surroundings, {
    onError: options.onError ?? "throw",
    before: options.before ?? null,
  });
  return {
    plan,
    runner,
    expansion: (path) => expansions.get(path)?.(),
    run: (inputs = {}, { sources = sourcesFor(plan, inputs), pictures = true } = {}) =>
      runner.run({ sources, inputs, pictures }),
  };
}

/** The faults of a document. */
export function issuesOf(document: unknown, options: OpenOptions = {}): Issue[] {
  return check(document, libraryOf(options)).issues;
}

export function libraryOf({
  blocks = [],
  allowCode = true,
  mode = "local",
  python = "python3",
  limits = {},
  resolve = () => null,
}: OpenOptions = {}): Library {
  const catalogue = catalogueOf([...BLOCKS, ...LOGIC_BLOCKS, ...blocks]);
  const limited = ({ code, ...rest }: DynamicBlocks): DynamicBlocks => {
    const entries = [...code].map(([type, one]) => [type, { ...one, limits: { ...one.limits, ...limits } }] as const);
    return { ...rest, code: new Map(entries) };
  };
  return {
    blocks: catalogue,
    subworkflows: compileSubworkflows,
    flatten: (definition, issues) => flattenWorkflows(definition, resolve, issues),
    dynamicBlocks: (definition, issues, code) =>
      limited(
        compileDynamicBlocks(
          definition,
          { allowCode, mode, python, taken: new Set(catalogue.keys()), ...code },
          issues,
        ),
      ),
  };
}

function sourcesFor(plan: Plan, inputs: Record<string, unknown>): string[] {
  const batch = plan.inputs.find((input) => input.batch);
  const value = batch === undefined ? undefined : inputs[batch.name];
  return Array.from({ length: Array.isArray(value) ? value.length : 1 }, (_, i) => `camera-${i}`);
}

const noServices = testServices({
  pixels: {
    view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
    copy: () => new Uint8Array(),
  },
});
