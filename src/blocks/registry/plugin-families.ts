import { brief } from "../../definition/brief.ts";
import type { TaskName } from "../../kinds/model-task.ts";

/** A family of models as a plugin brings it; who runs models knows the rest of it. */
export interface PluginFamily {
  name: string;
  task: TaskName;
}

/** What reads the outputs for each task: one of these sets of functions. */
const READERS: Partial<Record<TaskName, readonly (readonly string[])[]>> = {
  detect: [["decode"]],
  detect_named: [["decode"]],
  segment: [
    ["decode", "mapSize", "maskScores"],
    ["decode", "corners"],
  ],
  keypoints: [["decode", "points"]],
  semantic: [["classPlanes"]],
  classify: [["scores"]],
  classify_multi_label: [["scores"]],
  embed: [["vector"]],
  depth: [["depthMap"]],
  anomaly: [["anomaly"]],
  text_detection: [["lines"]],
  ocr: [["text"]],
};

/** Checks the families that a module exports; those that are in order are kept. */
export function familiesOf(families: unknown, fault: (what: string) => void): { families?: readonly PluginFamily[] } {
  if (families === undefined) return {};
  if (!Array.isArray(families)) {
    fault(`"families" is ${brief(families)}, expected a list of families made by defineFamily`);
    return {};
  }
  const good = families.filter((family, i): family is PluginFamily => {
    const what = whatIsNoFamily(family);
    if (what !== null) fault(`"families"[${i}] ${what}`);
    return what === null;
  });
  return { families: good };
}

function whatIsNoFamily(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return `is ${brief(value)}, expected a family made by defineFamily`;
  const family = value as Readonly<Record<string, unknown>>;
  const { name, task, preprocessing } = family;
  if (typeof name !== "string" || name === "") return `has ${brief(name)} for "name", expected a text`;
  const readers = READERS[task as TaskName];
  if (readers === undefined) return `has ${brief(task)} for "task", expected ${Object.keys(READERS).join(", ")}`;
  if (typeof preprocessing !== "object" || preprocessing === null) {
    return `has ${brief(preprocessing)} for "preprocessing", expected order, scale, mean, std, fit and pad`;
  }
  if (typeof family["match"] !== "function") return `has ${brief(family["match"])} for "match", expected a function`;
  const isRead = readers.some((names) => names.every((reader) => typeof family[reader] === "function"));
  if (isRead) return null;
  return `lacks what reads its outputs for the task ${String(task)}: ${readers.map((names) => names.join(", ")).join(" or ")}`;
}
