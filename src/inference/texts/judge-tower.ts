import { describeTensors } from "../families/evidence.ts";
import type { OnnxFile, TensorInfo } from "../files/onnx-file.ts";
import { CLIP_TOKENS } from "./clip-tokenizer.ts";
import type { TextTower, TokenFeeding, Vocabulary } from "./text-tower.ts";
import type { TokenFiles } from "./token-files.ts";
import { type TokenInputs, tokenInputs } from "./token-inputs.ts";

/** The only layout of towers that take texts. */
export const TEXT_FAMILY = "text-embedding";
/** Other names that state it. */
export const TEXT_ALIASES = ["clip", "perception-encoder", "siglip"];

export type TowerVerdict = Omit<TextTower, "path" | "sha256" | "sizeBytes" | "part">;

/** Whether a file is a text tower, from its graph and the files beside it; a text tells why it is none. */
export function judgeTower(
  file: Pick<OnnxFile, "inputs" | "outputs" | "tables">,
  files: TokenFiles,
): TowerVerdict | string {
  const inputs = tokenInputs(file.inputs);
  const others = file.inputs.filter((input) => !Object.values(inputs ?? {}).includes(input));
  if (inputs === null || others.length > 0) {
    return `expected inputs of tokens alone, found ${describeTensors(file.inputs)}`;
  }
  const vector = vectorOf(file.outputs);
  if (vector === null)
    return `expected an output with a row of numbers for a text, found ${describeTensors(file.outputs)}`;
  const feeding = feedingOf(inputs, file, files);
  if (typeof feeding === "string") return feeding;
  const { outputs } = file;
  const reasons = [
    `${TEXT_FAMILY}: tokens "${inputs.tokens.name}" to "${vector.name}" of ${vector.shape[1]} numbers`,
    `texts of at most ${feeding.most} tokens${feeding.vocabulary.type === "clip" ? " of CLIP's vocabulary" : ""}`,
    ...(feeding.vocabulary.type === "file" ? ["beside the weights: tokenizer.json"] : []),
  ];
  return { family: TEXT_FAMILY, reasons, inputs: file.inputs, outputs, feeding, vector: vector.name };
}

/** What exporters call the output, the best first. */
const NAMES = ["text_embeds", "text_embedding", "sentence_embedding", "pooler_output"];

function vectorOf(outputs: readonly TensorInfo[]): TensorInfo | null {
  const named = NAMES.flatMap((name) => outputs.filter((output) => output.name === name));
  const rows = [...named, ...(outputs.length === 1 ? outputs : [])];
  return rows.find(({ shape }) => shape.length === 2 && typeof shape[1] === "number") ?? null;
}

/** Tokens of a text in CLIP; its relatives take fewer. */
const CLIP_LENGTH = 77;

/** How texts become the inputs of a graph; a text tells what is missing. */
export function feedingOf(
  inputs: TokenInputs,
  { tables }: Pick<OnnxFile, "tables">,
  files: TokenFiles,
): TokenFeeding | string {
  const [, length] = inputs.tokens.shape;
  const isFixed = typeof length === "number";
  const isClip = tables.includes(CLIP_TOKENS) || length === CLIP_LENGTH;
  const vocabulary: Vocabulary | null =
    files.tokenizer !== null ? { type: "file", path: files.tokenizer } : isClip ? { type: "clip" } : null;
  if (vocabulary === null) return "nothing tells its vocabulary; put the tokenizer.json of the model beside it";
  const most = isFixed ? length : (files.most ?? (isClip ? CLIP_LENGTH : null));
  if (most === null)
    return "nothing tells how long a text may be; put the tokenizer_config.json of the model beside it";
  return { ...inputs, most, isFilled: isFixed || files.isFilled, padding: files.padding ?? 0, vocabulary };
}
