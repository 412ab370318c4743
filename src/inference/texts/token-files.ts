// What lies beside the weights of a text tower and tells how texts become tokens, as Hugging Face lays it out.
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ModelError, messageOf } from "../../base/errors.ts";

/** What the files say; null for what none of them does. */
export interface TokenFiles {
  /** Path of `tokenizer.json`. */
  tokenizer: string | null;
  /** Most tokens of a text. */
  most: number | null;
  /** Whether texts are filled up to that many. */
  isFilled: boolean;
  padding: number | null;
}

/** Reads the files beside the weights, or in the folder around where that is named `onnx`. */
export async function readTokenFiles(weights: string): Promise<TokenFiles> {
  const folder = dirname(weights);
  const around = basename(folder) === "onnx" ? dirname(folder) : folder;
  const path = join(around, "tokenizer.json");
  const [tokenizer, config, model] = await Promise.all(
    [path, join(around, "tokenizer_config.json"), join(around, "config.json")].map(readJson),
  );
  const { truncation, padding } = fieldsOf(tokenizer);
  const filled = fieldsOf(fieldsOf(padding)["strategy"])["Fixed"];
  const limits = [
    fieldsOf(truncation)["max_length"],
    filled,
    fieldsOf(config)["model_max_length"],
    fieldsOf(fieldsOf(model)["text_config"])["max_position_embeddings"],
    fieldsOf(model)["max_position_embeddings"],
  ];
  const most = limits.filter((limit): limit is number => typeof limit === "number" && limit > 0 && limit <= LONGEST);
  return {
    tokenizer: tokenizer === null ? null : path,
    most: most.length === 0 ? null : Math.min(...most),
    isFilled: typeof filled === "number",
    padding: paddingOf(tokenizer, config),
  };
}

/** Where a text may be of any length, a number beyond all texts is written. */
const LONGEST = 8192;

function paddingOf(tokenizer: unknown, config: unknown): number | null {
  const id = fieldsOf(fieldsOf(tokenizer)["padding"])["pad_id"];
  if (typeof id === "number") return id;
  const written = fieldsOf(config)["pad_token"];
  const token = typeof written === "string" ? written : fieldsOf(written)["content"];
  const added = fieldsOf(tokenizer)["added_tokens"];
  const found = (Array.isArray(added) ? added : []).map(fieldsOf).find(({ content }) => content === token);
  return typeof found?.["id"] === "number" ? found["id"] : null;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw unreadable(path, error);
  });
  try {
    return text === null ? null : JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ModelError {
  return new ModelError("MODEL_FOLDER", `model file "${path}": ${messageOf(error)}`, { path });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
