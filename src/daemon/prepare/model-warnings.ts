import type { Issue } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import { type Plan, type PlanStep, plansOf } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { modelIds } from "../models/asked-models.ts";
import { unusedOptions } from "./unused-options.ts";

interface Around {
  parameters: Readonly<Record<string, unknown>>;
  models: ReadonlyMap<string, ModelDescription>;
}

/** What is doubtful of the models of a plan: names in a file that cannot be read, classes that a model does not have, and options without effect. */
export function modelWarnings(plan: Plan, around: Around): Issue[] {
  const ids = modelIds(plan.models, plan, around.parameters);
  return [...ids.flatMap((id) => nameWarnings(id, around.models.get(id))), ...classWarnings(plan, around)];
}

/** Steps would filter and count by other names than those that the file holds. */
function nameWarnings(id: string, model: ModelDescription | undefined): Issue[] {
  const text = model?.metadata["names"];
  if (model === undefined || text === undefined || !["coco80", "numbered"].includes(model.classesFrom)) return [];
  const named = model.classesFrom === "coco80" ? "those of COCO" : `${model.classes[0]} and so on`;
  const message = `model "${id}": the class names in its file cannot be read (${brief(text)}), so its ${model.classes.length} classes are ${named}`;
  return [
    {
      code: "MODEL_NAMES_UNREADABLE",
      path: "",
      message,
      hint: "state them: classes, a list or a file with one in each line",
    },
  ];
}

function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function classWarnings(plan: Plan, around: Around): Issue[] {
  return plan.steps.flatMap((step) => {
    const inside = step.subworkflow === null ? [] : plansOf(step.subworkflow);
    return [
      ...stepWarnings(step, plan, around),
      ...optionWarnings(step, plan, around),
      ...inside.flatMap((inner) => classWarnings(inner, around)),
    ];
  });
}

function optionWarnings(step: PlanStep, plan: Plan, { parameters, models }: Around): Issue[] {
  return modelIds(step.models, plan, parameters).flatMap((id) => {
    const model = models.get(id);
    return model === undefined ? [] : unusedOptions(step, { id, model });
  });
}

function stepWarnings(step: PlanStep, plan: Plan, { parameters, models }: Around): Issue[] {
  if (step.classProperties.length === 0) return [];
  const given = (property: string): unknown => {
    const binding = step.bindings.find((candidate) => candidate.property === property && candidate.key === null);
    if (binding === undefined) return step.literals[property];
    const input = plan.inputs.find(({ slot }) => slot === binding.slot);
    return input === undefined ? undefined : (parameters[input.name] ?? input.defaultValue);
  };
  return modelIds(step.models, plan, parameters).flatMap((id) => {
    const classes = models.get(id)?.classes ?? [];
    if (classes.length === 0) return [];
    return step.classProperties.flatMap((property) => {
      const wanted = given(property);
      const absent = Array.isArray(wanted) ? wanted.filter((name) => !classes.includes(name)) : [];
      return absent.map((name) => {
        const message = `step "${step.name}" (${step.type}): "${property}" names "${name}", which the model "${id}" does not find`;
        return { code: "MODEL_UNKNOWN_CLASS", path: "", message, hint: hintFor(String(name), classes) };
      });
    });
  });
}

const MOST_NAMED = 20;

function hintFor(name: string, classes: readonly string[]): string {
  const more = classes.length > MOST_NAMED ? `, and ${classes.length - MOST_NAMED} more` : "";
  return suggest(name, classes) ?? `its classes are ${classes.slice(0, MOST_NAMED).join(", ")}${more}`;
}
