import { ModelError } from "../../base/errors.ts";
import type { ExtraInput } from "../families/family.ts";
import { feedTokens } from "./feed-tokens.ts";
import type { TokenFeeding } from "./text-tower.ts";
import { openTokenizer } from "./tokenizer.ts";

/** The texts that a detector looks for, as its inputs; kept until others are named. */
export interface NamedFeed {
  /** Throws `ModelError` where the file does not take so many texts, or one is too long. */
  name(texts: readonly string[]): void;
  inputs(): ExtraInput[];
}

/** Opens the tokenizer of a detector that looks for what texts name. */
export async function openNamedFeed(path: string, feeding: TokenFeeding): Promise<NamedFeed> {
  const tokenizer = await openTokenizer(feeding.vocabulary);
  const [fixed] = feeding.tokens.shape;
  let named: readonly string[] = [];
  let inputs: ExtraInput[] = [];
  const feed: NamedFeed = {
    name(texts) {
      if (texts.length === named.length && texts.every((text, i) => text === named[i])) return;
      const count = typeof fixed === "number" ? fixed : texts.length;
      if (texts.length > count) throw tooMany(path, texts.length, count);
      inputs = feedTokens(texts, { feeding, path, tokenizer, count });
      named = texts;
    },
    inputs: () => inputs,
  };
  feed.name(["object"]);
  return feed;
}

function tooMany(path: string, found: number, most: number): ModelError {
  const message = `model "${path}": ${found} names are asked for, its file was exported for ${most}`;
  return new ModelError("MODEL_TEXTS", message, { path, found, most });
}
