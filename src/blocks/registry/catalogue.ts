import type { Block } from "../contract/block.ts";

/** Blocks by type id and alias. */
export type Catalogue = ReadonlyMap<string, Block>;

export function catalogueOf(blocks: readonly Block[]): Catalogue {
  const catalogue = new Map<string, Block>();
  for (const block of blocks) for (const name of [block.type, ...block.aliases]) catalogue.set(name, block);
  return catalogue;
}
