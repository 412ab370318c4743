import { Deadlines } from "../../base/deadlines.ts";
import { MillraceError, messageOf, StepError } from "../../base/errors.ts";
import { encodeMessage, FROM_PROCESS, type Message, MessageReader, type MessageType } from "../ipc/message.ts";
import { type ChildSettings, CodeProcess } from "./child-process.ts";
import { Spin } from "./spin.ts";

export interface ConversationSettings extends Omit<ChildSettings, "onMessageBytes" | "onEnd"> {
  /** Something that is no answer, such as what the code printed. */
  onNews: (message: Message) => void;
  /** The conversation is over; says how the process ended. */
  onEnd: (how: string) => void;
}

export interface Question {
  type: MessageType;
  header: Record<string, unknown>;
  segments?: Message["segments"];
  /** The process is ended when it has not answered by then. */
  limitMs: number;
  /** Called once when it takes longer than usual. */
  onSlow?: { afterMs: number; call: () => void };
}

interface Pending {
  sequence: number;
  accept: (answer: Message) => void;
  refuse: (error: unknown) => void;
}

/** Questions and answers, one at a time. A process that answers nonsense, or too late, is ended. */
export class Conversation {
  readonly #process: CodeProcess;
  readonly #reader = new MessageReader(FROM_PROCESS);
  readonly #settings: ConversationSettings;
  readonly #deadlines = new Deadlines();
  readonly #spin = new Spin();
  #sequence = 0;
  #pending: Pending | null = null;
  #verdict: MillraceError | null = null;
  #isOver = false;

  constructor(settings: ConversationSettings) {
    this.#settings = settings;
    this.#process = new CodeProcess({
      ...settings,
      onMessageBytes: (bytes) => this.#take(bytes),
      onEnd: (how) => this.#end(how),
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The answer. Throws DYNAMIC_TIMEOUT, DYNAMIC_DIED or DYNAMIC_PROTOCOL; after any of them it is over. */
  async ask({ type, header, segments = [], limitMs, onSlow }: Question): Promise<Message> {
    if (this.#isOver) throw died("it is gone");
    const sequence = ++this.#sequence;
    const bytes = encodeMessage({ type, sequence, header, segments });
    const isSlowFirst = onSlow !== undefined && onSlow.afterMs < limitMs;
    const endSlow = isSlowFirst ? this.#deadlines.after(onSlow.afterMs, onSlow.call) : null;
    const endLimit = this.#deadlines.after(limitMs, () => this.#condemn(tooLate(type, limitMs)));
    const startedAt = performance.now();
    try {
      const answer = await new Promise<Message>((accept, refuse) => {
        this.#pending = { sequence, accept, refuse };
        this.#process.send(bytes);
        this.#process.spin(this.#spin, (chunk) => {
          this.#take(chunk);
          return this.#pending === null;
        });
      });
      this.#spin.answered(performance.now() - startedAt);
      return answer;
    } finally {
      this.#pending = null;
      endSlow?.();
      endLimit();
    }
  }

  /** Ends the process; pending answers are rejected. */
  async close(): Promise<void> {
    await this.#process.close();
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    // What a condemned process still says would only cost memory.
    if (this.#verdict !== null) return;
    try {
      for (const message of this.#reader.push(bytes)) this.#hear(message);
    } catch (error) {
      this.#condemn(error instanceof MillraceError ? error : died(messageOf(error)));
    }
  }

  #hear(message: Message): void {
    if (message.type === "log") this.#settings.onNews(message);
    else if (message.sequence === this.#pending?.sequence) this.#accept(this.#pending, message);
    else this.#condemn(new StepError("DYNAMIC_PROTOCOL", "the process of a code block answered what was not asked"));
  }

  #accept({ accept }: Pending, answer: Message): void {
    this.#pending = null;
    accept(answer);
  }

  /** The reason is reported after the process is gone. */
  #condemn(reason: MillraceError): void {
    if (this.#isOver) return;
    this.#verdict ??= reason;
    this.#process.kill();
  }

  #end(how: string): void {
    this.#isOver = true;
    const reason = this.#verdict ?? died(how);
    this.#pending?.refuse(reason);
    this.#settings.onEnd(this.#verdict?.message ?? how);
  }
}

function tooLate(type: MessageType, limitMs: number): StepError {
  const what = type === "call" ? "the call" : "loading the code";
  return new StepError("DYNAMIC_TIMEOUT", `${what} took more than ${limitMs} ms`, { limitMs });
}

function died(how: string): StepError {
  return new StepError("DYNAMIC_DIED", `its process ended: ${how}`, { how });
}
