import type { Image } from "../kinds/image.ts";
import type { TaskItem, TaskName, TaskParameters, TaskReply } from "../kinds/model-task.ts";

/** What blocks may ask of the thread they run in; the worker root supplies it. A block names what it `needs`. */
export interface Services {
  models: ModelService;
  pixels: PixelService;
}

export interface ModelService {
  /** Asks a model; one answer for each item, in order. Throws a `ModelError` when the model is unknown, of another task, or fails. */
  run<T extends TaskName>(
    task: T,
    modelId: string,
    items: readonly TaskItem<T>[],
    parameters: TaskParameters<T>,
  ): Promise<ModelAnswer<T>[]>;
}

export interface ModelAnswer<T extends TaskName> {
  reply: TaskReply<T>;
  /** Names by class index. */
  classes: readonly string[];
}

export interface PixelService {
  /** Pixels of an image without a copy: rgb, rows `stride` bytes apart. Never write into them. */
  view(image: Image): PixelView;
  /** The same pixels packed (stride = 3 * width) in memory of the caller's own, free to be drawn on. */
  copy(image: Image): Uint8Array;
}

export interface PixelView {
  rgb: Uint8Array;
  stride: number;
  width: number;
  height: number;
}
