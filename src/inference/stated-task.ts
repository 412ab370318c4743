import type { TaskName } from "../kinds/model-task.ts";
import type { StatedTask } from "./families/family.ts";

/** What exporters and Roboflow's files call a model's task. */
const TASKS: Readonly<Record<string, TaskName>> = {
  detect: "detect",
  segment: "segment",
  pose: "keypoints",
  // An oriented box is a mask with four corners.
  obb: "segment",
  classify: "classify",
  multi_label_classify: "classify_multi_label",
  semantic: "semantic",
  depth: "depth",
  "object-detection": "detect",
  "instance-segmentation": "segment",
  "keypoint-detection": "keypoints",
  classification: "classify",
  "multi-label-classification": "classify_multi_label",
  "semantic-segmentation": "semantic",
  "depth-estimation": "depth",
  "gaze-detection": "gaze",
  embedding: "embed",
  "anomaly-detection": "anomaly",
};

/** The task that a text names; null for none, and for one that nothing here is for. */
export function statedTask(text: unknown, source: string): StatedTask | null {
  if (typeof text !== "string") return null;
  const name = TASKS[text];
  return name === undefined ? null : { name, text, source };
}
