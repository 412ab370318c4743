import { BLOCKS } from "../block-list.ts";
import type { Block, BlockManifest } from "../contract/block.ts";
import { referenceBlocks } from "../reference/reference-blocks.ts";

/** Blocks by type id and alias. */
export type Catalogue = ReadonlyMap<string, Block>;

export function catalogueOf(blocks: readonly Block[]): Catalogue {
  const catalogue = new Map<string, Block>();
  for (const block of blocks) for (const name of [block.type, ...block.aliases]) catalogue.set(name, block);
  return catalogue;
}

export const CATALOGUE: Catalogue = catalogueOf(BLOCKS);

/** A catalogue together with the known types that it lacks, except those withheld. */
export function withKnown(catalogue: Catalogue, withheld: readonly string[] = []): Map<string, BlockManifest> {
  const lacking = referenceBlocks((type) => !catalogue.has(type) && !withheld.includes(type));
  const names = lacking.flatMap((block) => [block.type, ...block.aliases].map((name) => [name, block] as const));
  return new Map([...names, ...catalogue]);
}
