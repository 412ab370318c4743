import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { MillraceError, messageOf } from "../../base/errors.ts";
import type { StateEvent } from "../../dynamic/runtime/code-runtime.ts";
import { writeWhole } from "../../dynamic/state/state-file.ts";
import type { PlanRunner, SavedStates, StateFault } from "../../engine/run-plan.ts";

export interface KeepSettings {
  everyMs: number;
  /** Of each step. */
  maxBytes: number;
  /** Of the program, whose blocks know what their states mean. */
  version: string;
}

interface Surroundings extends KeepSettings {
  directory: string;
  runner: () => PlanRunner;
  report: (event: StateEvent) => void;
}

const FORMAT = 1;
/** No step or block has a name that becomes this one. */
const FILE = "@@steps.json";

const StateFile = z.object({
  format: z.literal(FORMAT),
  version: z.string(),
  saved_at: z.string(),
  steps: z.record(z.string(), z.object({ of: z.string(), type: z.string(), graph: z.custom<object>() })),
});

/** Keeps the states of a workflow's own blocks on disk: every interval in which it ran, and at the end. */
export class KeptSteps {
  readonly #around: Surroundings;
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;
  #hasChanged = false;
  #isDue = false;
  #isOver = false;
  #writing: Promise<void> | null = null;
  /** The fault of each step that was reported last. */
  readonly #faults = new Map<string, string>();

  /** Gives the runner the states of an earlier run. */
  constructor(around: Surroundings) {
    this.#around = around;
    this.#path = join(around.directory, FILE);
    this.#restore();
    this.#timer = setInterval(() => {
      this.#isDue = true;
      this.#saveIfDue();
    }, around.everyMs);
    this.#timer.unref();
  }

  batchEnded(): void {
    this.#hasChanged = true;
    this.#saveIfDue();
  }

  /** Writes the last states. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await this.#writing;
    if (this.#hasChanged) await this.#save();
  }

  #saveIfDue(): void {
    if (!this.#isDue || !this.#hasChanged || this.#isOver || this.#writing !== null) return;
    this.#writing = this.#save().finally(() => {
      this.#writing = null;
    });
  }

  /** Packed at once, as the steps go on while the file is written. */
  async #save(): Promise<void> {
    this.#isDue = false;
    this.#hasChanged = false;
    const { saved, faults } = this.#around.runner().saveStates();
    const steps = this.#withinSize(saved);
    for (const { step, error } of faults) this.#complain(step.name, step.type, messageOf(error));
    const head = { format: FORMAT, version: this.#around.version, saved_at: new Date().toISOString() };
    const body = Object.entries(steps).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
    try {
      await writeWhole(this.#path, `${JSON.stringify(head).slice(0, -1)},"steps":{${body.join(",")}}}\n`);
      this.#faults.delete("");
    } catch (error) {
      this.#complain("", "", messageOf(error));
    }
  }

  #withinSize(saved: SavedStates): Record<string, string> {
    const { maxBytes } = this.#around;
    const texts: Record<string, string> = {};
    for (const [name, state] of Object.entries(saved)) {
      const text = JSON.stringify(state);
      if (Buffer.byteLength(text) <= maxBytes) {
        texts[name] = text;
        this.#faults.delete(name);
      } else this.#complain(name, state.type, `it is larger than the ${maxBytes} bytes of "max_bytes"`);
    }
    return texts;
  }

  #restore(): void {
    try {
      const file = this.#read();
      if (file === null) return;
      const { restored, faults } = this.#around.runner().restoreStates(file.steps as unknown as SavedStates);
      const message = `as of ${file.saved_at}`;
      for (const step of restored) this.#report("block_state_restored", step.name, step.type, message);
      this.#setAside(faults);
    } catch (error) {
      // A file that cannot be read stays where it is.
      if (!(error instanceof MillraceError)) this.#complain("", "", messageOf(error));
      else {
        this.#copy();
        this.#report("block_state_set_aside", "", "", messageOf(error));
      }
    }
  }

  #read(): z.output<typeof StateFile> | null {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
    const { data } = StateFile.safeParse(jsonOf(text));
    if (data === undefined) throw new MillraceError("STATE_KEPT", "the file is damaged");
    const { version } = this.#around;
    if (data.version === version) return data;
    throw new MillraceError("STATE_KEPT", `it is of version ${data.version} of the program, which is ${version} now`);
  }

  #setAside(faults: readonly StateFault[]): void {
    if (faults.length > 0) this.#copy();
    for (const { step, error } of faults) {
      this.#report("block_state_set_aside", step.name, step.type, messageOf(error));
    }
  }

  /** What is not used would be lost with the next save. */
  #copy(): void {
    try {
      copyFileSync(this.#path, `${this.#path}.old`);
    } catch {
      // A folder that takes no file is reported when states are written.
    }
  }

  /** The same fault is reported once, until the state could be kept again. */
  #complain(step: string, blockType: string, message: string): void {
    if (this.#faults.get(step) === message) return;
    this.#faults.set(step, message);
    this.#report("block_state_not_kept", step, blockType, message);
  }

  #report(type: StateEvent["type"], step: string, blockType: string, message: string): void {
    this.#around.report({ type, step, blockType, file: this.#path, message });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
