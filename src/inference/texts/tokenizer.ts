import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import { ModelError, messageOf } from "../../base/errors.ts";
import { clipTokenizer } from "./clip-tokenizer.ts";
import type { Vocabulary } from "./text-tower.ts";

export interface TextTokenizer {
  /** Ids of the tokens of a text, with the marks around it. */
  encode(text: string): number[];
}

/** Opens the tokenizer of a text tower; throws `ModelError` MODEL_TOKENIZER where its file cannot be used. */
export async function openTokenizer(vocabulary: Vocabulary): Promise<TextTokenizer> {
  if (vocabulary.type === "clip") {
    const tokenizer = new Tokenizer({ ...PARTS, ...clipTokenizer() }, {});
    return { encode: (text) => tokenizer.encode(withoutEntities(text)).ids };
  }
  const { path } = vocabulary;
  try {
    const tokenizer = new Tokenizer({ ...PARTS, ...(JSON.parse(await readFile(path, "utf8")) as object) }, {});
    return { encode: (text) => tokenizer.encode(text).ids };
  } catch (error) {
    const message = `tokenizer "${path}": ${messageOf(error)}`;
    throw new ModelError("MODEL_TOKENIZER", message, { path }, { cause: error });
  }
}

/** Parts that the library wants to see, and texts to tokens can do without. */
const PARTS = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** CLIP was trained on texts of web pages, whose entities were resolved, also those of entities. */
function withoutEntities(text: string): string {
  return resolved(resolved(text)).trim();
}

function resolved(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
