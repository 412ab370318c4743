import { BugError, ModelError, messageOf } from "../base/errors.ts";
import { Serial } from "../base/serial.ts";
import type { NamedParameters } from "../kinds/model-task.ts";
import { knownInput, type ModelDescription, type ModelInput } from "./description.ts";
import { type Candidates, createCandidates, type Family, type Layout, type OutputTensor } from "./families/family.ts";
import { FAMILIES, familyOf } from "./families/family-list.ts";
import { inputFor, modelPixels } from "./pixels.ts";
import { openPrompted } from "./prompts/open-prompted.ts";
import type { ProviderName } from "./provider-library.ts";
import type { Refusal } from "./providers.ts";
import type { ModelItem, ModelReply, ModelTimings } from "./request.ts";
import { freeOutputs } from "./runtime.ts";
import { type ModelSession, openSession, type SessionSettings } from "./session.ts";
import { readItem } from "./tasks/read-item.ts";
import type { NamedFeed } from "./texts/named-feed.ts";
import type { TokenFeeding } from "./texts/text-tower.ts";

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
  { families = FAMILIES, ...settings }: SessionSettings & { families?: readonly Family[] } = {},
): Promise<OpenModel> {
  const known = workOf(description, arena, families);
  const { extraInputs } = known.family;
  const isPrompted = known.family.task === "prompted";
  const named = description.tokens === null ? null : await namedFeed(description.path, description.tokens);
  const session = await openSession(description, {
    ...settings,
    ...(named === null ? {} : { changing: () => named.inputs(), maxBatch: 1 }),
    ...(extraInputs === undefined ? {} : { extraInputs }),
    // Features of one picture are kept, so pictures come one by one.
    ...(isPrompted ? { maxBatch: 1 } : {}),
  });
  const layout = await settledLayout(description, session, known).catch(async (error: unknown) => {
    await session.close();
    throw error;
  });
  const work = { ...known, layout };
  const serial = new Serial();
  const { provider, refusals, maxBatch } = session;
  if (work.family.task === "prompted") {
    const prompted = await openPrompted({ session, settings, ...work, family: work.family });
    return {
      provider,
      refusals,
      maxBatch,
      run: (items) => serial.run(() => prompted.run(items)),
      close: () => serial.run(() => prompted.close()),
    };
  }
  // Those of a prompted model are the first that its decoder runs on.
  if (description.familySource === null) freeOutputs(session.firstOutputs);
  if (named !== null) {
    return {
      provider,
      refusals,
      maxBatch: 1,
      run: (items) => serial.run(() => runNamed(items, { session, work, named })),
      close: () => serial.run(() => session.close()),
    };
  }
  return {
    provider,
    refusals,
    maxBatch,
    run: (items) => serial.run(() => runAll(items, session, work)),
    close: () => serial.run(() => session.close()),
  };
}

/** The tokenizers are loaded where they are needed. */
async function namedFeed(path: string, feeding: TokenFeeding): Promise<NamedFeed> {
  const { openNamedFeed } = await import("./texts/named-feed.ts");
  return openNamedFeed(path, feeding);
}

interface Work {
  description: ModelDescription;
  input: ModelInput;
  family: Family;
  arena: Uint8Array;
  /** Reused from picture to picture. */
  candidates: Candidates;
  layout: Layout;
}

function workOf(description: ModelDescription, arena: SharedArrayBuffer, families: readonly Family[]): Work {
  const input = knownInput(description);
  if (description.family === null) throw new BugError(`model "${description.path}" has an input but no family`);
  const family = familyOf(description.family, families);
  const { layout } = description;
  return { description, input, family, arena: new Uint8Array(arena), candidates: createCandidates(), layout };
}

/** What the first run shows of the layout beside what the file says. */
async function settledLayout(description: ModelDescription, session: ModelSession, work: Work): Promise<Layout> {
  const { family, input, layout } = work;
  const { firstOutputs } = session;
  checkShapes(
    description,
    firstOutputs.map(({ dims }) => dims),
    work,
  );
  const { width, height } = input;
  return { ...layout, ...family.settle?.({ outputs: firstOutputs, index: 0, width, height, layout }) };
}

/** A file may leave dimensions open or be wrong about them; this judges what the first run really gave. */
function checkShapes(
  description: ModelDescription,
  shapes: readonly (readonly number[])[],
  { family, input }: Work,
): void {
  const { path, inputs, metadata, classes, outputOperators } = description;
  const outputs = description.outputs.map((info, index) => ({ ...info, shape: [...(shapes[index] ?? [])] }));
  const info = inputs.find(({ name }) => name === input.name) ?? { name: input.name, elementType: "", shape: [] };
  const verdict = family.match({
    file: { inputs, outputs, metadata, outputOperators },
    image: { ...input, info },
    decoder: description.decoder,
    nameCount: family.task === "embed" || classes.length === 0 ? null : classes.length,
    statedCount: null,
    names: classes.length === 0 ? null : classes,
    options: optionsIn(description.layout, family),
    task: null,
    stated: true,
    tokens: description.tokens,
    texts: null,
  });
  if (verdict.matches && verdict.classCount === classes.length) return;
  const found = verdict.matches ? `${verdict.classCount} classes instead of ${classes.length}` : verdict.reason;
  throw new ModelError("MODEL_FAMILY_MISMATCH", `model "${path}": its first run is not ${family.name}: ${found}`, {
    path,
  });
}

function optionsIn(layout: Layout, { options = {} }: Family): Layout {
  return Object.fromEntries(Object.entries(layout).filter(([name]) => options[name] !== undefined));
}

/** One picture after the other, as each may be asked for other names. */
async function runNamed(
  items: readonly ModelItem[],
  { session, work, named }: { session: ModelSession; work: Work; named: NamedFeed },
): Promise<ModelReply> {
  const replies: object[] = [];
  const timings = { preMs: 0, inferMs: 0, postMs: 0 };
  for (const item of items) {
    // The task of the item says what its parameters are.
    named.name((item.parameters as NamedParameters).names);
    replies.push(...(await runBatch([item], session, { ...work, timings })));
  }
  return { replies, timings };
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
  const { arena, timings, description, family } = work;
  const start = performance.now();
  // Where the size follows the image, a run takes one item.
  const input = inputFor(work.input, family, items[0]!);
  const pictures = items.map(({ source }) => modelPixels(source, input, arena));
  const prepared = performance.now();
  const outputs = await session.run(pictures, input).catch((error: unknown) => {
    const message = `model "${description.path}": run failed on ${session.provider}: ${messageOf(error)}`;
    throw new ModelError("MODEL_RUN_FAILED", message, { path: description.path }, { cause: error });
  });
  const computed = performance.now();
  const replies = items.map((item, index) => replyTo(item, { outputs, index, input }, work));
  // A family of a package may hand out what it got.
  if (description.familySource === null) freeOutputs(outputs);
  timings.preMs += prepared - start;
  timings.inferMs += computed - prepared;
  timings.postMs += performance.now() - computed;
  return replies;
}

function replyTo(
  item: ModelItem,
  { input, ...result }: { outputs: readonly OutputTensor[]; index: number; input: ModelInput },
  { family, candidates, description, layout }: Work,
): object {
  const outputs = { ...result, width: input.width, height: input.height, layout };
  return readItem(item, { description, input, outputs, candidates }, family);
}
