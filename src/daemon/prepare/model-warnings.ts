import type { Issue } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import { type Plan, type PlanStep, plansOf } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";

interface Around {
  parameters: Readonly<Record<string, unknown>>;
  models: ReadonlyMap<string, ModelDescription>;
}

/** What steps ask of models without effect: classes that the model does not have. */
export function modelWarnings(plan: Plan, around: Around): Issue[] {
  return plan.steps.flatMap((step) => {
    const inside = step.nested === null ? [] : plansOf(step.nested);
    return [...stepWarnings(step, plan, around), ...inside.flatMap((inner) => modelWarnings(inner, around))];
  });
}

function stepWarnings(step: PlanStep, plan: Plan, { parameters, models }: Around): Issue[] {
  if (!step.needsModels) return [];
  const given = (property: string): unknown => {
    const binding = step.bindings.find((candidate) => candidate.property === property && candidate.key === null);
    if (binding === undefined) return step.literals[property];
    const input = plan.inputs.find(({ slot }) => slot === binding.slot);
    return input === undefined ? undefined : (parameters[input.name] ?? input.defaultValue);
  };
  const [id, wanted] = [given("model_id"), given("class_filter")];
  const model = typeof id === "string" ? models.get(id) : undefined;
  if (model === undefined || model.classes.length === 0 || !Array.isArray(wanted)) return [];
  const absent = wanted.filter((name) => !model.classes.includes(name));
  return absent.map((name) => {
    const message = `step "${step.name}" (${step.type}): "class_filter" names "${name}", which the model "${id}" does not find`;
    return { code: "MODEL_UNKNOWN_CLASS", path: "", message, hint: hintFor(String(name), model.classes) };
  });
}

const MOST_NAMED = 20;

function hintFor(name: string, classes: readonly string[]): string {
  const more = classes.length > MOST_NAMED ? `, and ${classes.length - MOST_NAMED} more` : "";
  return suggest(name, classes) ?? `its classes are ${classes.slice(0, MOST_NAMED).join(", ")}${more}`;
}
