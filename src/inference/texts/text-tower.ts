import type { TensorInfo } from "../files/onnx-file.ts";

/** Where the tokens of a text tower come from: CLIP's, which are at hand, or a `tokenizer.json` beside the weights. */
export type Vocabulary = { type: "clip" } | { type: "file"; path: string };

/** What turns texts into vectors: a file of its own, or a part of one that takes pictures as well. Plain data. */
export interface TextTower {
  family: string;
  path: string;
  sha256: string;
  sizeBytes: number;
  /** Sentences that tell why it was judged so. */
  reasons: string[];
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /** Names of the outputs that a run needs, where the file has others for pictures; null for the whole file. */
  part: readonly string[] | null;
  feeding: TokenFeeding;
  /** Name of the output with a row of numbers for each text. */
  vector: string;
}

/** How texts become the inputs of a graph. */
export interface TokenFeeding {
  /** Input for the ids of tokens. */
  tokens: TensorInfo;
  /** Input that says which of them are of the text, and one of which sentence; null where the graph has none. */
  mask: TensorInfo | null;
  types: TensorInfo | null;
  /** Most tokens of a text. */
  most: number;
  /** Whether every text is filled up to that many; otherwise as far as the longest of a run. */
  isFilled: boolean;
  /** Token that fills. */
  padding: number;
  vocabulary: Vocabulary;
}
