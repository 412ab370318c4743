import { BLOCK_LOADERS } from "../block-loaders.ts";
import type { Block } from "../contract/block.ts";

type Load = () => Promise<Block>;

/** By type and alias. */
const LOADERS: ReadonlyMap<string, Load> = new Map(
  BLOCK_LOADERS.flatMap(([names, load]) => names.map((name) => [name, load] as const)),
);

/** Those of millrace's own blocks that were asked for. */
export class LoadedBlocks {
  readonly #blocks = new Map<Load, Block>();

  get blocks(): readonly Block[] {
    return [...this.#blocks.values()];
  }

  /** Loads the blocks of these types and aliases, as far as there are any; says whether one was not there before. */
  async load(names: Iterable<string>): Promise<boolean> {
    const wanted = new Set([...names].flatMap((name) => LOADERS.get(name) ?? []));
    const lacking = [...wanted].filter((load) => !this.#blocks.has(load));
    const loaded = await Promise.all(lacking.map(async (load) => [load, await load()] as const));
    for (const [load, block] of loaded) this.#blocks.set(load, block);
    return lacking.length > 0;
  }

  /** The same for every block. */
  loadAll(): Promise<boolean> {
    return this.load(LOADERS.keys());
  }
}
