import type { InferenceSession } from "onnxruntime-node";
import { ModelError, messageOf } from "../../base/errors.ts";
import { freeNow } from "../../base/free-now.ts";
import { Serial } from "../../base/serial.ts";
import type { OutputTensor } from "../families/family.ts";
import { readUnchanged } from "../files/model-file.ts";
import { partOf } from "../files/onnx-part.ts";
import type { OpenModel } from "../open-model.ts";
import { firstWorking, LADDER } from "../providers.ts";
import type { ModelReply, TextItem } from "../request.ts";
import { createSession, runSession, tensorOf } from "../runtime.ts";
import type { SessionSettings } from "../session.ts";
import { feedTokens } from "./feed-tokens.ts";
import type { TextTower } from "./text-tower.ts";
import { openTokenizer, type TextTokenizer } from "./tokenizer.ts";

export type OpenTower = Omit<OpenModel, "run"> & { run(items: readonly TextItem[]): Promise<ModelReply> };

/** Most texts of one run, where the file leaves it free. */
const MOST_TEXTS = 32;

/** Opens the tower that turns texts into vectors; throws `ModelError` when it cannot be run. */
export async function openTower(tower: TextTower, settings: SessionSettings = {}): Promise<OpenTower> {
  const { path, part } = tower;
  const tokenizer = await openTokenizer(tower.feeding.vocabulary);
  const bytes = await readUnchanged(tower);
  const model = part === null ? bytes : partOf(bytes, part);
  const {
    provider,
    refusals,
    value: session,
  } = await firstWorking(path, settings.providers ?? LADDER, async (name) => {
    const opened = await createSession(model, name, settings);
    try {
      // Some faults show only in a run.
      await vectorsOf([""], { session: opened, tower, tokenizer });
      return opened;
    } catch (error) {
      await opened.release();
      throw error;
    }
  }).finally(() => freeNow([bytes, model]));
  const serial = new Serial();
  const around = { session, tower, tokenizer };
  return {
    provider,
    refusals,
    maxBatch: MOST_TEXTS,
    run: (items) => serial.run(() => runAll(items, around)),
    close: () => serial.run(() => session.release()),
  };
}

interface Around {
  session: InferenceSession;
  tower: TextTower;
  tokenizer: TextTokenizer;
}

async function runAll(items: readonly TextItem[], around: Around): Promise<ModelReply> {
  const { tower } = around;
  const started = performance.now();
  const [fixed] = tower.feeding.tokens.shape;
  const most = typeof fixed === "number" ? fixed : MOST_TEXTS;
  const replies: object[] = [];
  for (let at = 0; at < items.length; at += most) {
    const texts = items.slice(at, at + most).map(({ text }) => text);
    const vectors = await vectorsOf(texts, around).catch((error: unknown) => {
      if (error instanceof ModelError) throw error;
      const message = `model "${tower.path}": run failed: ${messageOf(error)}`;
      throw new ModelError("MODEL_RUN_FAILED", message, { path: tower.path }, { cause: error });
    });
    replies.push(...vectors.map((vector) => ({ vector })));
  }
  return { replies, timings: { preMs: 0, inferMs: performance.now() - started, postMs: 0 } };
}

async function vectorsOf(texts: readonly string[], { session, tower, tokenizer }: Around): Promise<Float32Array[]> {
  const [fixed] = tower.feeding.tokens.shape;
  const count = typeof fixed === "number" ? fixed : texts.length;
  const feed = feedTokens(texts, { ...tower, tokenizer, count }).map((input) => [input.name, tensorOf(input)] as const);
  const outputs = await runSession(session, Object.fromEntries(feed));
  const { data, dims } = outputs[session.outputNames.indexOf(tower.vector)] as OutputTensor;
  const length = dims[1] ?? 0;
  return texts.map((_, i) => data.slice(i * length, (i + 1) * length));
}
