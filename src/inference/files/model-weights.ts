import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { ModelError } from "../../base/errors.ts";

/** Which files of a folder are the model; paths within it. */
export interface Weights {
  weights: string;
  /** Of a model of two files, whose `weights` are the encoder. */
  decoder: string | null;
  /** Weights of a tower for texts beside those for pictures. */
  texts: string | null;
}

/** The weights in the folder at `path`, whose files are `names`; throws `ModelError` where none or several may be meant. */
export async function findWeights(names: readonly string[], path: string): Promise<Weights> {
  const files = await onnxFiles(names, path);
  const named = (name: string) => files.find((file) => basename(file) === name);
  const towers = TOWERS.map(([pictures, texts]) => ({ weights: named(pictures), texts: named(texts) }));
  const both = towers.find(({ weights, texts }) => weights !== undefined && texts !== undefined);
  if (both?.weights !== undefined) return { weights: both.weights, decoder: null, texts: both.texts ?? null };
  const [only, ...others] = files;
  const usual = USUAL.map(named).find((name) => name !== undefined) ?? (others.length === 0 ? only : undefined);
  if (usual !== undefined) return { weights: usual, decoder: null, texts: null };
  const pair = encoderAndDecoder(files);
  if (pair !== null) return { ...pair, texts: null };
  const found = files.length === 0 ? "none" : files.join(", ");
  const message = `model folder "${path}": expected weights.onnx, one ONNX file, or two: an encoder and a decoder, or visual.onnx and textual.onnx; found ${found}`;
  throw new ModelError("MODEL_FOLDER", message, { path, files });
}

const USUAL = ["weights.onnx", "model.onnx", "inference_model.onnx"];

/** Towers for pictures and for texts, as the reference and Hugging Face name their files. */
const TOWERS = [
  ["visual.onnx", "textual.onnx"],
  ["vision_model.onnx", "text_model.onnx"],
] as const;

/** The files of the folder, or of the one in it where Hugging Face's exporters put them. */
async function onnxFiles(names: readonly string[], path: string): Promise<string[]> {
  const own = names.filter((name) => name.endsWith(".onnx"));
  if (own.length > 0 || !names.includes("onnx")) return own;
  const inside = await readdir(join(path, "onnx")).catch(() => []);
  return inside.filter((name) => name.endsWith(".onnx")).map((name) => join("onnx", name));
}

/** One with `encoder` and one with `decoder` in its name; of decoders the merged one. */
function encoderAndDecoder(files: readonly string[]): Pick<Weights, "weights" | "decoder"> | null {
  const decoders = files.filter((name) => name.includes("decoder"));
  const merged = decoders.filter((name) => name.includes("merged"));
  const [decoder, ...otherDecoders] = merged.length > 0 ? merged : decoders;
  const [weights, ...others] = files.filter((name) => name.includes("encoder") && !name.includes("decoder"));
  const isPair = otherDecoders.length === 0 && others.length === 0 && decoder !== undefined;
  return isPair && weights !== undefined ? { weights, decoder } : null;
}
