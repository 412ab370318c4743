import { BugError, ModelError, messageOf } from "../base/errors.ts";
import { knownInput, type ModelDescription, type ModelInput } from "./description.ts";
import { type Candidates, createCandidates, type Family, type OutputTensor } from "./families/family.ts";
import { familyOf } from "./families/known.ts";
import { best, suppress } from "./nms.ts";
import { modelPixels } from "./pixels.ts";
import { placeInImage } from "./placement.ts";
import type { ProviderName } from "./provider-library.ts";
import type { Refusal } from "./providers.ts";
import {
  DEFAULT_CONFIDENCE,
  type DetectionItem,
  type DetectionParameters,
  type DetectionReply,
  type DetectionTimings,
} from "./request.ts";
import { type ModelSession, openSession, type SessionSettings } from "./session.ts";

/** A model that is open in this thread. */
export interface Detector {
  provider: ProviderName;
  refusals: Refusal[];
  maxBatch: number;
  /** Any number of items, run in batches of `maxBatch`; calls are carried out one after the other. */
  detect(items: readonly DetectionItem[]): Promise<DetectionReply>;
  close(): Promise<void>;
}

/** Opens a model for items whose pixels lie in `arena`; throws `ModelError` when it cannot be run or decoded. */
export async function openDetector(
  description: ModelDescription,
  arena: SharedArrayBuffer,
  settings: SessionSettings = {},
): Promise<Detector> {
  const work = workOf(description, arena);
  const session = await openSession(description, settings);
  try {
    checkShapes(description, session.outputShapes, work);
  } catch (error) {
    await session.close();
    throw error;
  }
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const next = last.then(action, action);
    last = next;
    return next;
  };
  return {
    provider: session.provider,
    refusals: session.refusals,
    maxBatch: session.maxBatch,
    detect: (items) => inTurn(() => detectAll(items, session, work)),
    close: () => inTurn(() => session.close()),
  };
}

interface Work {
  description: ModelDescription;
  input: ModelInput;
  family: Family;
  arena: Uint8Array;
  /** Reused from picture to picture. */
  candidates: Candidates;
}

function workOf(description: ModelDescription, arena: SharedArrayBuffer): Work {
  const input = knownInput(description);
  if (description.family === null) throw new BugError(`model "${description.path}" has an input but no family`);
  const family = familyOf(description.family);
  return { description, input, family, arena: new Uint8Array(arena), candidates: createCandidates() };
}

/** A file may leave dimensions open or be wrong about them; this judges what the first run really gave. */
function checkShapes(description: ModelDescription, shapes: readonly number[][], { family, input }: Work): void {
  const { path, inputs, metadata, classes } = description;
  const outputs = description.outputs.map((info, index) => ({ ...info, shape: shapes[index] ?? [] }));
  const info = inputs.find(({ name }) => name === input.name) ?? { name: input.name, elementType: "", shape: [] };
  const facts = {
    file: { inputs, outputs, metadata },
    image: { ...input, info },
    nameCount: classes.length,
    stated: true,
  };
  const verdict = family.match(facts);
  if (verdict.matches && verdict.classCount === classes.length) return;
  const found = verdict.matches ? `${verdict.classCount} classes instead of ${classes.length}` : verdict.reason;
  throw new ModelError("MODEL_FAMILY_MISMATCH", `model "${path}": its first run is not ${family.name}: ${found}`, {
    path,
  });
}

async function detectAll(items: readonly DetectionItem[], session: ModelSession, work: Work): Promise<DetectionReply> {
  const rows: Float32Array[] = [];
  const timings = { preMs: 0, inferMs: 0, postMs: 0 };
  for (let at = 0; at < items.length; at += session.maxBatch) {
    rows.push(...(await detectBatch(items.slice(at, at + session.maxBatch), session, { ...work, timings })));
  }
  return { rows, timings };
}

async function detectBatch(
  items: readonly DetectionItem[],
  session: ModelSession,
  work: Work & { timings: DetectionTimings },
): Promise<Float32Array[]> {
  const { input, arena, timings, description } = work;
  const start = performance.now();
  const pictures = items.map(({ source }) => modelPixels(source, input, arena));
  const prepared = performance.now();
  const outputs = await session.run(pictures).catch((error: unknown) => {
    const message = `model "${description.path}": run failed on ${session.provider}: ${messageOf(error)}`;
    throw new ModelError("MODEL_RUN_FAILED", message, { path: description.path }, { cause: error });
  });
  const computed = performance.now();
  const rows = items.map((item, index) => decodeItem(item, { outputs, index }, work));
  timings.preMs += prepared - start;
  timings.inferMs += computed - prepared;
  timings.postMs += performance.now() - computed;
  return rows;
}

function decodeItem(
  { width, height, parameters }: DetectionItem,
  result: { outputs: readonly OutputTensor[]; index: number },
  { input, family, candidates, description }: Work,
): Float32Array {
  const { iouThreshold, classAgnostic, maxCandidates, maxDetections } = parameters;
  const confidence = parameters.confidence ?? DEFAULT_CONFIDENCE;
  candidates.count = 0;
  family.decode({ ...result, width: input.width, height: input.height, confidence }, candidates);
  const wanted = wantedClasses(parameters, description.classes);
  const choose = family.needsSuppression ? suppress : best;
  const chosen = choose(candidates, { iouThreshold, classAgnostic, maxCandidates, maxDetections, wanted });
  return placeInImage(candidates, chosen, { input, width, height });
}

function wantedClasses({ classFilter }: DetectionParameters, classes: readonly string[]): Uint8Array | null {
  if (classFilter === null) return null;
  const names = new Set(classFilter);
  return Uint8Array.from(classes, (name) => (names.has(name) ? 1 : 0));
}
