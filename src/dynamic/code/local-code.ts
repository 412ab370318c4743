import { StepError } from "../../base/errors.ts";
import type { Context } from "../../blocks/contract/block.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { type Namespace, openNamespace } from "../declare/namespace.ts";
import { codeError } from "../report/code-error.ts";
import { explained, type FailedCall } from "../report/code-report.ts";
import { BlockConsole } from "../runtime/block-console.ts";
import type { WatchedCalls } from "../runtime/call-witness.ts";
import type { CodeHost, CodeInstance } from "../runtime/code-runtime.ts";
import { KeptState } from "../state/kept-state.ts";

/** What a code block finds as the second argument of `run`; one object for each step, kept across frames. */
export interface CodeSelf {
  step: string;
  /** Camera that the current element belongs to; for a batch, that of its first element. */
  source: string;
  /** Cameras of all elements of the call. */
  sources: readonly string[];
  /** Pixels of an image input: `self.pixels.view(image)` gives `{ rgb, stride, width, height }` without a copy. */
  pixels: PixelService;
  /** What `init` returned, `{}` without one. */
  initResults: unknown;
}

/** JavaScript with its variables, in this thread. No protection is claimed: this is for code that the operator wrote. */
export class LocalCode implements CodeInstance {
  readonly #code: BlockCode;
  readonly #host: CodeHost;
  readonly #console: BlockConsole;
  readonly #selves = new Map<string, CodeSelf>();
  readonly #watched: WatchedCalls;
  /** Null while the code is suspended. */
  #namespace: Namespace | null = null;
  #kept: KeptState | null = null;
  #source = "";
  #caller: { step: string; source: string };
  #printed: string[] = [];

  /** Loads the code and calls its `init`, unless it is suspended. */
  constructor(code: BlockCode, host: CodeHost) {
    this.#code = code;
    this.#host = host;
    this.#caller = { step: host.step, source: "" };
    this.#console = new BlockConsole(code.limits, (printed) => this.#report(printed));
    const { blockType, hash } = code;
    this.#watched = host.runtime.witness.watch({ step: host.step, blockType, hash });
    if (this.#watched.suspendedMs() === 0) this.#namespace = this.#load();
  }

  /** Whose variables they are: of a camera or an item, "" for all. */
  forNamespace(namespace: string): this {
    this.#source = namespace;
    return this;
  }

  takeState(): void {
    if (this.#namespace === null) return;
    const [code, host, source] = [this.#code, this.#host, this.#source];
    this.#kept = KeptState.open({ code, host, source, save: () => this.#saveState() });
    const isTaken = this.#kept?.restore((state) => this.#watch(() => this.#namespace?.loadState(state))) ?? true;
    this.#console.flush();
    if (!isTaken) this.#beginAnew();
  }

  async leaveState(namespace = this.#source): Promise<void> {
    if (namespace === this.#source) await this.#kept?.close();
  }

  /** One call of the code, for one element or for a batch. */
  call(inputs: Record<string, unknown>, context: Context, sources: readonly string[]): unknown {
    const namespace = this.#awake();
    const self = this.#selfOf(context, { sources, namespace });
    this.#caller = self;
    this.#console.begin();
    this.#printed = [];
    this.#kept?.callBegins();
    let answer: unknown;
    try {
      answer = this.#watch(() => namespace.run(inputs, self));
    } catch (error) {
      this.#callEnds();
      throw this.#explained(error, inputs);
    }
    if (answer instanceof Promise) return this.#later(answer, inputs);
    this.#callEnds();
    return answer;
  }

  async close(): Promise<void> {
    await this.#kept?.close();
    this.#console.flush();
  }

  discard(): void {
    this.#kept?.discard();
  }

  /** Variables that took half of a state are thrown away. */
  #beginAnew(): void {
    try {
      this.#namespace = this.#load();
    } catch (error) {
      this.#kept?.discard();
      throw error;
    }
  }

  async #later(answer: Promise<unknown>, inputs: Record<string, unknown>): Promise<unknown> {
    try {
      const found = await answer;
      this.#callEnds();
      return found;
    } catch (error) {
      this.#callEnds();
      throw this.#explained(error, inputs);
    }
  }

  #explained(error: unknown, inputs: FailedCall["inputs"]): StepError {
    const found = codeError(this.#code, error, this.#code.runName);
    return explained(this.#code, found, { inputs, printed: this.#printed.join("\n") });
  }

  #callEnds(): void {
    this.#console.flush();
    this.#kept?.callEnds();
  }

  #load(): Namespace {
    this.#printed = [];
    try {
      return this.#watch(() => openNamespace(this.#code, this.#console.console));
    } catch (error) {
      this.#console.flush();
      if (!(error instanceof StepError)) throw error;
      throw explained(this.#code, error, { inputs: null, printed: this.#printed.join("\n") });
    } finally {
      this.#console.flush();
    }
  }

  #saveState(): unknown {
    try {
      return this.#watch(() => this.#namespace?.saveState());
    } catch (error) {
      throw codeError(this.#code, error, "saveState");
    }
  }

  /** Its variables; loads the code if it was suspended until now. */
  #awake(): Namespace {
    if (this.#namespace !== null) return this.#namespace;
    const leftMs = this.#watched.suspendedMs();
    if (leftMs > 0) throw suspended(leftMs);
    this.#namespace = this.#load();
    this.takeState();
    return this.#namespace;
  }

  #watch<T>(call: () => T): T {
    this.#watched.begin();
    try {
      return call();
    } finally {
      this.#watched.end();
    }
  }

  #selfOf(
    { step, services }: Context,
    { sources, namespace }: { sources: readonly string[]; namespace: Namespace },
  ): CodeSelf {
    const source = sources[0] ?? "";
    const known = this.#selves.get(step);
    if (known !== undefined) return Object.assign(known, { source, sources });
    const { pixels } = services;
    const self: CodeSelf = { step, source, sources, pixels, initResults: namespace.initResults };
    this.#selves.set(step, self);
    return self;
  }

  #report(printed: readonly { stream: "stdout" | "stderr"; text: string }[]): void {
    const { step, source } = this.#caller;
    const { blockType } = this.#code;
    this.#printed.push(...printed.map(({ text }) => text));
    for (const piece of printed) this.#host.runtime.report({ type: "block_output", step, blockType, source, ...piece });
  }
}

function suspended(leftMs: number): StepError {
  const message = `the daemon ended too often while it was running: it is suspended for another ${Math.ceil(leftMs / 1000)} s`;
  return new StepError("DYNAMIC_SUSPENDED", message, { waitMs: leftMs });
}
