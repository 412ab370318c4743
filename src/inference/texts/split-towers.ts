import type { OnnxFile } from "../files/onnx-file.ts";
import { valuesBehind } from "../files/onnx-part.ts";
import { findImageInput } from "../image-input.ts";
import { tokenInputs } from "./token-inputs.ts";

/** What a file has for pictures and for texts. */
export interface Towers {
  pictures: Part | null;
  texts: Part | null;
}

interface Part {
  /** Inputs and outputs of the part alone. */
  file: OnnxFile;
  /** Names of its outputs where the file has more than the part; null for the whole file. */
  outputs: readonly string[] | null;
}

/** Splits a file with a tower for pictures and one for texts; any other file is for one of them, or for neither alone. */
export function splitTowers(file: OnnxFile, bytes: Uint8Array): Towers {
  const takesPictures = typeof findImageInput(file, {}) !== "string";
  if (tokenInputs(file.inputs) === null) return { pictures: whole(file), texts: null };
  if (!takesPictures) return { pictures: null, texts: whole(file) };
  const [pictures, texts] = [IMAGES, TEXTS].map((name) => partFor(name, file, bytes));
  const isSplit = pictures && texts && !pictures.file.inputs.some((input) => texts.file.inputs.includes(input));
  return isSplit ? { pictures, texts } : { pictures: whole(file), texts: null };
}

const IMAGES = "image_embeds";
const TEXTS = "text_embeds";

function whole(file: OnnxFile): Part {
  return { file, outputs: null };
}

function partFor(name: string, file: OnnxFile, bytes: Uint8Array): Part | null {
  const outputs = file.outputs.filter((output) => output.name === name);
  if (outputs.length === 0) return null;
  const behind = valuesBehind(bytes, [name]);
  const inputs = file.inputs.filter((input) => behind.has(input.name));
  return { file: { ...file, inputs, outputs }, outputs: [name] };
}
