import type { Issue } from "../../base/issue.ts";
import type { PlanStep } from "../../compiler/plan.ts";
import type { ModelDescription } from "../../inference/description.ts";
import type { Family } from "../../inference/families/family.ts";
import { FAMILIES } from "../../inference/families/family-list.ts";

/** Options of a step that its definition states and the model does not follow. */
export function unusedOptions(step: PlanStep, { id, model }: { id: string; model: ModelDescription }): Issue[] {
  const family = FAMILIES.find(({ name }) => name === model.family);
  if (family === undefined) return [];
  const why = reasonsOf(family);
  return Object.entries(USUAL).flatMap(([property, usual]) => {
    const stated = step.literals[property];
    const reason = why[property as keyof typeof USUAL];
    if (reason === undefined || stated === undefined || stated === usual) return [];
    const message = `step "${step.name}" (${step.type}): "${property}" is ${JSON.stringify(stated)}, which changes nothing: ${reason} (model "${id}", ${family.name})`;
    return [{ code: "MODEL_OPTION_UNUSED", path: "", message, hint: HINTS[property as keyof typeof USUAL] }];
  });
}

/** What steps do where nothing is stated. */
const USUAL = { iou_threshold: 0.3, class_agnostic_nms: false, mask_decode_mode: "accurate" } as const;

const HINTS: Readonly<Record<keyof typeof USUAL, string>> = {
  iou_threshold: "leave it out; a filter of detections drops boxes that overlap",
  class_agnostic_nms: "leave it out; a filter of detections drops boxes that overlap",
  mask_decode_mode: "leave it out",
};

type Reasons = Partial<Record<keyof typeof USUAL, string>>;

function reasonsOf(family: Family): Reasons {
  const boxes =
    "needsSuppression" in family && !family.needsSuppression ? "its boxes are final as the file gives them" : null;
  return {
    ...(boxes === null ? {} : { iou_threshold: boxes, class_agnostic_nms: boxes }),
    ...("corners" in family ? { mask_decode_mode: "its masks are boxes at an angle" } : {}),
  };
}
