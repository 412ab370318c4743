import { setTimeout as delay } from "node:timers/promises";
import { MillraceError, StepError } from "../base/errors.ts";
import type { Context } from "../blocks/block.ts";
import type { BlockCode } from "../blocks/code.ts";
import { BlockConsole } from "./block-console.ts";
import { Conversation } from "./child-conversation.ts";
import { answerError, blockError } from "./child-error.ts";
import { SharedFrames } from "./child-frames.ts";
import { CallImages } from "./child-images.ts";
import { type ChildProgram, childProgram } from "./child-program.ts";
import { Restarts } from "./child-restarts.ts";
import type { CodeHost, CodeInstance } from "./code-host.ts";
import type { Message } from "./wire-frame.ts";
import { WireReader, WireWriter } from "./wire-values.ts";

const SLOW_MS = 50;

/** One call: the inputs of `run`, for one element or a batch, and the variables it works on. */
export interface ChildCall {
  inputs: Record<string, unknown>;
  context: Context;
  sources: readonly string[];
  /** Variables of code whose state is kept for each camera; "" for all others. */
  namespace: string;
}

/** Code in a process of its own, started at once and started again when it dies; its variables die with it. */
export class ChildCode implements CodeInstance {
  readonly #code: BlockCode;
  readonly #host: CodeHost;
  readonly #frames = new SharedFrames();
  readonly #restarts = new Restarts();
  readonly #console: BlockConsole;
  #program: ChildProgram | null = null;
  #conversation: Conversation | null = null;
  #started: Promise<Conversation> | null = null;
  readonly #namespaces = new Map<string, Promise<void>>();
  #caller: { step: string; source: string };
  #printed = "";
  #last: Promise<unknown>;
  #isClosed = false;

  constructor(code: BlockCode, host: CodeHost) {
    this.#code = code;
    this.#host = host;
    this.#caller = { step: host.step, source: "" };
    this.#console = new BlockConsole(code.limits, (printed) => {
      for (const { stream, text } of printed) this.#print(stream, text);
    });
    this.#last = this.#warmUp().catch((error: unknown) => this.#tellFault(error));
  }

  /** Calls follow each other in the order in which they are made. */
  call(call: ChildCall): Promise<unknown> {
    const answer = this.#last.then(() => this.#call(call));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#conversation?.close();
    this.#console.flush();
    this.#frames.close();
  }

  discard(): void {
    void this.close();
  }

  async #call(call: ChildCall): Promise<unknown> {
    const { source, step } = call.context;
    this.#caller = { step, source };
    this.#console.begin();
    this.#printed = "";
    try {
      const conversation = await this.#prepare(call.namespace);
      return await this.#ask(conversation, call);
    } catch (error) {
      this.#console.flush();
      throw this.#told(error);
    } finally {
      this.#console.flush();
    }
  }

  async #ask(conversation: Conversation, { inputs, context, sources, namespace }: ChildCall): Promise<unknown> {
    const { callMs } = this.#code.limits;
    const images = new CallImages(context.services.pixels, this.#frames);
    const writer = new WireWriter(images, "inputs");
    const json = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, writer.writeAt(name, value)]));
    const { step, source } = context;
    const answer = await conversation.ask({
      type: "call",
      header: { namespace, step, source, sources, inputs: json, frames: images.share() },
      segments: writer.segments,
      limitMs: callMs,
      onSlow: { afterMs: SLOW_MS, call: () => this.#report({ type: "block_slow", afterMs: SLOW_MS }) },
    });
    const { value, held } = accepted(answer);
    this.#frames.hold(Array.isArray(held) ? held : []);
    return new WireReader(answer.segments, images).read(value);
  }

  /** What the first call would have to wait for. */
  async #warmUp(): Promise<void> {
    if (this.#code.stateScope === "source") await this.#start();
    else await this.#prepare("");
  }

  /** A process that has loaded the code and made the variables. Code that fails at that is not tried again. */
  async #prepare(namespace: string): Promise<Conversation> {
    const conversation = await this.#start();
    const made = this.#namespaces.get(namespace) ?? this.#init(conversation, namespace);
    this.#namespaces.set(namespace, made);
    await made;
    return conversation;
  }

  async #init(conversation: Conversation, namespace: string): Promise<void> {
    const { hash, limits } = this.#code;
    const header = { hash, namespace, step: this.#caller.step };
    accepted(await conversation.ask({ type: "init", header, limitMs: limits.initMs }));
  }

  #start(): Promise<Conversation> {
    this.#started ??= this.#load().catch((error: unknown) => {
      const isFaultOfCode = error instanceof MillraceError && error.code === "DYNAMIC_CODE";
      if (!isFaultOfCode) this.#started = null;
      throw error;
    });
    return this.#started;
  }

  async #load(): Promise<Conversation> {
    const waitMs = this.#restarts.suspendedMs();
    if (waitMs > 0) throw suspended(waitMs);
    if (this.#restarts.delayMs() > 0) await delay(this.#restarts.delayMs());
    if (this.#isClosed) throw new StepError("DYNAMIC_DIED", "its process was closed");
    this.#program ??= childProgram(this.#code);
    const { limits } = this.#code;
    const conversation = this.#open(this.#program);
    const ask = async (type: "hello" | "load", header: Record<string, unknown>) =>
      accepted(await conversation.ask({ type, header, limitMs: limits.initMs }));
    await ask("hello", { output_per_call: limits.outputPerCall, processes: this.#program.mostProcesses });
    await ask("load", this.#program.load);
    return conversation;
  }

  #open({ line, env, text }: ChildProgram): Conversation {
    this.#frames.hold([]);
    this.#conversation = new Conversation({
      line,
      env,
      program: text,
      frames: this.#frames.readDescriptor,
      onOutput: (stream, printed) => this.#console.write(stream, printed),
      onNews: ({ header: { text: printed, stream } }) => {
        if (typeof printed === "string") this.#console.write(stream === "stderr" ? "stderr" : "stdout", printed);
      },
      onEnd: (how) => this.#ended(how),
    });
    return this.#conversation;
  }

  /** One that died comes back at once, but without its variables. */
  #ended(how: string): void {
    this.#started = null;
    this.#namespaces.clear();
    if (this.#isClosed) return;
    const isSuspended = this.#restarts.died();
    this.#report({ type: "block_process_ended", message: how, isSuspended });
    if (!isSuspended)
      this.#last = this.#last.then(() => this.#warmUp()).catch((error: unknown) => this.#tellFault(error));
  }

  /** Before any call is made, so that nobody has to wait for a frame to learn it. Each call fails of it as well. */
  #tellFault(error: unknown): void {
    this.#console.flush();
    if (this.#isClosed || !(error instanceof MillraceError) || error.code === "DYNAMIC_DIED") return;
    this.#report({ type: "block_not_loaded", message: error.message });
  }

  #told(error: unknown): unknown {
    if (!(error instanceof MillraceError)) return error;
    return blockError(this.#code, error, this.#printed);
  }

  #print(stream: "stdout" | "stderr", text: string): void {
    this.#printed += text;
    this.#report({ type: "block_output", stream, text });
  }

  #report(event: Told): void {
    this.#host.lane.report({ ...event, ...this.#caller, blockType: this.#code.blockType });
  }
}

type Told =
  | { type: "block_output"; stream: "stdout" | "stderr"; text: string }
  | { type: "block_slow"; afterMs: number }
  | { type: "block_not_loaded"; message: string }
  | { type: "block_process_ended"; message: string; isSuspended: boolean };

function accepted(answer: Message): Readonly<Record<string, unknown>> {
  if (answer.type === "error") throw answerError(answer.header);
  return answer.header;
}

function suspended(waitMs: number): StepError {
  const message = `its process ended too often and is left alone for another ${Math.ceil(waitMs / 1000)} s`;
  return new StepError("DYNAMIC_SUSPENDED", message, { waitMs });
}
