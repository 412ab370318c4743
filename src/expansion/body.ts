import type { Issue } from "../base/issue.ts";
import type { SubworkflowContext } from "../compiler/compile.ts";
import type { BoundInput, Plan, PlanLevel, PlanOutput } from "../compiler/plan.ts";
import type { Connection, ParsedStep } from "../compiler/steps.ts";
import { Definition } from "../definition/document.ts";

/** A workflow that is written in a step and runs inside of it. */
export interface Body {
  definition: Definition;
  plan: Plan;
}

export interface BodySite {
  step: ParsedStep;
  context: SubworkflowContext;
  /** JSON pointer from the step to the workflow. */
  at: string;
}

/** An output of a workflow as the step around it shows it. */
export interface BodyOutput {
  name: string;
  kinds: readonly string[];
  /** Identifiers of the batches inside the workflow that its values are nested in. */
  batches: readonly string[];
}

/** Compiles a workflow with what the document around it defines; `perItem` inputs take one value for each element. */
export function compileBody(written: object, perItem: readonly string[], site: BodySite): Body | null {
  const { context, step, at } = site;
  const document = {
    version: "1.0",
    ...written,
    inputs: listOf(written, "inputs").map((input) => perElement(input, perItem)),
    outputs: listOf(written, "outputs").map((output) => ({ type: "JsonField", ...output, coordinates_system: "own" })),
    dynamic_blocks_definitions: [
      ...listOf(written, "dynamic_blocks_definitions"),
      ...definitionsAround(context, listOf(written, "dynamic_blocks_definitions")),
    ],
  };
  const plan = context.compileBody(document, `${step.path}${at}`);
  if (plan === null) return null;
  const keeping = keepsState(plan);
  if (keeping !== undefined) {
    const what = `step "${keeping}" of the workflow wants its state kept, which only steps of the definition itself can`;
    context.issues.push(subworkflowFault(step, `${step.path}${at}`, what));
  }
  return { definition: Definition().parse(document), plan };
}

/** A step that keeps state on disk: in a subworkflow it may exist many times, and its states could not be matched after a restart. */
export function keepsState({ steps }: Plan): string | undefined {
  return steps.find(({ code }) => code !== null && code.persist !== null)?.name;
}

/** What the body does not define itself, it may use from the document around it. */
function definitionsAround({ definition }: SubworkflowContext, own: readonly object[]): object[] {
  const taken = new Set(own.map(blockTypeOf));
  return definition.dynamic_blocks_definitions.filter((entry) => !taken.has(entry.manifest.block_type));
}

function blockTypeOf(definition: object): unknown {
  return (definition as { manifest?: { block_type?: unknown } | null }).manifest?.block_type;
}

function perElement(input: object, names: readonly string[]): object {
  const { type, name } = input as { type?: unknown; name?: unknown };
  if (typeof name !== "string" || !names.includes(name)) return input;
  return type === "WorkflowParameter" || type === "InferenceParameter"
    ? { ...input, type: "WorkflowBatchInput" }
    : input;
}

function listOf(written: object, key: string): object[] {
  const list = (written as Record<string, unknown>)[key];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** Outputs of a compiled workflow with their kinds and depth. */
export function bodyOutputs(plan: Plan): BodyOutput[] {
  return plan.outputs.map((output) => {
    return { name: output.name, ...shownBy(output, plan) };
  });
}

function shownBy({ source }: PlanOutput, plan: Plan): Omit<BodyOutput, "name"> {
  const batchesOf = (slot: number) => batchesInside(plan.levels[plan.slots[slot]?.level ?? 0]);
  if (source.type === "slot") {
    return { kinds: plan.slots[source.slot]?.kinds ?? ["*"], batches: batchesOf(source.slot) };
  }
  const batches = source.slots.map(({ slot }) => batchesOf(slot)).toSorted((a, b) => a.length - b.length);
  return { kinds: ["dictionary"], batches: batches[0] ?? [] };
}

function batchesInside(level: PlanLevel | undefined): readonly string[] {
  return level === undefined ? [] : level.lineage.slice(level.isFromInputs ? 1 : 0);
}

/** Names of inputs that are bound, checked against those that workflows have. */
export function checkBound(bound: ReadonlyMap<string, string>, definition: Definition, site: BodySite): void {
  const { step, context, at } = site;
  const report = (path: string, what: string) => context.issues.push(subworkflowFault(step, path, what));
  const names = definition.inputs.map(({ name }) => name);
  for (const [name, property] of bound) {
    if (names.includes(name)) continue;
    report(`${step.path}/${property}/${name}`, `"${property}" names "${name}", which is no input of the workflow`);
  }
  for (const input of definition.inputs) {
    const isOptional = "default_value" in input && input.default_value !== null;
    if (bound.has(input.name) || isOptional) continue;
    report(`${step.path}${at}/inputs`, `the workflow's input "${input.name}" is connected to nothing`);
  }
}

/** That name is taken by the report of the step's run. */
export function refuseResult({ plan }: Body, { step, context, at }: BodySite): void {
  if (!plan.outputs.some(({ name }) => name === "result")) return;
  context.issues.push(
    subworkflowFault(
      step,
      `${step.path}${at}/outputs`,
      'the workflow has an output "result", which is the name of what the step tells of its run',
    ),
  );
}

export function subworkflowFault({ name, block }: ParsedStep, path: string, what: string): Issue {
  const message = `step "${name}" (${block.type}): ${what}`;
  return { code: "NESTED_WORKFLOW", class: "WorkflowSyntaxError", path, message };
}

/** Every entry of a map property becomes a property of its own, so that each is checked by itself. */
export function spreadProperty(step: ParsedStep, property: string): BoundInput[] {
  const literals = (step.literals[property] ?? {}) as Record<string, unknown>;
  const connected = step.connections.filter((connection) => connection.property === property);
  // The form that messages show; others read the property from the bound input.
  const own = (name: string) => `${property}.${name}`;
  const names = Object.keys(literals);
  delete step.literals[property];
  for (const name of names) {
    if (!connected.some(({ key }) => key === name)) step.literals[own(name)] = literals[name];
  }
  step.connections = step.connections.map((connection): Connection => {
    if (connection.property !== property) return connection;
    return { ...connection, property: own(String(connection.key)), key: null };
  });
  return names.map((name) => ({ name, property: own(name) }));
}

/** The connection of a spread property takes these kinds. */
export function narrow(step: ParsedStep, property: string, kinds: readonly string[]): void {
  step.connections = step.connections.map((connection) =>
    connection.property === property ? { ...connection, port: { ...connection.port, kinds } } : connection,
  );
}

/** What the workflows inside make of the step around them. */
export function traitsOf(plans: readonly Plan[]) {
  const steps = plans.flatMap((plan) => plan.steps);
  return {
    stateful: steps.some(({ stateful }) => stateful),
    sink: steps.some(({ outputs, code }) => outputs.length === 0 || code !== null),
    needsModels: steps.some(({ needsModels }) => needsModels),
  };
}
