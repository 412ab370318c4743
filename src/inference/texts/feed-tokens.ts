import { ModelError } from "../../base/errors.ts";
import type { ExtraInput } from "../families/family.ts";
import type { TextTower, TokenFeeding } from "./text-tower.ts";
import type { TextTokenizer } from "./tokenizer.ts";

/** The inputs of a run with these texts, filled up to `count` rows; throws `ModelError` MODEL_TEXT_TOO_LONG. */
export function feedTokens(
  texts: readonly string[],
  {
    feeding,
    path,
    tokenizer,
    count,
  }: Pick<TextTower, "feeding" | "path"> & { tokenizer: TextTokenizer; count: number },
): ExtraInput[] {
  const rows = texts.map((text) => tokensOf(text, { feeding, path, tokenizer }));
  while (rows.length < count) rows.push(rows[0] ?? []);
  const { tokens, mask, types, most, isFilled, padding } = feeding;
  const length = isFilled ? most : Math.max(1, ...rows.map((row) => row.length));
  const values = (of: (row: readonly number[], i: number) => number) =>
    rows.flatMap((row) => Array.from({ length }, (_, i) => of(row, i)));
  return [
    { info: tokens, values: values((row, i) => row[i] ?? padding) },
    { info: mask, values: values((row, i) => (i < row.length ? 1 : 0)) },
    { info: types, values: values(() => 0) },
  ].flatMap(({ info, values: numbers }) => {
    if (info === null) return [];
    const elementType = info.elementType === "int32" ? "int32" : "int64";
    return [{ name: info.name, elementType, dims: [rows.length, length], values: numbers } as const];
  });
}

function tokensOf(
  text: string,
  { feeding, path, tokenizer }: { feeding: TokenFeeding; path: string; tokenizer: TextTokenizer },
): number[] {
  const tokens = tokenizer.encode(text);
  if (tokens.length <= feeding.most) return tokens;
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const message = `model "${path}": the text "${shown}" has ${tokens.length} tokens, expected at most ${feeding.most}`;
  throw new ModelError("MODEL_TEXT_TOO_LONG", message, { path, tokens: tokens.length, most: feeding.most });
}

const SHOWN = 60;
