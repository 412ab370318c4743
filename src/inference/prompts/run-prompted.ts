import { ModelError, messageOf } from "../../base/errors.ts";
import type { FoundMasks, Prompt, PromptParameters } from "../../kinds/model-task.ts";
import type { ModelDescription, ModelInput } from "../description.ts";
import type { FamilyOf, PromptedRun } from "../families/family.ts";
import { inputFor, modelPixels } from "../pixels.ts";
import { type ModelItem, type ModelReply, ROW } from "../request.ts";
import type { ModelSession } from "../session.ts";
import { toCells, toInput } from "../tasks/map-place.ts";
import type { KeptFeatures } from "./kept-features.ts";
import type { Features, OpenDecoder } from "./open-decoder.ts";
import { chosenMap, readMask } from "./read-mask.ts";

/** What answers prompts. */
export interface Prompted {
  session: ModelSession;
  decoder: OpenDecoder;
  family: FamilyOf<"prompted">;
  description: ModelDescription;
  input: ModelInput;
  /** Side of the square of prompts. */
  side: number;
  arena: Uint8Array;
  kept: KeptFeatures;
}

/** Answers every prompt of every item; the picture of an item is encoded once. */
export async function runPrompted(items: readonly ModelItem[], prompted: Prompted): Promise<ModelReply> {
  const replies: object[] = [];
  const timings = { preMs: 0, inferMs: 0, postMs: 0 };
  for (const item of items) {
    const started = performance.now();
    const input = inputFor(prompted.input, prompted.family, item);
    const pixels = modelPixels(item.source, input, prompted.arena);
    const prepared = performance.now();
    const features = await prompted.kept.of(pixels, () => encode(pixels, input, prompted));
    replies.push(await answer(item, features, prompted));
    timings.preMs += prepared - started;
    timings.inferMs += performance.now() - prepared;
  }
  return { replies, timings };
}

async function encode(pixels: Uint8Array, input: ModelInput, { session, description }: Prompted): Promise<Features> {
  const outputs = await session.run([pixels], input).catch((error: unknown) => {
    const message = `model "${description.path}": run failed on ${session.provider}: ${messageOf(error)}`;
    throw new ModelError("MODEL_RUN_FAILED", message, { path: description.path }, { cause: error });
  });
  return featuresOf(outputs, description);
}

/** Outputs of the encoder by their names; those of the file, as halves are turned into floats under another one. */
export function featuresOf(outputs: ModelSession["firstOutputs"], { outputs: named }: ModelDescription): Features {
  return new Map(named.flatMap(({ name }, i) => (outputs[i] === undefined ? [] : [[name, outputs[i]] as const])));
}

async function answer(item: ModelItem, features: Features, prompted: Prompted): Promise<FoundMasks> {
  const { prompts, isAmbiguous } = item.parameters as PromptParameters;
  const { family, decoder, description, side } = prompted;
  const place = squareOf(prompted);
  const { width, height } = item;
  const run: PromptedRun = { decoder: description.decoder ?? { inputs: [], outputs: [] }, side, width, height };
  const found: FoundMasks = { rows: new Float32Array(prompts.length * ROW), masks: [] };
  for (const [i, prompt] of prompts.entries()) {
    const outputs = await decoder.run(features, family.promptInputs(placed(prompt, item, place), run));
    const choices = family.maskChoices(outputs, run);
    const map = chosenMap(choices, isAmbiguous);
    const grid = choices.covers === "square" ? toCells(item, place, choices) : wholeImage(item, choices);
    const mask = readMask(choices, map, { image: { width, height }, grid });
    if (mask === null) continue;
    const box = [mask.x, mask.y, mask.x + mask.width, mask.y + mask.height];
    found.rows.set([...box, choices.scores[map]!, i], found.masks.length * ROW);
    found.masks.push(mask);
  }
  return { ...found, rows: found.rows.subarray(0, found.masks.length * ROW) };
}

/** The square as an input of the model. */
function squareOf({ input, side, family }: Prompted): ModelInput {
  return { ...input, width: side, height: side, fit: family.squareFit };
}

function placed({ points, box }: Prompt, item: ModelItem, square: ModelInput): Prompt {
  const { x, y } = toInput(item, square);
  return {
    points: points.map((point) => ({ ...point, x: x(point.x), y: y(point.y) })),
    box: box === null ? null : [x(box[0]), y(box[1]), x(box[2]), y(box[3])],
  };
}

function wholeImage(image: { width: number; height: number }, map: { width: number; height: number }) {
  return { scaleX: map.width / image.width, scaleY: map.height / image.height, offsetX: 0, offsetY: 0 };
}
