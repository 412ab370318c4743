import { HELD, MOST_WAITING, modelBusy, runFailed } from "../../inference/model-queue.ts";
import type { ModelItem } from "../../inference/request.ts";
import type { LineAnswer, LineRequest } from "./serve-line.ts";
import type { SessionLine } from "./session-lines.ts";

export interface Answered {
  replies: object[];
  /** Of the item that took longest. */
  inferMs: number;
}

/** The workflow's end of the lines to sessions. */
export class ModelLines {
  readonly #lines = new Map<string, Line[]>();

  take({ model, port, held }: SessionLine): void {
    const line: Line = { model, port, held: new Int32Array(held), waiting: new Map() };
    this.#lines.set(model, [...this.#linesTo(model), line]);
    port.on("message", (answer: LineAnswer) => settle(line, answer));
    // The session's thread has ended; another one brings another line.
    port.once("close", () => this.#drop(line));
  }

  /** Asks the sessions of a model, each item the one that holds the fewest; null where there is no line to any. */
  run(model: string, items: readonly ModelItem[]): Promise<Answered> | null {
    const lines = this.#linesTo(model);
    return lines.length === 0 ? null : askAll(lines, items);
  }

  #linesTo(model: string): readonly Line[] {
    return this.#lines.get(model) ?? [];
  }

  #drop(line: Line): void {
    const others = this.#linesTo(line.model).filter((other) => other !== line);
    this.#lines.set(line.model, [...others]);
    for (const { reject } of line.waiting.values()) reject(runFailed(line.model, "its thread has ended"));
  }
}

interface Line extends Omit<SessionLine, "held"> {
  held: Int32Array;
  waiting: Map<
    number,
    { resolve: (answer: { reply: object; inferMs: number }) => void; reject: (error: Error) => void }
  >;
}

let lastId = 0;

async function askAll(lines: readonly Line[], items: readonly ModelItem[]): Promise<Answered> {
  const answers = await Promise.all(items.map((item) => ask(lines, item)));
  return { replies: answers.map(({ reply }) => reply), inferMs: Math.max(0, ...answers.map(({ inferMs }) => inferMs)) };
}

function ask(lines: readonly Line[], item: ModelItem): Promise<{ reply: object; inferMs: number }> {
  let least = lines[0] as Line;
  let held = 0;
  for (const line of lines) {
    held += heldBy(line);
    if (heldBy(line) < heldBy(least)) least = line;
  }
  // Only what no session could take at once counts as waiting.
  if (held - lines.length * HELD >= MOST_WAITING) return Promise.reject(modelBusy(least.model, MOST_WAITING));
  return new Promise((resolve, reject) => {
    const id = ++lastId;
    least.waiting.set(id, { resolve, reject });
    Atomics.add(least.held, 0, 1);
    least.port.postMessage({ id, item } satisfies LineRequest);
  });
}

function heldBy({ held }: Line): number {
  return Atomics.load(held, 0);
}

function settle(line: Line, answer: LineAnswer): void {
  const asked = line.waiting.get(answer.id);
  line.waiting.delete(answer.id);
  if ("error" in answer) asked?.reject(runFailed(line.model, answer.error));
  else asked?.resolve(answer);
}
