import { BugError } from "../base/errors.ts";
import { COCO80 } from "../inference/coco80.ts";
import type { ModelDescription, ModelInput } from "../inference/description.ts";
import { createCandidates, type Family, type ModelFacts } from "../inference/families/family.ts";
import { familyOf } from "../inference/families/family-list.ts";
import { readItem } from "../inference/tasks/read-item.ts";
import { callTimeMs } from "./call-time.ts";
import { DETECTORS, type DecodeCase, SEGMENTERS } from "./decode-cases.ts";
import type { Figure, Measurement } from "./figure.ts";
import { rounded } from "./statistics.ts";

const FRAME = { width: 1280, height: 720 };
const ROUNDS = { warmUp: 60, rounds: 9, calls: 20 };

/** From the outputs of a model to the objects of a picture, on one thread, for each family. */
export const decodeTime: Measurement = {
  ids: [...Object.keys(DETECTORS).map(decodeId), ...Object.keys(SEGMENTERS).map(masksId)],
  measure: async (progress) => {
    progress("decoding: the outputs of each family of detectors");
    const figures: Figure[] = [];
    for (const [name, make] of Object.entries(DETECTORS)) {
      figures.push(
        await measured(make(), { id: decodeId(name), limit: 1, what: "decoded and suppressed", isBoxes: true }),
      );
    }
    for (const [name, make] of Object.entries(SEGMENTERS)) {
      figures.push(await measured(make(), { id: masksId(name), limit: 6, what: "with their masks", isBoxes: false }));
    }
    return figures;
  },
};

function decodeId(name: string): string {
  return `decode_${name}_ms`;
}

function masksId(name: string): string {
  return `masks_720p_20_${name}_ms`;
}

interface Wanted {
  id: string;
  limit: number;
  what: string;
  /** Of what has masks, the boxes alone. */
  isBoxes: boolean;
}

async function measured(given: DecodeCase, { id, limit, what, isBoxes }: Wanted): Promise<Figure> {
  const read = readerOf(given, isBoxes);
  const found = read();
  if (found < 10) throw new BugError(`the bench found ${found} objects with ${given.family}`);
  const how = `outputs of ${given.family} with ${found} objects in a 1280x720 frame, ${what}, median of ${ROUNDS.rounds} rounds of ${ROUNDS.calls}`;
  const value = rounded(await callTimeMs(read, ROUNDS));
  return { id, value, unit: "ms/frame", limit, better: "lower", how };
}

/** Reads the outputs once and returns how many objects there are. */
function readerOf(given: DecodeCase, isBoxes: boolean): () => number {
  const { family: name, side, height = side, classes, metadata = {}, outputs } = given;
  const family = familyOf(name);
  const task = isBoxes && family.task === "segment" ? "detect" : family.task;
  const names = COCO80.slice(0, classes);
  const input = inputOf(family, side, height);
  const facts = factsOf(outputs, { input, names, metadata });
  const match = family.match(facts);
  if (!match.matches) throw new BugError(`the bench's outputs are not of ${name}: ${match.reason}`);
  const description = { classes: names, slots: match.slots ?? null, confidence: family.confidence ?? null, points: [] };
  const item = {
    ...{ task, source: { type: "fitted", offset: 0 } as const, ...FRAME },
    parameters: {
      confidence: null,
      iouThreshold: 0.3,
      classAgnostic: false,
      maxCandidates: 3000,
      maxDetections: 300,
      classFilter: null,
    },
  };
  const tensors = { outputs: Object.values(outputs), index: 0, width: side, height };
  const layout = { ...match.layout };
  const settled = { ...layout, ...family.settle?.({ ...tensors, layout }) };
  const candidates = createCandidates();
  const reading = { description: description as unknown as ModelDescription, input, candidates };
  return () => {
    const reply = readItem(item, { ...reading, outputs: { ...tensors, layout: settled } }, family);
    return "rows" in reply ? (reply.rows as Float32Array).length / 6 : 0;
  };
}

function inputOf({ preprocessing }: Family, width: number, height: number): ModelInput {
  const fixed = { name: "images", layout: "nchw", elementType: "float32", batch: 1, isFree: false } as const;
  return { ...fixed, ...preprocessing, width, height };
}

function factsOf(
  outputs: DecodeCase["outputs"],
  { input, names, metadata }: { input: ModelInput; names: readonly string[]; metadata: Record<string, string> },
): ModelFacts {
  const info = { name: input.name, elementType: "float32", shape: [1, 3, input.height, input.width] };
  const found = Object.entries(outputs).map(([name, { dims }]) => ({ name, elementType: "float32", shape: [...dims] }));
  return {
    file: { inputs: [info], outputs: found, metadata, outputOperators: {} },
    image: { info, layout: "nchw", width: input.width, height: input.height },
    nameCount: null,
    statedCount: names.length,
    names,
    decoder: null,
    texts: null,
    tokens: null,
    options: {},
    task: null,
    stated: true,
  };
}
