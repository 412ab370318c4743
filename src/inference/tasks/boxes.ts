import type { DetectParameters, FoundObjects } from "../../kinds/model-task.ts";
import type { BoxReader } from "../families/family.ts";
import { best, suppress } from "../nms.ts";
import { placeInImage } from "../placement.ts";
import { DEFAULT_CONFIDENCE, type ModelItem } from "../request.ts";
import type { Reading } from "./task-reader.ts";

/** The boxes of one item and which candidates they were. */
export interface ChosenBoxes extends FoundObjects {
  /** Indices of candidates, best score first. */
  chosen: Uint32Array;
}

/** Decodes, suppresses and places the boxes of one item. */
export function readBoxes(
  { parameters, width, height }: ModelItem,
  { description, input, outputs, candidates }: Reading,
  reader: BoxReader,
): ChosenBoxes {
  // The task of the item says what its parameters are.
  const asked = parameters as DetectParameters;
  const { iouThreshold, classAgnostic, maxCandidates, maxDetections } = asked;
  candidates.count = 0;
  reader.decode({ ...outputs, confidence: asked.confidence ?? DEFAULT_CONFIDENCE }, candidates);
  const wanted = wantedClasses(asked, description.classes);
  const choose = reader.needsSuppression ? suppress : best;
  const chosen = choose(candidates, { iouThreshold, classAgnostic, maxCandidates, maxDetections, wanted });
  return { chosen, rows: placeInImage(candidates, chosen, { input, width, height }) };
}

function wantedClasses({ classFilter }: DetectParameters, classes: readonly string[]): Uint8Array | null {
  if (classFilter === null) return null;
  const names = new Set(classFilter);
  return Uint8Array.from(classes, (name) => (names.has(name) ? 1 : 0));
}
