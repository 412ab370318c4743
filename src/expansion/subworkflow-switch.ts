import { type Issue, pointer } from "../base/issue.ts";
import type { SubworkflowContext } from "../compiler/compile.ts";
import type { BoundInput, Plan, SwitchTest } from "../compiler/plan.ts";
import type { ParsedStep } from "../compiler/steps.ts";
import {
  type Body,
  type BodyOutput,
  type BodySite,
  bodyOutputs,
  checkBound,
  compileBody,
  narrow,
  refuseResult,
  spreadProperty,
  subworkflowFault,
  traitsOf,
} from "./body.ts";

interface Case {
  when: SwitchTest;
  body: Body;
}

/** Compiles the workflows of a step that chooses one of them, and shapes the step after all of them. */
export function compileSwitch(step: ParsedStep, context: SubworkflowContext): void {
  const shared = spreadProperty(step, "with");
  const cases = readCases(step, context, shared);
  if (cases === null) return;
  const kinds = new Map<string, string[]>();
  for (const { body } of cases) {
    for (const { name, kind } of body.definition.inputs) kinds.set(name, [...(kinds.get(name) ?? []), ...kind]);
  }
  for (const { name, property } of shared) narrow(step, property, common(name, cases));
  shape(step, cases, { shared, issues: context.issues });
}

/** A value that several workflows take has to suit them all; where their kinds differ, any that one of them takes will do. */
function common(name: string, cases: readonly Case[]): readonly string[] {
  const lists = cases.flatMap(({ body }) => body.definition.inputs.filter((input) => input.name === name));
  const [first, ...others] = lists.map(({ kind }) => kind.filter((one) => one !== "*"));
  if (first === undefined) return ["*"];
  const shared = first.filter((kind) => others.every((list) => list.length === 0 || list.includes(kind)));
  return shared.length > 0 ? shared : ["*"];
}

type WrittenCase = { when?: unknown; else?: true; workflow: string | object };

function readCases(step: ParsedStep, context: SubworkflowContext, shared: readonly BoundInput[]): Case[] | null {
  const written = step.literals["cases"] as readonly WrittenCase[];
  const named = step.literals["workflows"] as Readonly<Record<string, object>>;
  const bodies = new Map<string, Body | null>();
  const perElement = batchNames(
    written.map(({ workflow }) => (typeof workflow === "string" ? named[workflow] : workflow)),
  );
  const found = written.map((one, i): Case | null => {
    const at = typeof one.workflow === "string" ? pointer(["workflows", one.workflow]) : `/cases/${i}/workflow`;
    const document = typeof one.workflow === "string" ? named[one.workflow] : one.workflow;
    if (document === undefined) {
      context.issues.push(unknownWorkflow(step, i, Object.keys(named)));
      return null;
    }
    const body = bodies.has(at) ? bodies.get(at) : openBody(document, { shared, perElement }, { step, context, at });
    bodies.set(at, body ?? null);
    return body ? { when: testOf(one), body } : null;
  });
  return found.every((one) => one !== null) ? found : null;
}

/** An input that one workflow takes for each element is that for all of them. */
function batchNames(documents: readonly unknown[]): string[] {
  const inputs = documents.flatMap((document) => (document as { inputs?: unknown } | undefined)?.inputs ?? []);
  return inputs.flatMap((input) => {
    const { type, name } = (input ?? {}) as { type?: unknown; name?: unknown };
    return typeof name === "string" && !/Parameter$/.test(String(type)) ? [name] : [];
  });
}

interface Inputs {
  shared: readonly BoundInput[];
  perElement: readonly string[];
}

function openBody(document: object, { shared, perElement }: Inputs, site: BodySite): Body | null {
  const body = compileBody(document, perElement, site);
  if (body === null) return null;
  const names = new Set(body.definition.inputs.map(({ name }) => name));
  // What one workflow has no use for, another may have.
  checkBound(
    new Map(shared.filter(({ name }) => names.has(name)).map(({ name }) => [name, "with"])),
    body.definition,
    site,
  );
  refuseResult(body, site);
  return body;
}

function testOf({ when }: WrittenCase): SwitchTest {
  if (when === undefined) return null;
  return typeof when === "object" && when !== null ? (when as SwitchTest) : { eq: when };
}

function unknownWorkflow(step: ParsedStep, index: number, known: readonly string[]): Issue {
  const what = `a case names a workflow that "workflows" does not have`;
  const issue = subworkflowFault(step, `${step.path}/cases/${index}/workflow`, what);
  return { ...issue, hint: `it has ${known.join(", ") || "none"}` };
}

function shape(
  step: ParsedStep,
  cases: readonly Case[],
  { shared, issues }: { shared: readonly BoundInput[]; issues: Issue[] },
): void {
  const plans = cases.map(({ body }) => body.plan);
  const outputs = joinOutputs(plans.map(bodyOutputs));
  for (const { name } of outputs) checkDepths(name, plans, { step, issues });
  const isBatch = (name: string) =>
    cases.some(({ body }) => body.definition.inputs.some((input) => input.name === name && "dimensionality" in input));
  const traits = traitsOf(plans);
  step.outputs = { ...Object.fromEntries(outputs.map(({ name, kinds }) => [name, kinds])), result: ["dictionary"] };
  step.block = {
    ...step.block,
    outputs: step.outputs,
    nesting: Object.fromEntries(outputs.map(({ name, batches }) => [name, batches])),
    batches: ["on", ...shared.filter(({ name }) => isBatch(name)).map(({ property }) => property)],
    stateful: traits.stateful,
    sink: traits.sink,
    needs: traits.needsModels ? ["models"] : [],
  };
  step.subworkflow = { type: "switch", cases: cases.map(({ when, body }) => ({ when, plan: body.plan })), shared };
}

function checkDepths(
  name: string,
  plans: readonly Plan[],
  { step, issues }: { step: ParsedStep; issues: Issue[] },
): void {
  const depths = plans.flatMap((plan) => bodyOutputs(plan).filter((output) => output.name === name));
  const found = [...new Set(depths.map(({ batches }) => batches.length))];
  if (found.length < 2) return;
  const what = `output "${name}" is nested ${found.join(" and ")} deep in its workflows, expected the same in all`;
  issues.push({ ...subworkflowFault(step, `${step.path}/cases`, what), class: "StepInputDimensionalityError" });
}

/** Outputs of all cases; two share a batch only when they do so in every case that has them. */
function joinOutputs(cases: readonly (readonly BodyOutput[])[]): BodyOutput[] {
  const names = [...new Set(cases.flatMap((outputs) => outputs.map(({ name }) => name)))];
  return names.map((name) => {
    const found = cases.map((outputs) => outputs.find((output) => output.name === name));
    const depth = Math.max(...found.map((output) => output?.batches.length ?? 0));
    const batches = Array.from({ length: depth }, (_, level) =>
      found.map((output) => output?.batches[level] ?? "-").join("|"),
    );
    return { name, kinds: [...new Set(found.flatMap((output) => output?.kinds ?? []))], batches };
  });
}
