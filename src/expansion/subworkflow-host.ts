import type { Block } from "../blocks/contract/block.ts";
import type { Services } from "../blocks/contract/services.ts";
import type { PlanStep } from "../compiler/plan.ts";
import { openCodeBlock } from "../dynamic/code/code-block.ts";
import type { CodeRuntime } from "../dynamic/runtime/code-runtime.ts";
import type { GeneratedCompiler } from "./compile-generated.ts";
import type { ExpansionView } from "./expansion-view.ts";

/** What all steps with subworkflows on one thread share. */
export interface SubworkflowSurroundings {
  services: Services;
  runtime: CodeRuntime;
  /** A block of the catalogue. */
  catalogued: (step: PlanStep) => Block;
  initOf: (block: Block) => Readonly<Record<string, unknown>>;
  /** Null where no step generates workflows. */
  compiler: GeneratedCompiler | null;
  /** Starts a model unless it runs already; throws `ModelError`. */
  openModel: (id: string) => Promise<void>;
  /** Views of the steps that generate workflows, by path, for the live page. */
  expansions: Map<string, () => ExpansionView>;
}

export interface Surroundings extends SubworkflowSurroundings {
  /** The block of a step that runs workflows; its host is where these live. */
  openSubworkflow: (step: PlanStep, host: SubworkflowHost) => Block;
}

/** Where the steps of one workflow live. */
export interface SubworkflowHost {
  surroundings: Surroundings;
  /** Names of the steps around the workflow, from the outside in; `` for the root. */
  path: string;
  /** Types of the steps around it that make workflows. */
  types: readonly string[];
  blockOf: (step: PlanStep) => Block;
  /** State that a step shares with the same step of other workflows; undefined for one with a state of its own. */
  statesOf?: (step: PlanStep) => Map<string, unknown> | undefined;
}

/** The blocks of a workflow's steps: from the catalogue, from code, or with workflows inside. */
export function openHost(surroundings: Surroundings, path = "", types: readonly string[] = []): SubworkflowHost {
  const host: SubworkflowHost = {
    surroundings,
    path,
    types,
    blockOf(step) {
      const inside = path === "" ? step.name : `${path}/${step.name}`;
      if (step.subworkflow !== null) return surroundings.openSubworkflow(step, openHost(surroundings, inside, types));
      if (step.code !== null) return openCodeBlock(step.code, { step: inside, runtime: surroundings.runtime }, step);
      return openCatalogued(surroundings.catalogued(step), step, openHost(surroundings, inside, types));
    },
  };
  return host;
}

/** Opens a block of this process for its step; most blocks do not depend on it. */
type OpenInPlace = (step: PlanStep, host: SubworkflowHost) => Block;

const inPlace = new WeakMap<Block, OpenInPlace>();

/** A block that generates workflows with functions of this process depends on the host of its step. */
export function opensInPlace(block: Block, open: OpenInPlace): Block {
  inPlace.set(block, open);
  return block;
}

function openCatalogued(block: Block, step: PlanStep, host: SubworkflowHost): Block {
  return inPlace.get(block)?.(step, host) ?? block;
}
