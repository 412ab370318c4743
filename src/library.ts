import { BugError, StepError } from "./base/errors.ts";
import type { Block } from "./blocks/block.ts";
import { BLOCKS, catalogueOf, withKnown } from "./blocks/catalogue.ts";
import type { Services } from "./blocks/services.ts";
import { compile as compileWith } from "./compiler/compile.ts";
import type { Plan } from "./compiler/plan.ts";
import { openCodeBlock } from "./dynamic/code-block.ts";
import { type CodeEvent, openCodeLane } from "./dynamic/code-host.ts";
import { compileDynamicBlocks } from "./dynamic/dynamic-blocks.ts";
import { inlineWorkflows } from "./dynamic/inline-workflows.ts";
import type { EngineBatch, EngineResult } from "./engine/batch.ts";
import { PlanRunner } from "./engine/run-plan.ts";

// What other programs may import from "millrace".

/** The zod that fields are made with; a second copy of zod would not recognise them. */
export { z } from "zod";
export { CompileError, MillraceError, StepError } from "./base/errors.ts";
export type { Issue } from "./base/issue.ts";
export { type Block, type BlockManifest, type Context, defineBlock } from "./blocks/block.ts";
export { BLOCKS } from "./blocks/catalogue.ts";
export { orRef, ref, refList, refMap, stepRefMap, stepRefs } from "./blocks/fields.ts";
export type { ModelService, PixelService, Services } from "./blocks/services.ts";
export type { Plan } from "./compiler/plan.ts";
export type { EngineBatch, EngineResult } from "./engine/batch.ts";
export type { Detection, Detections } from "./kinds/detections.ts";
export type { Image } from "./kinds/image.ts";
export type { Kinds } from "./kinds/kinds.ts";

export interface CompileSettings {
  /** Blocks a definition may use; those of millrace by default. */
  blocks?: readonly Block[];
  /** Whether definitions may bring code, which runs unprotected; true by default. */
  allowCode?: boolean;
}

/** A definition (parsed JSON) to a plan, or a `CompileError` with every fault found. Pure. */
export function compile(document: unknown, { blocks = BLOCKS, allowCode = true }: CompileSettings = {}): Plan {
  const catalogue = catalogueOf(blocks);
  const known = withKnown(catalogue);
  const taken = new Set(known.keys());
  return compileWith(document, {
    blocks: known,
    inline: (definition, issues) => inlineWorkflows(definition, () => null, issues),
    dynamicBlocks: (definition, issues) => compileDynamicBlocks(definition, { allowCode, taken }, issues),
  });
}

export interface EngineSettings {
  /** The blocks the plan was compiled with. */
  blocks?: readonly Block[];
  /** What blocks need; a block that asks for what is not given fails with the code `STEP_NO_SERVICE`. */
  services?: Partial<Services>;
  /** `throw` (the default) ends a run at the first failure; `isolate` makes the element's outputs null. */
  onError?: "throw" | "isolate";
}

/** Runs a plan in this thread, one batch after another; state of its steps lives as long as the engine. */
export function openEngine(
  plan: Plan,
  { blocks = BLOCKS, services = {}, onError = "throw" }: EngineSettings = {},
): { run(batch: EngineBatch): Promise<EngineResult> } {
  const catalogue = catalogueOf(blocks);
  const lane = openCodeLane({ stateDirectory: null, report: printOutput });
  return new PlanRunner(plan, {
    services: { models: services.models ?? absent("models"), pixels: services.pixels ?? absent("pixels") },
    onError,
    blockOf(step) {
      const block = step.code === null ? catalogue.get(step.type) : openCodeBlock(step.code, { step: step.name, lane });
      if (block === undefined) throw new BugError(`no block of type "${step.type}"`);
      return block;
    },
  });
}

/** What blocks print is printed as by any other code of the program. */
function printOutput(event: CodeEvent): void {
  if (event.type === "block_output") process[event.stream].write(`${event.text}\n`);
}

function absent<T extends object>(service: string): T {
  return new Proxy({} as T, {
    get() {
      throw new StepError("STEP_NO_SERVICE", `this program gives its blocks no service "${service}"`);
    },
  });
}
