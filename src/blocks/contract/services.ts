import type { TaskItem, TaskName, TaskParameters, TaskReply } from "../../kinds/model-task.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";

/** What blocks may ask of the thread they run in; the worker root supplies it. A block names what it `needs`. */
export interface Services {
  models: ModelService;
  pixels: PixelService;
  http: HttpService;
  files: FileService;
  background: BackgroundService;
  time: TimeService;
}

export interface HttpService {
  /** Sends one request. Throws an `EffectError` when no answer comes within the time. Redirects are not followed. */
  send(request: HttpRequest): Promise<HttpReply>;
}

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** http or https, with its query. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | null;
  timeoutMs: number;
}

export interface HttpReply {
  status: number;
  /** The first 64 KiB as text. */
  text: string;
}

export interface FileService {
  /** Appends to a file, making it and its folders. Throws an `EffectError` outside of the allowed folder, and where it is full. */
  append(path: string, text: string): Promise<void>;
}

export interface BackgroundService {
  /** Runs work after the step has ended, in order for each step. False, and counted, when too much of the step's work waits. */
  start(step: string, work: () => Promise<void>): boolean;
}

export interface TimeService {
  /** Monotonic milliseconds, for durations. */
  steadyMs(): number;
  /** The wall clock, for display. */
  now(): Date;
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

/** Work that a step started in the background failed, or was refused as too much of it waits; repeats are counted. */
export interface EffectEvent {
  type: "effect_failed" | "effect_refused";
  step: string;
  message: string;
  /** Of the step so far. */
  count: number;
}
