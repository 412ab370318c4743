import { BugError, SourceError } from "../../base/errors.ts";

/** Memory that every thread maps, handed out in blocks. Pages cost nothing until they are touched. */
export interface Arena {
  readonly memory: SharedArrayBuffer;
  /** Offset of a free block, a multiple of 64. Throws `STREAM_NO_MEMORY` when no gap is large enough. */
  allocate(sizeBytes: number): number;
  free(offset: number): void;
  readonly usedBytes: number;
}

export interface ArenaSettings {
  sizeBytes: number;
  /** Config key to name when memory runs out. */
  configKey: string;
}

const ALIGNMENT = 64;

export function createArena({ sizeBytes, configKey }: ArenaSettings): Arena {
  const memory = new SharedArrayBuffer(sizeBytes);
  const blocks: Block[] = [];

  return {
    memory,
    allocate(wantedBytes) {
      const size = align(wantedBytes);
      const index = firstFit(blocks, size, sizeBytes);
      if (index === undefined) throw noMemory(wantedBytes, usedBytes(blocks), { sizeBytes, configKey });
      const offset = endOf(blocks[index - 1]);
      blocks.splice(index, 0, { offset, size });
      return offset;
    },
    free(offset) {
      const index = blocks.findIndex((block) => block.offset === offset);
      if (index < 0) throw new BugError(`no block of frame memory starts at ${offset}`);
      blocks.splice(index, 1);
    },
    get usedBytes() {
      return usedBytes(blocks);
    },
  };
}

interface Block {
  offset: number;
  size: number;
}

/** Smallest index at which a new block fits between its neighbours; blocks are sorted by offset. */
function firstFit(blocks: readonly Block[], size: number, limit: number): number | undefined {
  for (let index = 0; index <= blocks.length; index++) {
    const gapEnd = blocks[index]?.offset ?? limit;
    if (endOf(blocks[index - 1]) + size <= gapEnd) return index;
  }
  return undefined;
}

function endOf(block: Block | undefined): number {
  return block === undefined ? 0 : block.offset + block.size;
}

export function align(sizeBytes: number): number {
  return Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
}

function usedBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.size, 0);
}

function noMemory(wantedBytes: number, used: number, { sizeBytes, configKey }: ArenaSettings): SourceError {
  const message =
    `frame memory is full: ${megabytes(wantedBytes)} wanted, ${megabytes(used)} of ${megabytes(sizeBytes)} used; ` +
    `raise "${configKey}", or use fewer cameras or smaller pictures`;
  return new SourceError("STREAM_NO_MEMORY", message, { cause: "no_memory", wantedBytes, usedBytes: used, sizeBytes });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
