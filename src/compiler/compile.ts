import { BugError, CompileError } from "../base/errors.ts";
import { type Issue, pointer } from "../base/issue.ts";
import type { BlockManifest } from "../blocks/contract/block.ts";
import type { DynamicBlocks, Expansion } from "../blocks/contract/code.ts";
import { type Definition, readDefinition } from "../definition/document.ts";
import { checkNames } from "../definition/names.ts";
import { assemble } from "./assemble.ts";
import { checkKinds } from "./kinds.ts";
import { type Controllers, DEEPEST_INPUT, traceLineage } from "./lineage.ts";
import { orderSteps } from "./order.ts";
import { resolveOutputs } from "./outputs.ts";
import type { Plan } from "./plan.ts";
import { resolveReferences, type Scope } from "./references.ts";
import { emptyWarnings } from "./step-warnings.ts";
import { type Found, type ParsedStep, parseSteps } from "./steps.ts";
import {
  type UnsupportedStep,
  unsupportedInside,
  unsupportedIssues,
  unsupportedOf,
  unsupportedSteps,
} from "./unsupported.ts";

/** What a definition may use: blocks and the passes of other folders. */
export interface Library {
  blocks: ReadonlyMap<string, BlockManifest>;
  /** Turns the blocks written in a document into manifests and code, to run as `code` says if given; faults go to the list. */
  dynamicBlocks: (definition: Definition, issues: Issue[], code?: Expansion["code"]) => DynamicBlocks;
  /** Compiles the subworkflows of steps; faults go to the list. */
  subworkflows?: (steps: readonly ParsedStep[], context: SubworkflowContext) => void;
  /** Replaces inner workflow steps by the steps of their workflows; null after a fault, which goes to the list. */
  flatten?: (definition: Definition, issues: Issue[], warnings: Issue[]) => Definition | null;
  /** A hint for a type that is known but not offered. */
  adviceFor?: (type: string) => string | undefined;
  /** Faults of literal properties that the block's schema cannot express. */
  objections?: (type: string, literals: Readonly<Record<string, unknown>>) => readonly Issue[];
}

export interface SubworkflowContext {
  definition: Definition;
  /** Compiles a workflow inside of this one; its faults are reported at the path. */
  compileBody: (document: object, path: string) => Plan | null;
  issues: Issue[];
}

/** A definition to a plan that runs, or a `CompileError` with every fault found. Pure: no clock, no files, no sessions. */
export function compile(document: unknown, library: Library, file?: string): Plan {
  const { plan, issues } = checkToRun(document, library);
  if (plan === null) throw new CompileError("COMPILE", issues, file);
  return plan;
}

export interface Verdict {
  plan: Plan | null;
  issues: Issue[];
  /** Parts of the definition without effect; these are no faults. */
  warnings: Issue[];
  /** The blocks of the library and of the document, by type. */
  blocks: ReadonlyMap<string, BlockManifest>;
  /** Types of its steps, those of workflows inside of it included, that are known but cannot run here; no fault of it. */
  unsupported: string[];
  unsupportedSteps: readonly UnsupportedStep[];
}

/** The same, with the faults as a value. */
export function checkToRun(document: unknown, library: Library): Verdict {
  const { verdict, steps } = analyse(document, library);
  const inside = verdict.plan === null ? [] : unsupportedInside(verdict.plan);
  const issues = [...verdict.issues, ...unsupportedIssues(steps, verdict.blocks), ...inside];
  return { ...verdict, plan: issues.length > 0 ? null : verdict.plan, issues };
}

/** All findings about a definition, whether or not its blocks run here; the plan is for inspection only if they do not. */
export function check(document: unknown, library: Library): Verdict {
  return analyse(document, library).verdict;
}

interface Analysis {
  verdict: Verdict;
  /** With nested workflows in their place. */
  steps: Definition["steps"];
}

function analyse(document: unknown, library: Library): Analysis {
  const { definition: written, issues, warnings } = readDefinition(document);
  if (written !== null) checkNames(written, issues);
  const definition =
    written !== null && library.flatten !== undefined ? library.flatten(written, issues, warnings) : written;
  if (definition === null) {
    const found = { plan: null, issues: issues.map(shorten), warnings, blocks: library.blocks };
    return {
      verdict: { ...found, ...unsupportedOf(unsupportedSteps(written?.steps ?? [], library.blocks)) },
      steps: [],
    };
  }
  const dynamic = library.dynamicBlocks(definition, issues);
  warnings.push(...(dynamic.warnings ?? []));
  const blocks = withBlocks(library.blocks, dynamic.manifests);

  const parsed = parseSteps(definition.steps, { ...library, blocks }, { issues, warnings });
  const bugs: BugError[] = [];
  for (const step of parsed) issues.push(...objections(step, library, bugs));
  for (const step of parsed) step.subworkflow = expansionOf(step, dynamic, definition);
  const inside: UnsupportedStep[] = [];
  library.subworkflows?.(parsed, {
    definition,
    issues,
    compileBody: bodyCompiler(library, { issues, warnings, inside }),
  });
  const scope = scopeOf(definition, parsed);
  checkInputs(definition, issues);
  const sources = resolveReferences(parsed, scope, issues);
  checkKinds(parsed, sources, issues);
  const steps = orderSteps(parsed, sources, issues);
  const controllers = controllersOf(steps);
  const lineages = traceLineage(steps, sources, controllers, issues);
  const outputs = resolveOutputs(definition.outputs, scope, issues);

  const isSound = issues.length === 0;
  // After faults of the user a failure of ours is most likely their consequence.
  const [bug] = bugs;
  if (isSound && bug !== undefined) throw bug;
  const checked = { definition, steps, sources, controllers, lineages, outputs, code: dynamic.code };
  const plan = isSound ? assemble(checked) : null;
  warnings.push(...emptyWarnings(definition, steps));
  const found = { plan, issues: issues.map(shorten), warnings: warnings.map(shorten), blocks };
  const unsupported = unsupportedOf([...unsupportedSteps(definition.steps, blocks), ...inside]);
  return { verdict: { ...found, ...unsupported }, steps: definition.steps };
}

/** The blocks by type with further ones, which override others of their type. */
export function withBlocks(blocks: Library["blocks"], more: readonly BlockManifest[]): Library["blocks"] {
  return more.length === 0 ? blocks : new Map([...blocks, ...more.map((block) => [block.type, block] as const)]);
}

/** Its inputs are known when all steps are connected. */
function expansionOf(
  { block }: ParsedStep,
  { expansions }: DynamicBlocks,
  definition: Definition,
): ParsedStep["subworkflow"] {
  const expansion = expansions?.get(block.type);
  if (expansion === undefined) return null;
  return { type: "dynamic", ...expansion, inputs: [], definitions: definition.dynamic_blocks_definitions };
}

interface Gathered extends Found {
  inside: UnsupportedStep[];
}

/** Bodies may hold bodies: each is compiled like a document of its own. */
function bodyCompiler(library: Library, { issues, warnings, inside }: Gathered): SubworkflowContext["compileBody"] {
  return (document, at) => {
    const { verdict } = analyse(document, library);
    const here = (issue: Issue): Issue => ({ ...issue, path: `${at}${issue.path}` });
    issues.push(...verdict.issues.map(here));
    warnings.push(...verdict.warnings.map(here));
    inside.push(...verdict.unsupportedSteps);
    return verdict.plan;
  };
}

function objections({ block, name, literals, path }: ParsedStep, library: Library, bugs: BugError[]): Issue[] {
  let found: readonly Issue[] = [];
  try {
    found = library.objections?.(block.type, literals) ?? [];
  } catch (error) {
    if (!(error instanceof BugError)) throw error;
    bugs.push(error);
  }
  const together = (block.check?.(literals) ?? []).map(({ property, what }): Issue => {
    const at = { path: pointer([property]), class: "WorkflowSyntaxError" };
    return { code: "COMPILE_STEP_PROPERTY", ...at, message: `"${property}" ${what}` };
  });
  return [...together, ...found].map((issue) => {
    const [, property = ""] = issue.path.split("/");
    const at = Object.hasOwn(block.schema.shape, property) ? issue.path : "";
    return { ...issue, path: `${path}${at}`, message: `step "${name}" (${block.type}): ${issue.message}` };
  });
}

const LONGEST_MESSAGE = 2_000;

/** Messages quote names as the user wrote them, however long. */
function shorten(issue: Issue): Issue {
  if (issue.message.length <= LONGEST_MESSAGE) return issue;
  return { ...issue, message: `${issue.message.slice(0, LONGEST_MESSAGE)}...` };
}

function scopeOf(definition: Definition, parsed: readonly ParsedStep[]): Scope {
  const byIndex = new Map(parsed.map((step) => [step.index, step]));
  const steps = definition.steps.map((step, index) => [step.name, byIndex.get(index) ?? null] as const);
  return { inputs: new Map(definition.inputs.map((input) => [input.name, input])), steps: new Map(steps) };
}

function controllersOf(steps: readonly ParsedStep[]): Controllers {
  const controllers = new Map<ParsedStep, ParsedStep[]>();
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const step of steps) {
    for (const { selector } of step.controls) {
      const target = selector.type === "step" ? byName.get(selector.name) : undefined;
      if (target !== undefined) controllers.set(target, [...(controllers.get(target) ?? []), step]);
    }
  }
  return controllers;
}

function checkInputs(definition: Definition, issues: Issue[]): void {
  definition.inputs.forEach((input, index) => {
    if (!("dimensionality" in input) || (input.dimensionality >= 1 && input.dimensionality <= DEEPEST_INPUT)) return;
    issues.push({
      code: "COMPILE_INPUT_DIMENSIONALITY",
      class: "ExecutionGraphStructureError",
      path: `/inputs/${index}/dimensionality`,
      message: `input "${input.name}": "dimensionality" is ${input.dimensionality}, expected 1 to ${DEEPEST_INPUT}`,
    });
  });
}
