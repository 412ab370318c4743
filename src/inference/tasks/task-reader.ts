import type { TaskReply } from "../../kinds/model-task.ts";
import type { ModelDescription, ModelInput } from "../description.ts";
import type { Candidates, FamilyOf, ItemOutputs, ReadableTask } from "../families/family.ts";
import type { ModelItem } from "../request.ts";

/** What a model's outputs are read with. */
export interface Reading {
  description: ModelDescription;
  input: ModelInput;
  outputs: ItemOutputs;
  /** Reused from picture to picture. */
  candidates: Candidates;
}

/** Turns one item's part of the outputs into the reply of a task, in pixels of the item's image. */
export type TaskReader<T extends ReadableTask> = (
  item: ModelItem,
  reading: Reading,
  family: FamilyOf<T>,
) => TaskReply<T>;
