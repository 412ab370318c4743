import type { Plan, PlanModel } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";
import { SERVES, TASK_TITLES, type TaskName } from "../../kinds/model-task.ts";

/** A model that a workflow uses, and its task; null where only the running workflow decides. */
export interface AskedModel {
  id: string;
  task: TaskName | null;
}

/** The models of a plan with all their tasks; models in parameters are resolved. */
export function askedModels(
  models: readonly PlanModel[],
  plan: Plan,
  parameters: Readonly<Record<string, unknown>>,
): AskedModel[] {
  const asked = new Map<string, AskedModel>();
  for (const model of models) {
    const id = "id" in model ? model.id : heldBy(model, plan, parameters);
    if (id !== null) asked.set(JSON.stringify([id, model.task]), { id, task: model.task });
  }
  return [...asked.values()];
}

/** Ids of the models of a plan. */
export function modelIds(...from: Parameters<typeof askedModels>): string[] {
  return [...new Set(askedModels(...from).map(({ id }) => id))];
}

function heldBy(
  { parameter, prefix }: Extract<PlanModel, { parameter: string }>,
  plan: Plan,
  parameters: Readonly<Record<string, unknown>>,
): string | null {
  const input = plan.inputs.find(({ name }) => name === parameter);
  const value = Object.hasOwn(parameters, parameter) ? parameters[parameter] : input?.defaultValue;
  return typeof value === "string" ? `${prefix}${value}` : null;
}

/** Why a model does not support a task; null where it does. */
export function taskFault(
  { id, task }: AskedModel,
  { task: own, family, texts, head }: ModelDescription,
): string | null {
  if (task === "features" && typeof head === "string")
    return `model "${id}" is asked for ${TASK_TITLES[task]}, and ${head}`;
  if (task === null || own === null || SERVES[own].includes(task)) return null;
  if (task === "embed_text" && texts !== null) return null;
  if (task === "embed_text" && own === "embed") {
    return `model "${id}" is asked for ${TASK_TITLES[task]}, and has no tower for them: map it to a folder with both towers, such as visual.onnx and textual.onnx`;
  }
  return `model "${id}" is asked for ${TASK_TITLES[task]}, its file (family ${family}) is for ${TASK_TITLES[own]}`;
}
