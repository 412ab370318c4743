import { StepError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { lazy } from "../base/lazy.ts";
import type { BlockManifest } from "../blocks/contract/block.ts";
import type { DynamicBlocks, Expansion, ExpansionOutput } from "../blocks/contract/code.ts";
import { checkToRun, type Library, withBlocks } from "../compiler/compile.ts";
import type { DynamicSubworkflow, Plan } from "../compiler/plan.ts";
import { Definition } from "../definition/document.ts";
import { bodyOutputs, keepsState } from "./body.ts";
import { type GeneratedStep, type GeneratedWorkflow, missing, OWN_BLOCKS } from "./generated.ts";
import { liftedName, type Shape } from "./shape.ts";

/** Compiles what steps generate, with the compiler that compiled their definition. */
export interface GeneratedCompiler {
  /** Every block that a step's workflows may name, by type and alias, those of its document included. */
  blocksFor(subworkflow: DynamicSubworkflow): ReadonlyMap<string, BlockManifest>;
  /** Throws `StepError`s of the codes DYN003, 004, 005, 008 and 012. */
  compile(workflow: GeneratedWorkflow, shape: Shape, subworkflow: DynamicSubworkflow): Plan;
}

/** The library is opened when a step first generates a workflow: most workflows have no such step. */
export function openGeneratedCompiler(openLibrary: () => Library): GeneratedCompiler {
  const opened = lazy(openLibrary);
  const brought = new Map<string, DynamicBlocks>();

  /** The code of a document is read once, however many workflows are made from it. */
  function dynamicBlocks(definition: Definition, issues: Issue[], code: Expansion["code"]): DynamicBlocks {
    const key = JSON.stringify([definition.dynamic_blocks_definitions, code]);
    const known = brought.get(key);
    if (known !== undefined) return known;
    const before = issues.length;
    const blocks = opened().dynamicBlocks(definition, issues, code);
    if (issues.length === before) brought.set(key, blocks);
    return blocks;
  }

  return {
    blocksFor({ definitions, code }) {
      const document = { version: "1.0", inputs: [], steps: [], outputs: [], dynamic_blocks_definitions: definitions };
      const { manifests } = dynamicBlocks(Definition().parse(document), [], code);
      return withBlocks(opened().blocks, manifests);
    },
    compile(workflow, shape, subworkflow) {
      const library = opened();
      const own: Library = {
        ...library,
        blocks: withBlocks(library.blocks, workflow[OWN_BLOCKS] ?? []),
        dynamicBlocks: (definition, issues) => dynamicBlocks(definition, issues, subworkflow.code),
      };
      checkAllowed(workflow, subworkflow, withBlocks(this.blocksFor(subworkflow), workflow[OWN_BLOCKS] ?? []));
      const { plan, issues } = checkToRun(documentOf(workflow, shape, subworkflow), own);
      if (plan === null) throw invalid(issues);
      const keeping = keepsState(plan);
      if (keeping !== undefined) {
        const what = `step "${keeping}" wants its state kept, which only steps of the definition itself can`;
        throw new StepError("DYN003", `the generated workflow has faults: ${what}`);
      }
      checkContract(workflow, plan, subworkflow);
      return plan;
    },
  };
}

function documentOf(workflow: GeneratedWorkflow, { lifted }: Shape, subworkflow: DynamicSubworkflow): object {
  const steps = workflow.steps.map((step): GeneratedStep => ({ ...step }));
  for (const [i, { step, property, entry }] of lifted.entries()) {
    const found = steps[step];
    if (found === undefined) continue;
    const selector = `$inputs.${liftedName(i)}`;
    found[property] = entry === null ? selector : { ...(found[property] as object), [entry]: selector };
  }
  const inputs = subworkflow.inputs.map(({ name, kinds, depth }) => {
    if (depth === 0) return { type: "WorkflowParameter", name, kind: kinds };
    return { type: "WorkflowBatchInput", name, kind: kinds, dimensionality: depth };
  });
  const parameters = lifted.map((_, i) => ({ type: "WorkflowParameter", name: liftedName(i) }));
  const outputs = workflow.outputs.flatMap((output) => {
    if (!("selector" in output)) return [];
    return [{ type: "JsonField", name: output.name, selector: output.selector, coordinates_system: "own" }];
  });
  const definitions = subworkflow.definitions;
  return {
    version: "1.0",
    inputs: [...inputs, ...parameters],
    steps,
    outputs,
    dynamic_blocks_definitions: definitions,
  };
}

function checkAllowed(
  { steps, [OWN_BLOCKS]: own = [] }: GeneratedWorkflow,
  { settings }: DynamicSubworkflow,
  blocks: ReadonlyMap<string, BlockManifest>,
): void {
  const { expandsWith } = settings;
  if (expandsWith === null) return;
  const brought = new Set(own.map(({ type }) => type));
  const allowed = new Set(expandsWith.flatMap((type) => [type, blocks.get(type)?.type ?? type]));
  for (const { name, type } of stepsWithin(steps)) {
    if (allowed.has(type) || allowed.has(blocks.get(type)?.type ?? type) || brought.has(type)) continue;
    const message = `step "${name}" of the generated workflow is a ${type}, which "expands_with" does not list`;
    throw new StepError("DYN012", message, { step: name, blockType: type });
  }
}

/** Steps, and those of workflows that are written in them. */
function stepsWithin(steps: readonly GeneratedStep[]): { name: string; type: string }[] {
  return steps.flatMap(({ type, name, ...properties }) => [
    { type, name },
    ...Object.values(properties).flatMap((value) => stepsWrittenIn(value)),
  ]);
}

function stepsWrittenIn(value: unknown): { name: string; type: string }[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(stepsWrittenIn);
  const { steps } = value as { steps?: unknown };
  const isWorkflow = Array.isArray(steps) && steps.every((step) => typeof step?.type === "string");
  return isWorkflow ? stepsWithin(steps as GeneratedStep[]) : Object.values(value).flatMap(stepsWrittenIn);
}

const MOST_TOLD = 10;

function invalid(issues: readonly Issue[]): StepError {
  const shown = issues
    .slice(0, MOST_TOLD)
    .map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
  const more = issues.length > MOST_TOLD ? [`and ${issues.length - MOST_TOLD} more`] : [];
  const message = `the generated workflow has faults: ${[...shown, ...more].join("; ")}`;
  return new StepError("DYN003", message, { issues: [...issues] });
}

function checkContract(workflow: GeneratedWorkflow, plan: Plan, subworkflow: DynamicSubworkflow): void {
  const shown = new Map(bodyOutputs(plan).map((output) => [output.name, output]));
  const given = new Set(workflow.outputs.map(({ name }) => name));
  for (const name of given) {
    if (subworkflow.outputs.some((output) => output.name === name)) continue;
    const declared = subworkflow.outputs.map((output) => output.name).join(", ") || "none";
    throw new StepError("DYN003", `the generated workflow has an output "${name}", but the step declares ${declared}`);
  }
  const groups = new Map<string, string>();
  for (const output of subworkflow.outputs) {
    if (!given.has(output.name)) {
      if (!output.optional) throw missing(output);
      continue;
    }
    const found = shown.get(output.name);
    if (found === undefined) continue;
    checkKinds(output, found.kinds);
    checkDepth(output, found.batches);
    if (output.nesting === null) continue;
    const batch = found.batches.join("/");
    const other = groups.get(output.nesting);
    if (other !== undefined && other !== batch) throw unrelated(output, [other, batch]);
    groups.set(output.nesting, batch);
  }
}

function checkKinds({ name, kinds }: ExpansionOutput, found: readonly string[]): void {
  // Values of kind `*` are checked at run time.
  if (kinds.includes("*") || found.includes("*")) return;
  const other = found.filter((kind) => !kinds.includes(kind));
  if (other.length === 0) return;
  const message = `the output "${name}" is declared as ${kinds.join(" or ")}, but the generated workflow gives ${other.join(" or ")}`;
  throw new StepError("DYN004", message, { output: name });
}

function checkDepth({ name, offset }: ExpansionOutput, batches: readonly string[]): void {
  if (batches.length === offset) return;
  const message = `the output "${name}" is declared with "dimensionality_offset": ${offset}, but the generated workflow nests it ${batches.length} deep`;
  throw new StepError("DYN005", message, { output: name });
}

function unrelated({ name, nesting }: ExpansionOutput, batches: readonly string[]): StepError {
  const message = `the output "${name}" shares the nesting "${nesting}" with others, but comes from another batch (${batches.join(" and ")})`;
  return new StepError("DYN005", message, { output: name });
}
