import { BugError, ModelError, messageOf } from "../base/errors.ts";
import { Serial } from "../base/serial.ts";
import { knownInput, type ModelDescription, type ModelInput } from "./description.ts";
import { type Candidates, createCandidates, type Family, type OutputTensor } from "./families/family.ts";
import { familyOf } from "./families/family-list.ts";
import { modelPixels } from "./pixels.ts";
import type { ProviderName } from "./provider-library.ts";
import type { Refusal } from "./providers.ts";
import type { ModelItem, ModelReply, ModelTimings } from "./request.ts";
import { type ModelSession, openSession, type SessionSettings } from "./session.ts";
import { readItem } from "./tasks/read-item.ts";

/** A model that is open in this thread. */
export interface OpenModel {
  provider: ProviderName;
  refusals: Refusal[];
  maxBatch: number;
  /** Any number of items, run in batches of `maxBatch`; calls are carried out one after the other. */
  run(items: readonly ModelItem[]): Promise<ModelReply>;
  close(): Promise<void>;
}

/** Opens a model for items whose pixels lie in `arena`; throws `ModelError` when it cannot be run or decoded. */
export async function openModel(
  description: ModelDescription,
  arena: SharedArrayBuffer,
  settings: SessionSettings = {},
): Promise<OpenModel> {
  const work = workOf(description, arena);
  const { extraInputs } = work.family;
  const session = await openSession(description, extraInputs === undefined ? settings : { ...settings, extraInputs });
  try {
    checkShapes(description, session.outputShapes, work);
  } catch (error) {
    await session.close();
    throw error;
  }
  const serial = new Serial();
  return {
    provider: session.provider,
    refusals: session.refusals,
    maxBatch: session.maxBatch,
    run: (items) => serial.run(() => runAll(items, session, work)),
    close: () => serial.run(() => session.close()),
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
    file: { inputs, outputs, metadata, outputOperators: description.outputOperators },
    image: { ...input, info },
    nameCount: classes.length,
    statedCount: null,
    stated: true,
  };
  const verdict = family.match(facts);
  if (verdict.matches && verdict.classCount === classes.length) return;
  const found = verdict.matches ? `${verdict.classCount} classes instead of ${classes.length}` : verdict.reason;
  throw new ModelError("MODEL_FAMILY_MISMATCH", `model "${path}": its first run is not ${family.name}: ${found}`, {
    path,
  });
}

async function runAll(items: readonly ModelItem[], session: ModelSession, work: Work): Promise<ModelReply> {
  const replies: object[] = [];
  const timings = { preMs: 0, inferMs: 0, postMs: 0 };
  for (let at = 0; at < items.length; at += session.maxBatch) {
    replies.push(...(await runBatch(items.slice(at, at + session.maxBatch), session, { ...work, timings })));
  }
  return { replies, timings };
}

async function runBatch(
  items: readonly ModelItem[],
  session: ModelSession,
  work: Work & { timings: ModelTimings },
): Promise<object[]> {
  const { input, arena, timings, description } = work;
  const start = performance.now();
  const pictures = items.map(({ source }) => modelPixels(source, input, arena));
  const prepared = performance.now();
  const outputs = await session.run(pictures).catch((error: unknown) => {
    const message = `model "${description.path}": run failed on ${session.provider}: ${messageOf(error)}`;
    throw new ModelError("MODEL_RUN_FAILED", message, { path: description.path }, { cause: error });
  });
  const computed = performance.now();
  const replies = items.map((item, index) => replyTo(item, { outputs, index }, work));
  timings.preMs += prepared - start;
  timings.inferMs += computed - prepared;
  timings.postMs += performance.now() - computed;
  return replies;
}

function replyTo(
  item: ModelItem,
  result: { outputs: readonly OutputTensor[]; index: number },
  { input, family, candidates, description }: Work,
): object {
  const outputs = { ...result, width: input.width, height: input.height };
  return readItem(item, { description, input, outputs, candidates }, family);
}
