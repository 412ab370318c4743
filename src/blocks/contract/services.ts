import type { RecommendedScores } from "../../kinds/least-score.ts";
import type { TaskItem, TaskName, TaskParameters, TaskReply } from "../../kinds/model-task.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import type { Given, KernelName, Made } from "../../vision/kernels.ts";

/** What blocks may ask of the thread they run in; the worker root supplies it. A block names what it `needs`. */
export interface Services {
  /** Models, by the ids that steps name. */
  models: ModelService;
  /** Pixels of images, wherever they lie. */
  pixels: PixelService;
  /** Slow operations on pixels, on another thread. */
  kernels: KernelService;
  /** Requests to other machines. */
  http: HttpService;
  /** Files in the allowed folder. */
  files: FileService;
  /** Letters for drawing. */
  fonts: FontService;
  /** E-mail. */
  mail: MailService;
  /** Messages at brokers that steps name. */
  mqtt: MqttService;
  /** Language models. */
  language: LanguageService;
  /** Services of third parties. */
  cloud: CloudService;
  /** Work after the step has answered. */
  background: BackgroundService;
  /** Secrets and addresses in environment variables. */
  environment: EnvironmentService;
  /** Clocks. */
  time: TimeService;
  /** Random ids. */
  ids: IdService;
}

export interface KernelService {
  /** Runs a kernel that takes long, on another thread where that is worth the way there; nothing may change its pixels meanwhile. */
  run<N extends KernelName>(name: N, ...given: Given<N>): Promise<Made<N>>;
}

export interface HttpService {
  /** Sends one request. Throws an `EffectError` when no answer comes within the time. */
  send(request: HttpRequest): Promise<HttpReply>;
}

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** http or https, with its query. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | null;
  timeoutMs: number;
  /** False where a redirect would carry a key to another host; a few are followed by default. */
  isRedirected?: boolean;
  /** Most bytes of the answer to read; 64 KiB by default. */
  mostBytes?: number;
}

export interface HttpReply {
  status: number;
  /** The first `mostBytes` as text. */
  text: string;
}

/** Writes make a file's folders. They throw an `EffectError` outside of the allowed folder, and where it is full. */
export interface FileService {
  append(path: string, text: string): Promise<void>;
  /** Puts a file in the place of one of that name, whole or not at all. */
  write(path: string, content: string | Uint8Array): Promise<void>;
}

export interface FontService {
  /** Files with the letters of a family, the first first; then those of families that have further letters. Throws an `EffectError`. */
  files(family: { name: string; isMonospaced: boolean }): Promise<readonly FontFile[]>;
}

export interface FontFile {
  name: string;
  bytes: Uint8Array;
}

export interface MailService {
  /** Sends one e-mail. Throws an `EffectError` when the server refuses it or takes too long. */
  send(mail: Mail): Promise<void>;
}

export interface Mail {
  server: string;
  port: number;
  /** Absent for a server that asks for none. */
  login?: { user: string; password: string };
  from: string;
  to: readonly string[];
  cc: readonly string[];
  bcc: readonly string[];
  subject: string;
  text: string;
  html?: string;
  attachments: readonly MailAttachment[];
  timeoutMs: number;
}

export interface MailAttachment {
  name: string;
  content: string | Uint8Array;
  /** Name under which the HTML shows it. */
  contentId?: string;
}

export interface MqttService {
  /** Publishes one message at a broker that a step names. Throws a `PublishError` when that takes too long. */
  publish(message: BrokerMessage): Promise<void>;
}

export interface BrokerMessage {
  /** mqtt://host:port, or another scheme of MQTT. */
  url: string;
  username?: string;
  password?: string;
  topic: string;
  payload: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  timeoutMs: number;
}

export interface LanguageService {
  /** Asks a language model. Throws an `EffectError` where it is refused, takes too long, or more was asked than may be. */
  ask(question: LanguageQuestion): Promise<LanguageAnswer>;
}

export type LanguageProvider = "openai" | "openai_compatible" | "openrouter" | "xai" | "anthropic" | "gemini";

export interface LanguageQuestion {
  provider: LanguageProvider;
  /** In place of the provider's own. */
  baseUrl?: string;
  model: string;
  /** Null for the one in the environment. */
  key: string | null;
  system: string | null;
  text: string;
  /** JPEG. */
  image: Uint8Array | null;
  imageDetail: string;
  maxTokens: number | null;
  temperature: number | null;
  /** Further properties of the request. */
  extra: Readonly<Record<string, unknown>>;
  /** With all attempts. */
  timeoutMs: number;
}

export interface LanguageAnswer {
  text: string;
  thinking: string;
  inputTokens: number | null;
  outputTokens: number | null;
}

export interface CloudService {
  /** Asks a service of a third party, whose answer is JSON. Throws an `EffectError` where it is refused, takes too long, or more was asked than may be. */
  ask(question: CloudQuestion): Promise<Readonly<Record<string, unknown>>>;
}

export type CloudProvider = "google_vision" | "stability_ai";

export interface CloudQuestion {
  provider: CloudProvider;
  path: string;
  /** Null for the one in the environment. */
  key: string | null;
  /** Content type of the body. */
  type: string;
  body: string | Uint8Array;
  /** With all attempts. */
  timeoutMs: number;
}

/** Failures of both kinds of work are reported and counted. */
export interface BackgroundService {
  /** Nothing is to be sent or written by any sink: a step says so in its outputs and does nothing else. */
  readonly isOff: boolean;
  /** Runs work after the step has ended, in order for each step. False, and counted, when too much of the step's work waits. */
  start(step: string, work: () => Promise<void>): boolean;
  /** Runs work that the step waits for; a failure is thrown as well. */
  attend<T>(step: string, work: () => Promise<T> | T): Promise<T>;
}

export interface EnvironmentService {
  /** A variable that holds a secret, null where it is not set. Throws an `EffectError` where blocks may read none. */
  secret(name: string): string | null;
  /** The address or region of a cloud service: what the variable says, or the usual one. Without a slash at its end. */
  address(variable: string, usual: string): string;
  /** Has a text blotted out of everything that leaves the program. */
  keepSecret(text: string): void;
}

/** Ids of what blocks make, random. */
export interface IdService {
  uuid(): string;
}

export interface TimeService {
  /** Monotonic milliseconds, for durations. */
  steadyMs(): number;
  /** The wall clock, for display. */
  now(): Date;
}

/** Models as blocks ask them. */
export interface ModelService {
  /** Whether a model can be asked for a task; where this is absent, by asking it. */
  serves?(task: TaskName, modelId: string): boolean;
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
  /** Names of the points of an object, by class; one list is for all classes. */
  points?: readonly (readonly string[])[];
  /** Lowest scores that its trainer recommends. */
  recommended?: RecommendedScores | null;
}

/** Work that a step started in the background failed, or was refused as too much of it waits; repeats are counted. */
export interface EffectEvent {
  type: "effect_failed" | "effect_refused";
  step: string;
  code: string;
  message: string;
  /** Of the step so far. */
  count: number;
}

/** Files of the folder that blocks may write to made room, or had been there for too long. */
export interface FilesDeleted {
  type: "files_deleted";
  directory: string;
  files: number;
  bytes: number;
  /** Files since the start. */
  count: number;
}
