import { CompileError } from "../../src/base/errors.ts";
import type { Issue } from "../../src/base/issue.ts";
import type { Block } from "../../src/blocks/block.ts";
import { BLOCKS, catalogueOf } from "../../src/blocks/catalogue.ts";
import type { Services } from "../../src/blocks/services.ts";
import { check, type Library } from "../../src/compiler/compile.ts";
import type { Plan } from "../../src/compiler/plan.ts";
import { openCodeBlock } from "../../src/dynamic/code-block.ts";
import { type CodeLane, openCodeLane } from "../../src/dynamic/code-host.ts";
import { compileDynamicBlocks } from "../../src/dynamic/dynamic-blocks.ts";
import type { ResolveWorkflow } from "../../src/dynamic/inline-site.ts";
import { inlineWorkflows } from "../../src/dynamic/inline-workflows.ts";
import type { EngineResult } from "../../src/engine/batch.ts";
import { PlanRunner } from "../../src/engine/run-plan.ts";
import { LOGIC_BLOCKS } from "./logic-blocks.ts";

export interface OpenOptions {
  /** Blocks beside the catalogue and the logic blocks of the tests. */
  blocks?: readonly Block[];
  onError?: "throw" | "isolate";
  allowCode?: boolean;
  /** Where code runs; in this thread by default. */
  mode?: "local" | "isolated";
  /** Workflows that definitions refer to. */
  resolve?: ResolveWorkflow;
  services?: Services;
  /** What blocks of code share; a lane that keeps nothing by default. */
  lane?: CodeLane;
}

export interface RunInputs {
  sources?: readonly string[];
  pictures?: boolean;
}

export interface OpenPlan {
  plan: Plan;
  runner: PlanRunner;
  /** Runs once; without sources there are as many as the first input that is a list has elements, or one. */
  run: (inputs?: Record<string, unknown>, options?: RunInputs) => Promise<EngineResult>;
}

/** Compiles a document with the real passes and opens it in this thread, as a worker does. */
export function openPlan(document: unknown, options: OpenOptions = {}): OpenPlan {
  const blocks = catalogueOf([...BLOCKS, ...LOGIC_BLOCKS, ...(options.blocks ?? [])]);
  const { plan, issues } = check(document, libraryOf(options));
  if (plan === null) throw new CompileError("COMPILE", issues);
  const lane = options.lane ?? openCodeLane({ stateDirectory: null, report: () => {} });
  const runner = new PlanRunner(plan, {
    services: options.services ?? noServices,
    onError: options.onError ?? "throw",
    blockOf: (step) =>
      step.code === null ? (blocks.get(step.type) as Block) : openCodeBlock(step.code, { step: step.name, lane }),
  });
  return {
    plan,
    runner,
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
  resolve = () => null,
}: OpenOptions = {}): Library {
  const catalogue = catalogueOf([...BLOCKS, ...LOGIC_BLOCKS, ...blocks]);
  return {
    blocks: catalogue,
    inline: (definition, issues) => inlineWorkflows(definition, resolve, issues),
    dynamicBlocks: (definition, issues) =>
      compileDynamicBlocks(definition, { allowCode, mode, taken: new Set(catalogue.keys()) }, issues),
  };
}

function sourcesFor(plan: Plan, inputs: Record<string, unknown>): string[] {
  const batch = plan.inputs.find((input) => input.batch);
  const value = batch === undefined ? undefined : inputs[batch.name];
  return Array.from({ length: Array.isArray(value) ? value.length : 1 }, (_, i) => `camera-${i}`);
}

const noServices: Services = {
  models: { detect: async () => [] },
  pixels: {
    view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
    copy: () => new Uint8Array(),
  },
};
