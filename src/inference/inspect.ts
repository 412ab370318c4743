import { ModelError } from "../base/errors.ts";
import { freeNow } from "../base/free-now.ts";
import { suggest } from "../base/suggest.ts";
import { TASK_TITLES, type TaskName } from "../kinds/model-task.ts";
import { chooseClasses, namesInMetadata, readStatedClasses } from "./classes.ts";
import { findHead } from "./classifier-head.ts";
import type { DecoderDescription, ModelDescription, ModelInput } from "./description.ts";
import type { Family, Layout, Match, ModelFacts, Preprocessing, StatedTask } from "./families/family.ts";
import { FAMILIES } from "./families/family-list.ts";
import { hashOf, readModelFile } from "./files/model-file.ts";
import { type ModelFolder, readModelFolder } from "./files/model-folder.ts";
import { type OnnxFile, readOnnx } from "./files/onnx-file.ts";
import { findImageInput, type ImageInput, sidesOf } from "./image-input.ts";
import { familiesNamed, judgeFamily } from "./judge.ts";
import { type Judgement, noFamily } from "./judgement.ts";
import { statedTask } from "./stated-task.ts";
import { type FoundTower, towerAt, towerIn } from "./texts/find-tower.ts";
import { judgeTexts, takesPictures, towerOf, towerReasons } from "./texts/judge-texts.ts";
import { feedingOf, TEXT_FAMILY } from "./texts/judge-tower.ts";
import { splitTowers } from "./texts/split-towers.ts";
import { readTokenFiles } from "./texts/token-files.ts";
import { tokenInputs } from "./texts/token-inputs.ts";

/** What a user says about a model where its file is silent. */
export interface ModelStatement {
  /** Name of the family, or one of its other names. */
  family?: string;
  /** Names in order, or the path of a file with them. */
  classes?: readonly string[] | string;
  /** Pixels of the input, for models that leave it free. */
  width?: number;
  /** Height of the input in pixels, for models that leave it free. */
  height?: number;
  /** How pixels become the input, where it differs from the family's usual way. */
  preprocessing?: Partial<Preprocessing>;
  /** What only a family knows to ask, by the names of its options. */
  options?: Layout;
}

/** Judges a model file, or a folder with one, without loading it into a runtime; throws `ModelError` when it is no usable ONNX file. */
export async function inspectModel(
  path: string,
  statement: ModelStatement = {},
  families: readonly Family[] = FAMILIES,
): Promise<ModelDescription> {
  const folder = await readModelFolder(path);
  const weights = folder?.weights ?? path;
  const bytes = await readModelFile(weights);
  const whole = readOnnx(bytes, weights);
  const identity = { path: weights, sha256: hashOf(bytes), sizeBytes: bytes.length };
  const { pictures, texts } = splitTowers(whole, bytes);
  const { inputs, outputs, opset, producer, metadata, outputOperators } = pictures?.file ?? whole;
  const facts = { inputs, outputs, outputOperators, opset, producer, metadata };
  const decoder = folder === null || folder.decoder === null ? null : await describeDecoder(folder.decoder);
  const judgement = await withPath(path, async () => {
    const own = texts === null ? null : await towerIn({ ...identity, file: texts.file, part: texts.outputs });
    if (pictures === null) return judgeTexts(whole, own ?? "", statement.family);
    const beside = folder?.texts ?? null;
    const tower = own ?? (beside === null ? null : await towerAt(beside));
    const tokens = await tokensOf(pictures.file, weights);
    return judge(pictures.file, { statement, folder, families, decoder, part: pictures.outputs, tower, tokens });
  });
  const head = headOf(bytes, { outputs, ...judgement });
  freeNow([bytes]);
  return { ...identity, ...facts, decoder, head, ...judgement };
}

function headOf(bytes: Uint8Array, { task, outputs }: Pick<ModelDescription, "task" | "outputs">) {
  const [output] = outputs;
  const isClassifier = task === "classify" || task === "classify_multi_label";
  return isClassifier && output !== undefined ? findHead(bytes, output.name) : null;
}

interface Around {
  statement: ModelStatement;
  folder: ModelFolder | null;
  families: readonly Family[];
  decoder: DecoderDescription | null;
  part: readonly string[] | null;
  /** The tower for texts, or why what is beside is none; null where nothing is. */
  tower: FoundTower | null;
  tokens: ModelFacts["tokens"];
}

/** How texts become inputs beside the picture. */
async function tokensOf(file: OnnxFile, weights: string): Promise<ModelFacts["tokens"]> {
  const inputs = tokenInputs(file.inputs);
  return inputs === null ? null : feedingOf(inputs, file, await readTokenFiles(weights));
}

async function describeDecoder(path: string): Promise<DecoderDescription> {
  const bytes = await readModelFile(path);
  const { inputs, outputs } = readOnnx(bytes, path);
  return { path, sha256: hashOf(bytes), inputs, outputs };
}

async function judge(file: OnnxFile, around: Around): Promise<Judgement> {
  const { statement, folder, decoder, tower } = around;
  const candidates = candidatesOf(around);
  const stated = statement.classes === undefined ? null : await readStatedClasses(statement.classes);
  const image = findImageInput(file, statement, folder?.size);
  if (typeof image === "string") return noFamily([image], statement.family, file);
  const written = namesInMetadata(file.metadata);
  const beside = folder?.classes ?? null;
  refuseOther(beside, written);
  const facts: ModelFacts = {
    file,
    image,
    decoder,
    nameCount: (beside ?? written)?.length ?? null,
    statedCount: stated?.length ?? null,
    names: stated ?? beside ?? written,
    options: { ...folder?.options, ...statement.options },
    task: taskOf(file, folder),
    stated: statement.family !== undefined,
    tokens: around.tokens,
    texts: towerOf(tower),
  };
  const verdict = judgeFamily(candidates, facts);
  if (verdict.family === null) {
    const reasons = [...writesTokens(decoder), ...verdict.reasons];
    return { ...noFamily(reasons, statement.family, file), considered: verdict.considered };
  }
  const { family, match, considered } = verdict;
  refuseUnknownOptions(family, statement.options ?? {});
  const names = chooseClasses(match.classCount, { stated, written, beside, own: match.classes ?? null });
  return {
    family: family.name,
    familySource: family.source ?? null,
    familyUrl: family.url ?? null,
    task: family.task,
    reasons: [
      `${family.name}: ${match.reason}`,
      image.reason,
      names.reason,
      ...(folder?.reasons ?? []),
      ...towerReasons(tower),
    ],
    texts: family.task === "embed" ? towerOf(tower) : null,
    tokens: family.task === "detect_named" && typeof around.tokens === "object" ? around.tokens : null,
    part: around.part,
    classes: names.classes,
    classesFrom: names.classesFrom,
    points: folder?.points ?? (match.points === undefined ? [] : [match.points]),
    layout: { ...match.layout, ...optionsOf(family, facts.options) },
    slots: match.slots ?? null,
    confidence: family.confidence ?? null,
    recommended: folder?.recommended ?? null,
    input: inputOf(image, { family, match }, { ...folder?.preprocessing, ...statement.preprocessing }),
    dynamicBatch: image.dynamicBatch,
    familyOptions: family.options ?? {},
    considered,
  };
}

/** Why a decoder of a text that is written token by token is none. */
function writesTokens(decoder: DecoderDescription | null): string[] {
  const isText = decoder?.inputs.some(({ name }) => name === "input_ids" || name === "decoder_input_ids") ?? false;
  const reason =
    "its decoder writes a text token by token, as those of TrOCR and of language models do, which is not run; text is read with files of PaddleOCR, docTR and EasyOCR";
  return isText ? [reason] : [];
}

/** A family that is stated, else those that files beside the weights mean, else all. */
function candidatesOf({ statement, folder, families }: Around): readonly Family[] {
  if (statement.family === TEXT_FAMILY) throw takesPictures();
  if (statement.family !== undefined) return familiesNamed(statement.family, families);
  const architecture = folder?.architecture ?? null;
  const meant = families.filter(
    ({ name, aliases = [] }) => name === architecture || aliases.includes(architecture ?? ""),
  );
  return meant.length > 0 ? meant : families;
}

function taskOf({ metadata }: OnnxFile, folder: ModelFolder | null): StatedTask | null {
  const written = statedTask(metadata["task"], "the metadata");
  const beside = folder?.task ?? null;
  if (written === null || beside === null || written.name === beside.name) return written ?? beside;
  const message = `${written.source} name the task "${written.text}", and ${beside.source} name "${beside.text}"`;
  throw new ModelError("MODEL_CONTRADICTION", message, { written: written.text, beside: beside.text });
}

function refuseOther(beside: readonly string[] | null, written: readonly string[] | null): void {
  if (beside === null || written === null || beside.length === written.length) return;
  const message = `its metadata name ${written.length} classes, and the files beside it ${beside.length}`;
  throw new ModelError("MODEL_CONTRADICTION", message, { written: written.length, beside: beside.length });
}

function refuseUnknownOptions(family: Family, options: Layout): void {
  const known = Object.keys(family.options ?? {});
  const wrong = Object.keys(options).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const expected = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  const hint = suggest(wrong, known);
  const message = `the family ${family.name} has no option "${wrong}", ${expected}${hint === undefined ? "" : `; ${hint}`}`;
  throw new ModelError("MODEL_UNKNOWN_OPTION", message, { option: wrong, known });
}

function optionsOf(family: Family, options: Layout): Layout {
  return Object.fromEntries(Object.entries(options).filter(([name]) => family.options?.[name] !== undefined));
}

function inputOf(
  image: ImageInput,
  { family, match }: { family: Family; match: Match },
  stated: Partial<Preprocessing>,
): ModelInput {
  const { info, layout, batch } = image;
  const size = sizeOf(image, family);
  if (size === null) {
    const message = `input "${info.name}" [${info.shape.join(", ")}] leaves the size free and the metadata name none; state width and height`;
    throw new ModelError("MODEL_SIZE_UNKNOWN", message, { input: info.name });
  }
  const preprocessing = { ...family.preprocessing, ...match.preprocessing, ...stated };
  if (preprocessing.part !== undefined && WHOLE.includes(family.task)) throw needsWhole(family);
  return { name: info.name, ...size, layout, elementType: info.elementType, batch, ...preprocessing };
}

/** What tells something of every place of a picture has nothing to tell beyond a part of it. */
const WHOLE: readonly TaskName[] = ["depth", "anomaly", "prompted"];

function needsWhole({ name, task }: Family): ModelError {
  const message = `a part of each picture is stated for it (static-crop, or part in preprocessing), but ${TASK_TITLES[task]} by ${name} needs all of it; crop in the workflow instead`;
  return new ModelError("MODEL_PREPROCESSING", message, { family: name });
}

/** A size that the family chooses for each image, where nothing fixes it. */
function sizeOf({ width, height, info, layout }: ImageInput, { sizeFor }: Family) {
  if (width !== null && height !== null) return { width, height, isFree: false };
  if (sizeFor === undefined) return null;
  const usual = sizeFor(USUAL);
  const [down, across] = sidesOf(info, layout);
  const fixed = {
    width: typeof across === "number" ? across : usual.width,
    height: typeof down === "number" ? down : usual.height,
  };
  return { ...sizeFor(USUAL, fixed), isFree: true };
}

const USUAL = { width: 640, height: 480 };

/** Faults found below know the file only by its content; this adds which one it was. */
async function withPath<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.code, `model "${path}": ${error.message}`, { path, ...error.details }, { cause: error });
  }
}
