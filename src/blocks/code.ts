import type { BlockManifest } from "./block.ts";

/** Source text of a block written in a definition, with what the thread that runs it must know. Plain data. */
export interface BlockCode {
  language: "javascript";
  blockType: string;
  source: string;
  initSource: string | null;
  runName: string;
  initName: string;
  /** Identity of the code: state does not outlive a change of it. */
  hash: string;
  outputs: readonly string[];
  outputOffset: -1 | 0 | 1;
  /** `run` is called once for a whole batch, with lists for these properties. */
  batches: readonly string[] | null;
  acceptsEmpty: boolean;
}

/** The blocks a document brings itself. */
export interface DynamicBlocks {
  manifests: readonly BlockManifest[];
  /** By block type. */
  code: ReadonlyMap<string, BlockCode>;
}
