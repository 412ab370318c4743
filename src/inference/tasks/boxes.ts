import type { DetectParameters, FoundObjects } from "../../kinds/model-task.ts";
import { convexOverlap } from "../decoders/oriented-box.ts";
import type { BoxReader, Candidates, ItemOutputs } from "../families/family.ts";
import { best, suppress } from "../nms.ts";
import { placeInImage } from "../placement.ts";
import { DEFAULT_CONFIDENCE, type ModelItem, ROW } from "../request.ts";
import type { Reading } from "./task-reader.ts";

/** The boxes of one item and which candidates they were. */
export interface ChosenBoxes extends FoundObjects {
  /** Indices of candidates, best score first. */
  chosen: Uint32Array;
}

type AnyBoxReader = BoxReader & { corners?(outputs: ItemOutputs, origin: number): Float32Array };

/** Decodes, suppresses and places the boxes of one item. */
export function readBoxes(
  { parameters, width, height }: ModelItem,
  { description, input, outputs, candidates }: Reading,
  reader: AnyBoxReader,
): ChosenBoxes {
  // The task of the item says what its parameters are.
  const asked = parameters as DetectParameters;
  const { iouThreshold, classAgnostic, maxCandidates, maxDetections } = asked;
  candidates.count = 0;
  const confidence = asked.confidence ?? description.confidence ?? DEFAULT_CONFIDENCE;
  reader.decode({ ...outputs, confidence }, candidates);
  if (description.slots !== null) takeClasses(candidates, description.slots);
  const wanted = wantedClasses(asked, description.classes);
  const choose = reader.needsSuppression ? suppress : best;
  const overlap = overlapOf(reader, outputs, candidates);
  const chosen = choose(candidates, { iouThreshold, classAgnostic, maxCandidates, maxDetections, wanted, overlap });
  return { chosen, rows: placeInImage(candidates, chosen, { input, width, height }) };
}

/** From numbers of the outputs to classes; what is of none goes. */
function takeClasses(candidates: Candidates, slots: readonly number[]): void {
  const { rows, origins } = candidates;
  let kept = 0;
  for (let i = 0; i < candidates.count; i++) {
    const classId = slots[rows[i * ROW + 5]!] ?? -1;
    if (classId < 0) continue;
    rows.copyWithin(kept * ROW, i * ROW, i * ROW + ROW);
    rows[kept * ROW + 5] = classId;
    origins[kept++] = origins[i]!;
  }
  candidates.count = kept;
}

/** Boxes at an angle overlap less than those around them; null for boxes that lie straight. */
function overlapOf({ corners }: AnyBoxReader, outputs: ItemOutputs, { origins }: Candidates) {
  if (corners === undefined) return null;
  return (a: number, b: number) => convexOverlap(corners(outputs, origins[a]!), corners(outputs, origins[b]!));
}

function wantedClasses({ classFilter }: DetectParameters, classes: readonly string[]): Uint8Array | null {
  if (classFilter === null) return null;
  const names = new Set(classFilter);
  return Uint8Array.from(classes, (name) => (names.has(name) ? 1 : 0));
}
