import { randomUUID } from "node:crypto";
import { closeSync, fchownSync, ftruncateSync, openSync, unlinkSync, writevSync } from "node:fs";
import { join } from "node:path";
import { StepError } from "../../base/errors.ts";
import { inTemporaryFolder, temporaryFolders } from "../../base/temporary-folder.ts";
import type { PixelView } from "../../kinds/pixel-service.ts";

/** Where a picture lies in the shared memory; pixels are packed and begin behind 64 bytes of header. */
export interface FramePlace {
  /** Bytes from the beginning of the file, a multiple of the page size. */
  offset: number;
  /** Bytes of the place, header included. */
  size: number;
  /** Stands in the header, so that the reader can tell whether these are still its pixels. */
  generation: number;
}

const FRAME_HEADER_BYTES = 64;
const PAGE_BYTES = 4096;
const MOST_BYTES = 512 * 2 ** 20;
/** A user that no process runs as. */
const NOT_THE_PROCESS = 65533;

interface Slot {
  offset: number;
  size: number;
  isHeld: boolean;
}

/**
 * Memory that a process of a code block sees too, to read only. No name leads to it: the process inherits the
 * descriptor. A picture that the block keeps stays untouched, the next one gets another place.
 */
export class SharedFrames {
  /** For the process. */
  readonly readDescriptor: number;
  readonly #descriptor: number;
  readonly #slots: Slot[] = [];
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #packed: Uint8Array = new Uint8Array();
  #generation = 0;

  constructor() {
    const [written, read] = inTemporaryFolder(openNameless, ["/dev/shm", ...temporaryFolders()]);
    this.#descriptor = written;
    this.readDescriptor = read;
    // Who owns a file may open it again for writing, and the process may have to stay root.
    if (process.geteuid?.() === 0) fchownSync(this.#descriptor, NOT_THE_PROCESS, NOT_THE_PROCESS);
  }

  /** Writes the pictures of one call. Throws DYNAMIC_FRAMES when the block keeps too many of earlier ones. */
  write(pictures: readonly PixelView[]): FramePlace[] {
    const taken = new Set<Slot>();
    return pictures.map((picture) => {
      const slot = this.#place(FRAME_HEADER_BYTES + 3 * picture.width * picture.height, taken);
      taken.add(slot);
      this.#generation++;
      this.#header.writeBigUInt64LE(BigInt(this.#generation));
      writevSync(this.#descriptor, [this.#header, this.#pack(picture)], slot.offset);
      return { offset: slot.offset, size: slot.size, generation: this.#generation };
    });
  }

  /** Sets the places that the block still uses. */
  hold(offsets: readonly number[]): void {
    for (const slot of this.#slots) slot.isHeld = offsets.includes(slot.offset);
  }

  close(): void {
    closeSync(this.#descriptor);
    closeSync(this.readDescriptor);
  }

  #place(bytes: number, taken: ReadonlySet<Slot>): Slot {
    const free = this.#slots.find((slot) => !slot.isHeld && !taken.has(slot) && slot.size >= bytes);
    if (free !== undefined) return free;
    const last = this.#slots.at(-1);
    const offset = last === undefined ? 0 : last.offset + last.size;
    const size = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    if (offset + size > MOST_BYTES) {
      const message = `the block keeps too many pictures in use, more than ${MOST_BYTES / 2 ** 20} MiB; it should keep copies of what it needs`;
      throw new StepError("DYNAMIC_FRAMES", message);
    }
    ftruncateSync(this.#descriptor, offset + size);
    const slot = { offset, size, isHeld: false };
    this.#slots.push(slot);
    return slot;
  }

  /** Rows without gaps; a picture that has none is taken as it is. */
  #pack({ rgb, stride, width, height }: PixelView): Uint8Array {
    const row = 3 * width;
    if (stride === row) return rgb.subarray(0, row * height);
    if (this.#packed.length < row * height) this.#packed = new Uint8Array(row * height);
    for (let y = 0; y < height; y++) this.#packed.set(rgb.subarray(y * stride, y * stride + row), y * row);
    return this.#packed.subarray(0, row * height);
  }
}

/** Descriptors to write and to read a file without a name. */
function openNameless(folder: string): [written: number, read: number] {
  const path = join(folder, `millrace-${randomUUID()}`);
  const written = openSync(path, "wx+", 0o600);
  try {
    return [written, openSync(path, "r")];
  } finally {
    unlinkSync(path);
  }
}
