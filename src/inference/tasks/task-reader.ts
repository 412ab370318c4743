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

/** The same for an item that is the part of an image that the model sees. */
export interface PartReading extends Reading {
  /** The whole image, in pixels of the part. */
  whole: { x: number; y: number; width: number; height: number };
}

/** Turns one item's part of the outputs into the reply of a task, in pixels of the item's part. */
export type TaskReader<T extends ReadableTask> = (
  item: ModelItem,
  reading: PartReading,
  family: FamilyOf<T>,
) => TaskReply<T>;
