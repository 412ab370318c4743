import { MillraceError, messageOf, StepError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import type { CodeHost, StateEvent } from "../runtime/code-runtime.ts";
import { readState, setAside, statePath, writeState } from "./state-file.ts";
import { stateText } from "./state-text.ts";

export interface KeptStateSettings {
  code: BlockCode;
  host: CodeHost;
  /** Camera, for code that has its state for each. */
  source: string;
  /** The state as it is now. */
  save: () => unknown;
}

/** Keeps the state of one instance on disk: every interval in which it was called, and at the end. */
export class KeptState {
  readonly #settings: KeptStateSettings;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  #callsUnderWay = 0;
  #hasChanged = false;
  #isDue = false;
  #isOver = false;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();
  #lastFault: string | null = null;

  /** Null where nothing is kept, as the code does not ask for it or there is no directory. */
  static open(settings: KeptStateSettings): KeptState | null {
    const { code, host } = settings;
    const directory = host.runtime.stateDirectory;
    if (code.persist === null || directory === null) return null;
    const path = statePath(directory, code, { step: host.step, source: settings.source });
    return new KeptState(settings, path, code.persist);
  }

  private constructor(settings: KeptStateSettings, path: string, persist: NonNullable<BlockCode["persist"]>) {
    this.#settings = settings;
    this.#path = path;
    this.#maxBytes = persist.maxBytes;
    this.#timer = setInterval(() => {
      this.#isDue = true;
      this.#saveIfDue();
    }, persist.intervalMs);
    this.#timer.unref();
  }

  /** Restores the stored state into the code; false when the code failed on it and must start without state. */
  restore(load: (state: unknown) => void): boolean {
    const found = this.#find();
    if (found === null) return true;
    try {
      load(found.state);
    } catch (error) {
      this.#setAside(`the code does not take it: ${messageOf(error)}`);
      return false;
    }
    this.#report("block_state_restored", `as of ${found.savedAt}`);
    return true;
  }

  /** The same for code in a process. State that makes it hang or crash is set aside too, as it would do so each time. */
  async restoreLater(load: (state: unknown) => Promise<void>): Promise<boolean> {
    const found = this.#find();
    if (found === null) return true;
    try {
      await load(found.state);
    } catch (error) {
      if (!this.#isOver) this.#setAside(`the code does not take it: ${messageOf(error)}`);
      if (error instanceof MillraceError && error.code === "DYNAMIC_CODE") return false;
      throw error;
    }
    this.#report("block_state_restored", `as of ${found.savedAt}`);
    return true;
  }

  #find(): { state: unknown; savedAt: string } | null {
    const found = readState(this.#path, this.#settings.code);
    if (found.type === "state") return found;
    if (found.type === "unusable") this.#setAside(found.reason);
    return null;
  }

  callBegins(): void {
    this.#callsUnderWay++;
  }

  callEnds(): void {
    this.#callsUnderWay--;
    this.#hasChanged = true;
    this.#saveIfDue();
  }

  /** Writes the last state; a call that never ends has changed it as well. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await this.#writing;
    if (this.#hasChanged || this.#callsUnderWay > 0) this.#save();
    await this.#writing;
  }

  discard(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  /** Never amid a call, whose state may be half made. */
  #saveIfDue(): void {
    if (this.#isDue && this.#hasChanged && this.#callsUnderWay === 0 && !this.#isWriting) this.#save();
  }

  #save(): void {
    this.#isDue = false;
    this.#hasChanged = false;
    this.#isWriting = true;
    this.#writing = this.#write()
      .then(() => {
        this.#lastFault = null;
      })
      .catch((error: unknown) => this.#complain(messageOf(error)))
      .finally(() => {
        this.#isWriting = false;
      });
  }

  async #write(): Promise<void> {
    // Serialised at once, as the code changes its state while the file is written.
    const saved = this.#settings.save();
    const text = stateText(saved instanceof Promise ? await saved : saved);
    if (Buffer.byteLength(text) > this.#maxBytes) {
      throw new StepError("DYNAMIC_STATE", `the state is larger than the ${this.#maxBytes} bytes of "max_bytes"`);
    }
    await writeState(this.#path, this.#settings.code, text);
  }

  /** The same fault is reported once, until a state could be written again. */
  #complain(message: string): void {
    if (message === this.#lastFault) return;
    this.#lastFault = message;
    this.#report("block_state_not_kept", message);
  }

  #setAside(reason: string): void {
    try {
      setAside(this.#path);
      this.#report("block_state_set_aside", reason);
    } catch (error) {
      this.#report("block_state_set_aside", `${reason}, and it cannot be set aside: ${messageOf(error)}`);
    }
  }

  #report(type: StateEvent["type"], message: string): void {
    const { code, host } = this.#settings;
    host.runtime.report({ type, step: host.step, blockType: code.blockType, file: this.#path, message });
  }
}
