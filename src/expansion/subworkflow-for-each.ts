import { CHILDREN } from "../blocks/contract/block.ts";
import type { SubworkflowContext } from "../compiler/compile.ts";
import type { ForEachSubworkflow } from "../compiler/plan.ts";
import type { ParsedStep } from "../compiler/steps.ts";
import { DETECTION_KINDS } from "../kinds/kinds.ts";
import {
  type Body,
  bodyOutputs,
  checkBound,
  compileBody,
  narrow,
  refuseResult,
  spreadProperty,
  subworkflowFault,
  traitsOf,
} from "./body.ts";

const AT = "/workflow_definition";

/** Kinds of values that have items. */
const LISTS: readonly string[] = [
  ...DETECTION_KINDS,
  "list_of_values",
  "detections_overlaps",
  "labeled_points",
  "contours",
  "zone",
  "embedding",
];

/** Compiles the workflow of a step that runs it for each item, and shapes the step after it. */
export function compileForEach(step: ParsedStep, context: SubworkflowContext): void {
  const written = step.literals["workflow_definition"] as object;
  const over = spreadProperty(step, "over");
  const shared = spreadProperty(step, "with");
  const site = { step, context, at: AT };
  const names = over.map(({ name }) => name);
  for (const name of names.filter((one) => shared.some((input) => input.name === one))) {
    context.issues.push(subworkflowFault(step, step.path, `"${name}" is both in "over" and in "with"`));
  }
  const body = compileBody(written, names, site);
  if (body === null) return;
  const bound = new Map([
    ...shared.map(({ name }) => [name, "with"] as const),
    ...over.map(({ name }) => [name, "over"] as const),
  ]);
  checkBound(bound, body.definition, site);
  const iterate = iterationOf(step, names, body);
  refuseResult(body, site);
  const form = { over, shared, iterate };
  narrowKinds(step, body, form);
  shape(step, body, form);
}

function iterationOf(
  { literals }: ParsedStep,
  over: readonly string[],
  { definition }: Body,
): ForEachSubworkflow["iterate"] {
  const { iterate } = literals;
  if (iterate === "items" || iterate === "elements") return iterate;
  const whole = ["image", "video_metadata"];
  const takesWhole = definition.inputs.some(({ name, kind }) => over.includes(name) && whole.includes(kind[0] ?? ""));
  return takesWhole ? "elements" : "items";
}

type Form = Omit<ForEachSubworkflow, "type" | "plan">;

/** Connections take the kinds of the workflow's inputs; where it runs for items, a list of them. */
function narrowKinds(step: ParsedStep, { definition }: Body, { over, shared, iterate }: Form): void {
  const kindsOf = (name: string) => definition.inputs.find((input) => input.name === name)?.kind;
  for (const { name, property } of shared) narrow(step, property, kindsOf(name) ?? ["*"]);
  for (const { name, property } of over) narrow(step, property, iterate === "items" ? LISTS : (kindsOf(name) ?? ["*"]));
}

function shape(step: ParsedStep, { definition, plan }: Body, form: Form): void {
  const isBatch = (name: string) => definition.inputs.some((input) => input.name === name && "dimensionality" in input);
  const outputs = bodyOutputs(plan);
  const traits = traitsOf([plan]);
  const item = form.iterate === "items" ? "items" : CHILDREN;
  const over = form.over.map(({ property }) => property);
  const shared = form.shared.map(({ property }) => property);
  const batches = form.shared.filter(({ name }) => isBatch(name)).map(({ property }) => property);
  step.outputs = { ...Object.fromEntries(outputs.map(({ name, kinds }) => [name, kinds])), result: ["dictionary"] };
  step.block = {
    ...step.block,
    outputs: step.outputs,
    nesting: Object.fromEntries(outputs.map(({ name, batches }) => [name, [item, ...batches]])),
    batches: [...over, ...batches],
    offsets:
      form.iterate === "items"
        ? {}
        : Object.fromEntries([...over.map((name) => [name, 1]), ...shared.map((name) => [name, 0])]),
    stateful: traits.stateful || step.literals["key_by"] !== null,
    sink: traits.sink,
    needs: traits.needsModels ? ["models"] : [],
  };
  step.subworkflow = { type: "for_each", plan, ...form };
}
