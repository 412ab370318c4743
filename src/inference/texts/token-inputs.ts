import type { TensorInfo } from "../files/onnx-file.ts";

/** The inputs of a graph that take texts as tokens. */
export interface TokenInputs {
  tokens: TensorInfo;
  mask: TensorInfo | null;
  types: TensorInfo | null;
}

/** Inputs of whole numbers in rows: ids of tokens, and by name a mask and types beside them; null where there are none. */
export function tokenInputs(inputs: readonly TensorInfo[]): TokenInputs | null {
  const rows = inputs.filter(({ elementType, shape }) => INTEGERS.includes(elementType) && shape.length === 2);
  const named = (name: string) => rows.find((input) => input.name === name) ?? null;
  const [mask, types] = [named("attention_mask"), named("token_type_ids")];
  const [tokens, ...others] = rows.filter((input) => input !== mask && input !== types);
  return tokens === undefined || others.length > 0 ? null : { tokens, mask, types };
}

const INTEGERS = ["int32", "int64"];
