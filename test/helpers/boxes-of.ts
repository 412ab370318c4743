import type { OpenModel } from "../../src/inference/open-model.ts";
import type { ModelItem } from "../../src/inference/request.ts";
import type { FoundObjects } from "../../src/kinds/model-task.ts";

/** Asks a model for boxes: the rows of each item. */
export async function boxesOf(model: OpenModel, items: readonly Omit<ModelItem, "task">[]) {
  const { replies, timings } = await model.run(items.map((item) => ({ ...item, task: "detect" })));
  return { rows: replies.map((reply) => (reply as FoundObjects).rows), timings };
}
