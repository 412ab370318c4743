import { BugError } from "../../base/errors.ts";
import { SERVES } from "../../kinds/model-task.ts";
import type { Family, ReadableTask } from "../families/family.ts";
import { seenOf } from "../pixels.ts";
import type { ModelItem } from "../request.ts";
import { readAnomaly } from "./anomaly.ts";
import { readBoxes } from "./boxes.ts";
import { readDepth } from "./depth.ts";
import { readFeatures } from "./features.ts";
import { readPoints } from "./keypoints.ts";
import { moved } from "./moved.ts";
import { readNamed } from "./named.ts";
import { readSegments } from "./segment.ts";
import { readSemantic } from "./semantic.ts";
import type { Reading, TaskReader } from "./task-reader.ts";
import { readLines } from "./text-lines.ts";

/** How the outputs of a family are read for each task. */
const READERS: { readonly [T in Exclude<ReadableTask, "prompted">]: TaskReader<T> } = {
  detect: (item, reading, family) => ({ rows: readBoxes(item, reading, family).rows }),
  detect_named: readNamed,
  segment: readSegments,
  keypoints: readPoints,
  semantic: readSemantic,
  classify: (_, { outputs }, family) => ({ scores: family.scores(outputs) }),
  classify_multi_label: (_, { outputs }, family) => ({ scores: family.scores(outputs) }),
  embed: (_, { outputs }, family) => ({ vector: family.vector(outputs) }),
  depth: readDepth,
  gaze: (_, { outputs }, family) => family.gaze(outputs),
  anomaly: readAnomaly,
  text_detection: readLines,
  ocr: (_, { outputs, description }, family) => family.text(outputs, description.classes),
};

/** The reply for one item of a run, for any task that the family serves. */
export function readItem(item: ModelItem, reading: Reading, family: Family): object {
  if (!SERVES[family.task].includes(item.task)) {
    throw new BugError(`a model of family ${family.name} (${family.task}) was asked for ${item.task}`);
  }
  if (item.task === "features") return readFeatures(item, reading);
  // What serves another task reads boxes as a detector does.
  const reader = READERS[item.task as keyof typeof READERS] as (...reading: unknown[]) => object;
  const { x, y, width, height } = seenOf(item, reading.input);
  const whole = { x: -x, y: -y, width: item.width, height: item.height };
  const reply = reader({ ...item, width, height }, { ...reading, whole }, family);
  return x === 0 && y === 0 ? reply : moved(reply, { x, y });
}
