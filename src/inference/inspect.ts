import { ModelError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { chooseClasses, namesInMetadata, readStatedClasses } from "./classes.ts";
import type { ModelDescription, ModelInput } from "./description.ts";
import {
  describeTensors,
  type Family,
  type ModelFacts,
  no,
  type Preprocessing,
  type Verdict,
} from "./families/family.ts";
import { FAMILIES } from "./families/family-list.ts";
import { findImageInput, type ImageInput } from "./image-input.ts";
import { hashOf, readModelFile } from "./model-file.ts";
import { type OnnxFile, readOnnx } from "./onnx-file.ts";

/** What a user says about a model where its file is silent. */
export interface ModelStatement {
  family?: string;
  /** Names in order, or the path of a file with them. */
  classes?: readonly string[] | string;
  /** Pixels of the input, for models that leave it free. */
  width?: number;
  height?: number;
  /** How pixels become the input, where it differs from the family's usual way. */
  preprocessing?: Partial<Preprocessing>;
}

/** Judges a model file without loading it into a runtime; throws `ModelError` when it is no usable ONNX file. */
export async function inspectModel(path: string, statement: ModelStatement = {}): Promise<ModelDescription> {
  const bytes = await readModelFile(path);
  const file = readOnnx(bytes, path);
  const { inputs, outputs, opset, producer, metadata, outputOperators } = file;
  const identity = { path, sha256: hashOf(bytes), sizeBytes: bytes.length };
  const facts = { inputs, outputs, outputOperators, opset, producer, metadata };
  return { ...identity, ...facts, ...(await withPath(path, () => judge(file, statement))) };
}

type Judgement = Pick<
  ModelDescription,
  "family" | "task" | "reasons" | "classes" | "classesFrom" | "input" | "dynamicBatch"
>;

async function judge(file: OnnxFile, statement: ModelStatement): Promise<Judgement> {
  const candidates = candidatesOf(statement.family);
  const stated = statement.classes === undefined ? null : await readStatedClasses(statement.classes);
  const image = findImageInput(file, statement);
  if (typeof image === "string") return unknown([image], statement, file);
  const inMetadata = namesInMetadata(file.metadata);
  const facts = {
    file,
    image,
    nameCount: inMetadata?.length ?? null,
    statedCount: stated?.length ?? null,
    stated: statement.family !== undefined,
  };
  const verdicts = verdictsOf(candidates, facts);
  // Names of a wrong number are reported as that.
  const all = stated === null ? verdicts : [...verdicts, ...verdictsOf(candidates, { ...facts, statedCount: null })];
  const match = all.find((entry) => entry.verdict.matches);
  if (match === undefined) return unknown(verdicts.map(describeRefusal), statement, file);
  const { family, verdict } = match;
  const names = chooseClasses(verdict.matches ? verdict.classCount : 0, stated, inMetadata);
  return {
    family: family.name,
    task: family.task,
    reasons: [`${family.name}: ${verdict.reason}`, image.reason, names.reason],
    classes: names.classes,
    classesFrom: names.classesFrom,
    input: inputOf(image, family, statement.preprocessing),
    dynamicBatch: image.dynamicBatch,
  };
}

function verdictsOf(families: readonly Family[], facts: ModelFacts) {
  return families.map((family) => ({ family, verdict: verdictOf(family, facts) }));
}

/** A file must have no inputs that the family does not feed. */
function verdictOf(family: Family, facts: ModelFacts): Verdict {
  const fed = [facts.image.info.name, ...(family.extraInputNames ?? [])];
  const others = facts.file.inputs.filter(({ name }) => !fed.includes(name));
  return others.length === 0 ? family.match(facts) : no(`it has further inputs: ${describeTensors(others)}`);
}

function candidatesOf(stated: string | undefined): readonly Family[] {
  if (stated === undefined) return FAMILIES;
  const family = FAMILIES.find(({ name }) => name === stated);
  if (family !== undefined) return [family];
  const known = FAMILIES.map(({ name }) => name);
  const hint = suggest(stated, known);
  const message = `unknown family "${stated}", known are ${known.join(", ")}${hint === undefined ? "" : `; ${hint}`}`;
  throw new ModelError("MODEL_UNKNOWN_FAMILY", message, { stated, known });
}

function unknown(reasons: string[], statement: ModelStatement, file: OnnxFile): Judgement {
  if (statement.family !== undefined) {
    const message = `the stated family does not fit: ${reasons.join("; ")}`;
    throw new ModelError("MODEL_FAMILY_MISMATCH", message, { family: statement.family, reasons });
  }
  const named = namesInMetadata(file.metadata);
  const dynamicBatch = typeof file.inputs[0]?.shape[0] === "string";
  const classesFrom = named === null ? "numbered" : "metadata";
  return { family: null, task: null, reasons, classes: named ?? [], classesFrom, input: null, dynamicBatch };
}

function describeRefusal({ family, verdict }: { family: Family; verdict: Verdict }): string {
  return `not ${family.name}: ${verdict.reason}`;
}

function inputOf(
  { info, layout, width, height, batch }: ImageInput,
  { preprocessing }: Family,
  stated: Partial<Preprocessing> = {},
): ModelInput {
  if (width === null || height === null) {
    const message = `input "${info.name}" [${info.shape.join(", ")}] leaves the size free and the metadata name none; state width and height`;
    throw new ModelError("MODEL_SIZE_UNKNOWN", message, { input: info.name });
  }
  return { name: info.name, width, height, layout, elementType: info.elementType, batch, ...preprocessing, ...stated };
}

/** Faults found below know the file only by its content; this adds which one it was. */
async function withPath<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.code, `model "${path}": ${error.message}`, { path, ...error.details }, { cause: error });
  }
}
