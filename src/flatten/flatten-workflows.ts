import type { Issue } from "../base/issue.ts";
import { brief } from "../definition/brief.ts";
import type { Definition, DynamicDefinition, OutputDefinition, StepDefinition } from "../definition/document.ts";
import { originOf, withOrigin } from "../definition/origin.ts";
import { looksLikeSelector, parseSelector } from "../definition/selector.ts";
import { openChild } from "./child.ts";
import { type Child, type Place, Scope } from "./scope.ts";
import { ENTRY, type Flattening, type Level, type ResolveWorkflow, type Site } from "./site.ts";
import { gateStep, rewriteStep, targetsOf } from "./steps.ts";

/** Type of the step that is replaced by a whole workflow. */
export const INNER_WORKFLOW = "roboflow_core/inner_workflow@v1";

/**
 * Replaces every inner workflow step by the steps of its workflow, so that the compiler never sees
 * nesting; null after a fault. Only the root's outputs choose coordinate systems, as in the reference:
 * values flow out of a nested workflow unchanged.
 */
export function flattenWorkflows(
  definition: Definition,
  resolve: ResolveWorkflow,
  issues: Issue[],
  warnings: Issue[] = [],
): Definition | null {
  if (!definition.steps.some(isNested)) return definition;
  const before = issues.length;
  const blocks = [...definition.dynamic_blocks_definitions];
  const types = new Set(blocks.map(({ manifest }) => manifest.block_type));
  const work: Work = { resolve, issues, warnings, count: 0, blocks, types };
  const flat = flatten({ definition, path: "", depth: 0, chain: [] }, work);
  const outputs = definition.outputs.map((output, i) => rootOutput(output, i, flat.outputs[i], issues));
  if (issues.length > before) return null;
  return { ...definition, steps: flat.steps, outputs, dynamic_blocks_definitions: blocks };
}

interface Work extends Flattening {
  /** Of the whole nest; the first definition of a type counts. */
  blocks: DynamicDefinition[];
  types: Set<string>;
}

/** A workflow without nested ones. Its outputs, in order, are selectors or literals. */
interface Flat {
  steps: StepDefinition[];
  outputs: unknown[];
}

function isNested(step: StepDefinition): boolean {
  return step.type === INNER_WORKFLOW;
}

function flatten(level: Level, work: Work): Flat {
  const children = openChildren(level, work);
  const scope = new Scope(level, children, work.issues);
  for (const child of children.values()) for (const input of child.bindings.keys()) scope.bound(child, input);
  return { steps: flattenSteps(level, children, scope), outputs: flattenOutputs(level, scope, work) };
}

function openChildren(level: Level, work: Work): Map<string, Child> {
  const { steps } = level.definition;
  const taken = new Set(steps.map(({ name }) => name));
  const children = new Map<string, Child>();
  for (const [i, step] of steps.entries()) {
    if (!isNested(step)) continue;
    const site: Site = { step, path: `${level.path}/steps/${i}`, parent: level, work };
    const opened = openChild(site);
    if (opened === null) continue;
    collectBlocks(opened.level, work);
    const flat = flatten(opened.level, work);
    const outputs = new Map(opened.level.definition.outputs.map(({ name }, n) => [name, flat.outputs[n]]));
    const names = new Map(flat.steps.map(({ name }) => [name, freeName(`${step.name}__${name}`, taken)]));
    children.set(step.name, { site, bindings: opened.bindings, steps: flat.steps, outputs, names });
  }
  return children;
}

function collectBlocks({ definition, path }: Level, { blocks, types }: Work): void {
  for (const [i, block] of definition.dynamic_blocks_definitions.entries()) {
    const type = block.manifest.block_type;
    if (!types.has(type)) blocks.push(withOrigin(block, `${path}/dynamic_blocks_definitions/${i}`));
    types.add(type);
  }
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}__${n}`;
  taken.add(name);
  return name;
}

function flattenSteps(
  { definition, path }: Level,
  children: ReadonlyMap<string, Child>,
  scope: Scope,
): StepDefinition[] {
  const targets = new Set(definition.steps.filter((step) => !isNested(step)).flatMap(targetsOf));
  return definition.steps.flatMap((step, i) => {
    const at = `${path}/steps/${i}`;
    if (!isNested(step)) return [withOrigin(resolveStep(step, at, scope), at)];
    const child = children.get(step.name);
    if (child === undefined) return [];
    const steps = child.steps.map((inner) => embed(inner, child, scope));
    return targets.has(step.name) ? [withOrigin(gateStep(step.name, steps), at), ...steps] : steps;
  });
}

function resolveStep(step: StepDefinition, at: string, scope: Scope): StepDefinition {
  const place = { owner: `step "${step.name}"`, missing: "ExecutionGraphStructureError" } as const;
  return rewriteStep(step, (text, inner) => scope.resolve(text, { ...place, path: `${at}${inner}` }));
}

function embed(step: StepDefinition, child: Child, scope: Scope): StepDefinition {
  const name = child.names.get(step.name) ?? step.name;
  const rewritten = rewriteStep({ ...step, name }, (text) => scope.translate(child, text));
  return withOrigin(rewritten, originOf(step, child.site.path));
}

function flattenOutputs({ definition, path, depth }: Level, scope: Scope, { issues }: Work): unknown[] {
  return definition.outputs.map(({ name, selector }, i) => {
    const place: Place = {
      path: `${path}/outputs/${i}/selector`,
      owner: `output "${name}"`,
      missing: "InvalidReferenceTargetError",
    };
    if (depth > 0) checkOutput(selector, place, issues);
    return scope.resolve(selector, place);
  });
}

/** An output of a nested workflow vanishes, so the compiler cannot check it. */
function checkOutput(text: string, { path, owner, missing }: Place, issues: Issue[]): void {
  const selector = parseSelector(text);
  if (selector !== null && selector.type !== "step") return;
  const what = selector === null ? `is ${brief(text)}, which is no selector` : `${text} is a step`;
  const errorClass = selector === null ? missing : "AssumptionError";
  const hint = "write $steps.name.output";
  issues.push({ code: "COMPILE_OUTPUT", class: errorClass, path, message: `${owner}: ${what}`, hint });
}

/** An output of the root shows a selector; a default that stands in for an unbound input has nothing to show it. */
function rootOutput(output: OutputDefinition, index: number, value: unknown, issues: Issue[]): OutputDefinition {
  if (looksLikeSelector(value)) return { ...output, selector: value };
  if (value !== output.selector) {
    issues.push({
      ...ENTRY,
      path: `/outputs/${index}/selector`,
      message: `output "${output.name}": ${output.selector} is the literal ${brief(value)}, where data is expected`,
      hint: "bind that input of the nested workflow to a parameter of this one",
    });
  }
  return output;
}
