import { MillraceError, messageOf } from "../../base/errors.ts";
import { BLOCK_LOADERS } from "../block-loaders.ts";
import type { Block } from "../contract/block.ts";

type Loader = (typeof BLOCK_LOADERS)[number];

/** Those of millrace's own blocks that were asked for. */
export class LoadedBlocks {
  readonly #blocks = new Map<Loader, Block>();
  /** By type and alias. */
  readonly #loaders: ReadonlyMap<string, Loader>;

  constructor(loaders = BLOCK_LOADERS) {
    this.#loaders = new Map(loaders.flatMap((loader) => loader[0].map((name) => [name, loader] as const)));
  }

  get blocks(): readonly Block[] {
    return [...this.#blocks.values()];
  }

  /**
   * Loads the blocks of these types and aliases, as far as there are any; says whether one was not there before. Throws BLOCK_FILES
   * when one cannot be loaded.
   */
  async load(names: Iterable<string>): Promise<boolean> {
    const wanted = new Set([...names].map((name) => this.#loaders.get(name)).filter((loader) => loader !== undefined));
    const lacking = [...wanted].filter((loader) => !this.#blocks.has(loader));
    const loaded = await Promise.all(lacking.map(async (loader) => [loader, await blockOf(loader)] as const));
    for (const [loader, block] of loaded) this.#blocks.set(loader, block);
    return lacking.length > 0;
  }

  /** The same for every block. */
  loadAll(): Promise<boolean> {
    return this.load(this.#loaders.keys());
  }
}

/** Files of a program that was updated or moved while it runs are not where it looks for them. */
async function blockOf([[type = ""], load]: Loader): Promise<Block> {
  try {
    return await load();
  } catch (error) {
    const advice = "if millrace was updated or moved while it runs, restart it";
    const message = `the block "${type}" cannot be loaded: ${messageOf(error)}; ${advice}`;
    throw new MillraceError("BLOCK_FILES", message, { type }, { cause: error });
  }
}
