import { Console } from "node:console";
import { Writable } from "node:stream";
import type { InspectOptions } from "node:util";
import type { CodeLimits } from "../../blocks/contract/code.ts";
import type { CodeOutput } from "./code-runtime.ts";

const MINUTE_MS = 60_000;

/** Text of one call in the order in which it was printed. */
export interface Printed {
  stream: CodeOutput["stream"];
  text: string;
}

/** Gathers what code prints, within bounds for each call and each minute, and hands it on when a call has ended. */
export class BlockConsole {
  readonly console: Console;
  readonly #limits: CodeLimits;
  readonly #emit: (printed: readonly Printed[]) => void;
  #printed: Printed[] = [];
  #leftInCall: number;
  #leftInMinute: number;
  #minuteEndsAt = 0;
  #leftOut = 0;
  #isDue = false;

  /** `customInspect: false` hands no function of Node to what is printed. */
  constructor(limits: CodeLimits, emit: (printed: readonly Printed[]) => void, inspectOptions: InspectOptions = {}) {
    this.#limits = limits;
    this.#emit = emit;
    this.#leftInCall = limits.outputPerCall;
    this.#leftInMinute = limits.outputPerMinute;
    this.console = new Console({
      stdout: this.#stream("stdout"),
      stderr: this.#stream("stderr"),
      ignoreErrors: false,
      inspectOptions,
    });
  }

  /** A call begins: it may print its share again. */
  begin(): void {
    this.#leftInCall = this.#limits.outputPerCall;
  }

  write(stream: Printed["stream"], text: string): void {
    this.#renewMinute();
    const kept = text.slice(0, Math.max(0, Math.min(this.#leftInCall, this.#leftInMinute)));
    this.#leftInCall -= kept.length;
    this.#leftInMinute -= kept.length;
    this.#leftOut += text.length - kept.length;
    const last = this.#printed.at(-1);
    if (last?.stream === stream) last.text += kept;
    else if (kept !== "") this.#printed.push({ stream, text: kept });
    this.#flushSoon();
  }

  flush(): void {
    if (this.#printed.length === 0) return;
    const printed = this.#printed.map(({ stream, text }) => ({ stream, text: text.replace(/\n$/, "") }));
    const last = printed.at(-1);
    if (last !== undefined && this.#leftOut > 0) last.text += `\n(${this.#leftOut} more characters were left out)`;
    this.#printed = [];
    this.#leftOut = 0;
    this.#emit(printed);
  }

  /** For what is printed between calls, by timers and the like. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  #renewMinute(): void {
    const now = performance.now();
    if (now < this.#minuteEndsAt) return;
    this.#minuteEndsAt = now + MINUTE_MS;
    this.#leftInMinute = this.#limits.outputPerMinute;
  }

  #stream(name: Printed["stream"]): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        this.write(name, String(chunk));
        done();
      },
    });
  }
}
