import { BugError } from "../../base/errors.ts";
import { classification, multiLabelClassification } from "./classification.ts";
import { embedding } from "./embedding.ts";
import { endToEnd } from "./end-to-end.ts";
import type { Family } from "./family.ts";
import { yolov8 } from "./yolov8.ts";
import { yolov8Segmentation } from "./yolov8-segmentation.ts";
import { yolox } from "./yolox.ts";

/** Every family that comes with millrace, in the order in which they are tried on a file. */
export const FAMILIES: readonly Family[] = [
  yolox,
  yolov8,
  endToEnd,
  yolov8Segmentation,
  classification,
  multiLabelClassification,
  embedding,
];

export function familyOf(name: string): Family {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  if (family === undefined) throw new BugError(`family "${name}" is not in the list of families`);
  return family;
}
