import type { BlockManifest } from "../contract/block.ts";
import { referenceBlocks } from "../reference/reference-blocks.ts";
import type { Catalogue } from "./catalogue.ts";

/** A catalogue together with the known types that it lacks, except those withheld. */
export function withKnown(catalogue: Catalogue, withheld: readonly string[] = []): Map<string, BlockManifest> {
  const lacking = referenceBlocks((type) => !catalogue.has(type) && !withheld.includes(type));
  const names = lacking.flatMap((block) => [block.type, ...block.aliases].map((name) => [name, block] as const));
  return new Map([...names, ...catalogue]);
}
