import { StepError } from "../../../base/errors.ts";
import type { TogetherFault } from "../../contract/block.ts";

export const LANGUAGE_TASKS = [
  "unconstrained",
  "ocr",
  "structured-answering",
  "classification",
  "multi-label-classification",
  "visual-question-answering",
  "caption",
  "detailed-caption",
  "object-detection",
] as const;

export const SEGMENTING_TASKS = [...LANGUAGE_TASKS, "instance-segmentation"] as const;

export type LanguageTask = (typeof SEGMENTING_TASKS)[number];

interface Asked {
  task_type: LanguageTask;
  prompt: string | null;
  output_structure: Readonly<Record<string, string>> | null;
  classes: readonly string[] | null;
}

/** What a model is asked for a task; answers in JSON have the form that the vlm_as_* blocks read. Boxes come in the form given. */
export function languagePrompt(asked: Asked, boxes: string): { system: string | null; text: string } {
  const { task_type: task } = asked;
  const [fault] = lacking(asked);
  if (fault !== undefined) throw new StepError("STEP_INPUT", `"${fault.property}" ${fault.what}`);
  const classes = `Classes: ${(asked.classes ?? []).join(", ")}`;
  switch (task) {
    case "unconstrained":
      return { system: null, text: asked.prompt ?? "" };
    case "visual-question-answering":
      return {
        system: "Answer the question about the image in as few words as it takes.",
        text: asked.prompt ?? "",
      };
    case "ocr":
      return {
        system: "Read the text in the image. Answer with that text alone, in reading order.",
        text: "Read the text.",
      };
    case "caption":
      return { system: "Describe the image in one short sentence.", text: "Describe the image." };
    case "detailed-caption":
      return {
        system: "Describe the image in detail: objects, places, actions, colours.",
        text: "Describe the image.",
      };
    case "structured-answering":
      return { system: `${JSON_ALONE} ${structure(asked)}`, text: "Fill in the fields." };
    case "classification":
      return {
        system: `${JSON_ALONE} {"class_name": string, "confidence": number from 0 to 1}. Choose exactly one class of the list.`,
        text: classes,
      };
    case "multi-label-classification":
      return {
        system: `${JSON_ALONE} {"predicted_classes": [{"class": string, "confidence": number from 0 to 1}]}. List every class of the list that the image shows.`,
        text: classes,
      };
    case "object-detection":
      return { system: `${JSON_ALONE} ${boxes} List every object of a class of the list.`, text: classes };
    case "instance-segmentation":
      return { system: `${JSON_ALONE} ${OUTLINES} List every object of a class of the list.`, text: classes };
  }
}

const JSON_ALONE = "Answer with JSON alone, in a block that begins with ```json. Its form is:";
const OUTLINES =
  '{"detections": [{"class_name": string, "confidence": number, "polygon": [[x, y], ...]}]}. The polygon is the outline of the object; its coordinates and the confidence are fractions from 0 to 1 of the width and height of the image, from its top left corner.';

function structure({ output_structure }: Asked): string {
  return `an object with these keys, each told by what it is to hold: ${JSON.stringify(output_structure)}.`;
}

const NEEDED: Readonly<Record<LanguageTask, keyof Asked | null>> = {
  unconstrained: "prompt",
  "visual-question-answering": "prompt",
  "structured-answering": "output_structure",
  classification: "classes",
  "multi-label-classification": "classes",
  "object-detection": "classes",
  "instance-segmentation": "classes",
  ocr: null,
  caption: null,
  "detailed-caption": null,
};

/** What a task needs and does not have. A property that is undefined is known later. */
export function lacking(asked: Partial<Asked>): TogetherFault[] {
  const needed = asked.task_type === undefined ? null : NEEDED[asked.task_type];
  if (needed === null) return [];
  const value = asked[needed];
  const isEmpty = value === null || (value !== undefined && Object.keys(value).length === 0);
  return isEmpty ? [{ property: needed, what: `is empty, which the task "${asked.task_type}" needs` }] : [];
}
