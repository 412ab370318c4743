import { StepError } from "../../base/errors.ts";

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

export type LanguageTask = (typeof LANGUAGE_TASKS)[number];

interface Asked {
  task_type: LanguageTask;
  prompt: string | null;
  output_structure: Readonly<Record<string, string>> | null;
  classes: readonly string[] | null;
}

/** What a model is asked for a task; answers in JSON have the form that the vlm_as_* blocks read. */
export function languagePrompt(asked: Asked): { system: string | null; text: string } {
  const { task_type: task } = asked;
  switch (task) {
    case "unconstrained":
      return { system: null, text: promptOf(asked) };
    case "visual-question-answering":
      return { system: "Answer the question about the image in as few words as it takes.", text: promptOf(asked) };
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
        text: `Classes: ${classesOf(asked)}`,
      };
    case "multi-label-classification":
      return {
        system: `${JSON_ALONE} {"predicted_classes": [{"class": string, "confidence": number from 0 to 1}]}. List every class of the list that the image shows.`,
        text: `Classes: ${classesOf(asked)}`,
      };
    case "object-detection":
      return {
        system: `${JSON_ALONE} {"detections": [{"x_min": number, "y_min": number, "x_max": number, "y_max": number, "class_name": string, "confidence": number}]}. Coordinates and confidence are fractions from 0 to 1 of the width and height of the image, from its top left corner. List every object of a class of the list.`,
        text: `Classes: ${classesOf(asked)}`,
      };
  }
}

const JSON_ALONE = "Answer with JSON alone, in a block that begins with ```json. Its form is:";

function promptOf({ task_type, prompt }: Asked): string {
  if (prompt !== null && prompt !== "") return prompt;
  throw new StepError("STEP_INPUT", `"prompt" is empty, which the task "${task_type}" needs`);
}

function classesOf({ task_type, classes }: Asked): string {
  if (classes !== null && classes.length > 0) return classes.join(", ");
  throw new StepError("STEP_INPUT", `"classes" is empty, which the task "${task_type}" needs`);
}

function structure({ task_type, output_structure }: Asked): string {
  if (output_structure !== null && Object.keys(output_structure).length > 0) {
    return `an object with these keys, each told by what it is to hold: ${JSON.stringify(output_structure)}.`;
  }
  throw new StepError("STEP_INPUT", `"output_structure" is empty, which the task "${task_type}" needs`);
}
