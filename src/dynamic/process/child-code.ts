import { setTimeout as delay } from "node:timers/promises";
import { MillraceError, StepError } from "../../base/errors.ts";
import { Serial } from "../../base/serial.ts";
import type { Context } from "../../blocks/contract/block.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { checkJsonBounds, ReadBudget } from "../ipc/bounds.ts";
import type { Message } from "../ipc/message.ts";
import { IpcReader, IpcWriter } from "../ipc/values.ts";
import { answerError, blockError } from "../report/child-error.ts";
import { explained, type FailedCall } from "../report/code-report.ts";
import { BlockConsole } from "../runtime/block-console.ts";
import type { CodeHost, CodeInstance } from "../runtime/code-runtime.ts";
import { KeptState } from "../state/kept-state.ts";
import { Conversation } from "./child-conversation.ts";
import { SharedFrames } from "./child-frames.ts";
import { CallImages } from "./child-images.ts";
import { type ChildProgram, childProgram } from "./child-program.ts";
import { ChildRestarts } from "./child-restarts.ts";

const SLOW_MS = 50;
/** Large libraries on a small machine. */
const IMPORT_MS = 60_000;

/** One call: the inputs of `run`, for one element or a batch, and the variables it works on. */
export interface ChildCall {
  inputs: Record<string, unknown>;
  context: Context;
  sources: readonly string[];
  /** Variables of code whose state is kept for each camera; "" for all others. */
  namespace: string;
  /** That of the definition in use, which may differ from the one that started the process. */
  limitMs: number;
}

/** Code in a process of its own, started at once and started again when it dies; its variables die with it. */
export class ChildCode implements CodeInstance {
  readonly #code: BlockCode;
  readonly #host: CodeHost;
  readonly #frames = new SharedFrames();
  readonly #restarts = new ChildRestarts();
  readonly #console: BlockConsole;
  #program: ChildProgram | null = null;
  #conversation: Conversation | null = null;
  #started: Promise<Conversation> | null = null;
  readonly #namespaces = new Map<string, Promise<void>>();
  #caller: { step: string; source: string };
  #printed: string[] = [];
  readonly #turns = new Serial();
  readonly #opened: Promise<void>;
  readonly #kept = new Map<string, KeptState | null>();
  /** Until it takes the place of other code, the state on disk is not its own. */
  #ownsState = false;
  #isClosed = false;

  constructor(code: BlockCode, host: CodeHost) {
    this.#code = code;
    this.#host = host;
    this.#caller = { step: host.step, source: "" };
    this.#console = new BlockConsole(code.limits, (printed) => {
      for (const { stream, text } of printed) this.#print(stream, text);
    });
    this.#opened = this.#warmUp();
    void this.#turns.run(() => this.#opened.catch((error: unknown) => this.#reportFault(error)));
  }

  ready(): Promise<void> {
    return this.#opened;
  }

  /** Calls follow each other in the order in which they are made. */
  call(call: ChildCall): Promise<unknown> {
    return this.#turns.run(() => this.#call(call));
  }

  /** Drops the variables of a namespace that is no longer in use, in its turn. */
  forget(namespace: string): void {
    if (!this.#namespaces.has(namespace)) return;
    const drop = async () => {
      this.#kept.get(namespace)?.discard();
      this.#kept.delete(namespace);
      if (!this.#namespaces.delete(namespace) || this.#conversation === null) return;
      await this.#conversation.ask({ type: "reset", header: { namespace }, limitMs: this.#code.limits.callMs });
    };
    this.#turns.run(drop).catch(() => {});
  }

  takeState(): void {
    this.#ownsState = true;
    for (const namespace of this.#namespaces.keys()) {
      // What it dies of is reported by its end, and its process begins again.
      this.#turns.run(async () => this.#restore(await this.#start(), namespace)).catch(() => {});
    }
  }

  async leaveState(namespace?: string): Promise<void> {
    const leaving = namespace === undefined ? [...this.#kept.values()] : [this.#kept.get(namespace)];
    await Promise.all(leaving.map((kept) => kept?.close()));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.leaveState();
    this.#isClosed = true;
    await this.#conversation?.close();
    this.#console.flush();
    this.#frames.close();
  }

  discard(): void {
    for (const kept of this.#kept.values()) kept?.discard();
    this.#kept.clear();
    void this.close();
  }

  async #call(call: ChildCall): Promise<unknown> {
    const { source, step } = call.context;
    this.#caller = { step, source };
    this.#console.begin();
    this.#printed = [];
    let kept: KeptState | null = null;
    let inputs: FailedCall["inputs"] = null;
    try {
      const conversation = await this.#prepare(call.namespace);
      kept = this.#kept.get(call.namespace) ?? null;
      kept?.callBegins();
      inputs = call.inputs;
      return await this.#ask(conversation, call);
    } catch (error) {
      this.#console.flush();
      throw this.#explained(error, inputs);
    } finally {
      this.#console.flush();
      kept?.callEnds();
    }
  }

  async #ask(conversation: Conversation, call: ChildCall): Promise<unknown> {
    const { inputs, context, sources, namespace, limitMs } = call;
    const budget = new ReadBudget(limitMs);
    const images = new CallImages(context.services.pixels, this.#frames);
    const writer = new IpcWriter(images, "inputs");
    const json = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, writer.writeAt(name, value)]));
    const { step, source, place } = context;
    const run = place?.run;
    const answer = await conversation.ask({
      type: "call",
      header: { namespace, step, source, sources, run, inputs: json, frames: images.share() },
      segments: writer.segments,
      limitMs,
      onSlow: { afterMs: SLOW_MS, call: () => this.#report({ type: "block_slow", afterMs: SLOW_MS }) },
    });
    const { value, held } = accepted(answer);
    this.#frames.hold(Array.isArray(held) ? held : []);
    return new IpcReader(answer.segments, images, budget).read(value);
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
    await this.#make(conversation, namespace);
    if (this.#ownsState) await this.#restore(conversation, namespace);
  }

  async #make(conversation: Conversation, namespace: string): Promise<void> {
    const { hash, limits } = this.#code;
    const header = { hash, namespace, step: this.#caller.step };
    accepted(await conversation.ask({ type: "init", header, limitMs: limits.initMs }));
  }

  async #restore(conversation: Conversation, namespace: string): Promise<void> {
    const kept = this.#keptFor(namespace);
    const isTaken = await kept?.restoreLater(async (state) => {
      const given = { namespace, state: JSON.stringify(state) };
      accepted(await conversation.ask({ type: "restore", header: given, limitMs: this.#code.limits.initMs }));
    });
    // Variables that took half of a state are thrown away.
    if (isTaken === false) await this.#make(conversation, namespace);
  }

  /** What keeps the state of a namespace, also when its process dies and another takes its place. */
  #keptFor(namespace: string): KeptState | null {
    const known = this.#kept.get(namespace);
    if (known !== undefined) return known;
    // Code that was replaced meanwhile keeps nothing.
    if (this.#isClosed) return null;
    const [code, host] = [this.#code, this.#host];
    const opened = KeptState.open({
      code,
      host,
      source: namespace,
      save: () => this.#turns.run(() => this.#save(namespace)),
    });
    this.#kept.set(namespace, opened);
    return opened;
  }

  async #save(namespace: string): Promise<unknown> {
    const conversation = this.#conversation;
    if (conversation === null || !this.#namespaces.has(namespace)) {
      throw new StepError("DYNAMIC_DIED", "its process is gone, and the state since the last writing with it");
    }
    const header = { namespace };
    const answer = accepted(await conversation.ask({ type: "save", header, limitMs: this.#code.limits.callMs }));
    const text = String(answer["state"]);
    checkJsonBounds(Buffer.from(text));
    return JSON.parse(text);
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
    const delayMs = this.#restarts.delayMs();
    if (delayMs > 0) await delay(delayMs);
    if (this.#isClosed) throw new StepError("DYNAMIC_DIED", "its process was closed");
    this.#program ??= childProgram(this.#code);
    const { limits } = this.#code;
    const conversation = this.#open(this.#program);
    const ask = async (type: "hello" | "load", header: Record<string, unknown>) =>
      accepted(await conversation.ask({ type, header, limitMs: limits.initMs }));
    const { mostProcesses: processes, ownWalls, texts, load } = this.#program;
    await ask("hello", { output_per_call: limits.outputPerCall, processes, own_walls: ownWalls });
    if (texts.length > 0) accepted(await conversation.ask({ type: "import", header: { texts }, limitMs: IMPORT_MS }));
    await ask("load", load);
    return conversation;
  }

  #open({ line, env, cwd, filter, text, endings }: ChildProgram): Conversation {
    this.#frames.hold([]);
    this.#conversation = new Conversation({
      line,
      env,
      cwd,
      filter,
      program: text,
      endings,
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
    const isSuspended = this.#restarts.ended();
    this.#report({ type: "block_process_ended", message: how, isSuspended });
    if (isSuspended) return;
    void this.#turns.run(() => this.#warmUp().catch((error: unknown) => this.#reportFault(error)));
  }

  /** Reports code that does not load before the first call; each call then fails with the same error. */
  #reportFault(error: unknown): void {
    this.#console.flush();
    if (this.#isClosed || !(error instanceof MillraceError) || error.code === "DYNAMIC_DIED") return;
    const { report } = explained(this.#code, error, { inputs: null, printed: this.#printed.join("\n") }).details;
    this.#report({ type: "block_not_loaded", message: error.message, report: String(report) });
  }

  #explained(error: unknown, inputs: FailedCall["inputs"]): unknown {
    if (!(error instanceof MillraceError)) return error;
    return blockError(this.#code, error, { inputs, printed: this.#printed.join("\n") });
  }

  #print(stream: "stdout" | "stderr", text: string): void {
    this.#printed.push(text);
    this.#report({ type: "block_output", stream, text });
  }

  #report(event: ChildEvent): void {
    this.#host.runtime.report({ ...event, ...this.#caller, blockType: this.#code.blockType });
  }
}

type ChildEvent =
  | { type: "block_output"; stream: "stdout" | "stderr"; text: string }
  | { type: "block_slow"; afterMs: number }
  | { type: "block_not_loaded"; message: string; report: string }
  | { type: "block_process_ended"; message: string; isSuspended: boolean };

function accepted(answer: Message): Readonly<Record<string, unknown>> {
  if (answer.type === "error") throw answerError(answer.header);
  return answer.header;
}

function suspended(waitMs: number): StepError {
  const message = `its process ended too often and is suspended for another ${Math.ceil(waitMs / 1000)} s`;
  return new StepError("DYNAMIC_SUSPENDED", message, { waitMs });
}
