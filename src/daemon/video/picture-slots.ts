import type { PicturePipe } from "./picture-pipes.ts";

/** One that is being made, one that waits, one that is being written. */
const SLOTS = 3;

interface SlotEvents {
  /** A picture is made. */
  filled(): void;
  /** The encoder has taken one. */
  written(): void;
  /** One was dropped for a newer one. */
  replaced(): void;
  /** The encoder takes no more. */
  broken(why: string): void;
}

/** A place in shared memory for a picture. */
export interface PicturePlace {
  memory: SharedArrayBuffer;
  offset: number;
  width: number;
  height: number;
}

/** Memory for the pictures of one encoder, of which the newest is written next. */
export class PictureSlots {
  readonly #size: { width: number; height: number };
  readonly #bytes: number;
  readonly #memory: SharedArrayBuffer;
  readonly #free: number[];
  readonly #pipe: PicturePipe;
  readonly #events: SlotEvents;
  #waiting: number | null = null;
  #isWriting = false;
  #isClosed = false;

  constructor({ width, height }: { width: number; height: number }, pipe: PicturePipe, events: SlotEvents) {
    this.#size = { width, height };
    this.#bytes = 3 * width * height;
    this.#memory = new SharedArrayBuffer(SLOTS * this.#bytes);
    this.#free = Array.from({ length: SLOTS }, (_, slot) => slot * this.#bytes);
    this.#pipe = pipe;
    this.#events = events;
  }

  /** Null where all places are in use. */
  take(): PicturePlace | null {
    const offset = this.#free.pop();
    return offset === undefined ? null : { memory: this.#memory, offset, ...this.#size };
  }

  /** The picture was not made. */
  giveBack({ offset }: Pick<PicturePlace, "offset">): void {
    this.#free.push(offset);
  }

  /** The picture is made; one that waits is dropped for it. */
  fill({ offset }: Pick<PicturePlace, "offset">): void {
    this.#events.filled();
    if (this.#waiting !== null) {
      this.#free.push(this.#waiting);
      this.#events.replaced();
    }
    this.#waiting = offset;
    void this.#write();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #write(): Promise<void> {
    const offset = this.#waiting;
    if (offset === null || this.#isWriting || this.#isClosed) return;
    this.#waiting = null;
    this.#isWriting = true;
    const fault = await this.#pipe.write({ memory: this.#memory, offset, bytes: this.#bytes });
    this.#isWriting = false;
    this.#free.push(offset);
    if (fault === null) {
      this.#events.written();
      await this.#write();
    } else if (!this.#isClosed) {
      this.close();
      this.#events.broken(fault);
    }
  }
}
