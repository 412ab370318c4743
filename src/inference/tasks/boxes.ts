import { leastScores } from "../../kinds/least-score.ts";
import type { DetectParameters, FoundObjects } from "../../kinds/model-task.ts";
import { convexOverlap } from "../decoders/oriented-box.ts";
import type { BoxReader, Candidates, ItemOutputs } from "../families/family.ts";
import { best, suppress } from "../nms.ts";
import { placeInImage } from "../placement.ts";
import { DEFAULT_CONFIDENCE, type ModelItem, ROW } from "../request.ts";
import type { PartReading } from "./task-reader.ts";

/** The boxes of one item and which candidates they were. */
export interface ChosenBoxes extends FoundObjects {
  /** Indices of candidates, best score first. */
  chosen: Uint32Array;
}

type AnyBoxReader = BoxReader & { corners?(outputs: ItemOutputs, origin: number): Float32Array };

/** Decodes, suppresses and places the boxes of one item. */
export function readBoxes(
  item: ModelItem,
  { description, input, outputs, candidates, whole }: PartReading,
  reader: AnyBoxReader,
): ChosenBoxes {
  // The task of the item says what its parameters are.
  const asked = item.parameters as DetectParameters;
  const { iouThreshold, classAgnostic, maxCandidates, maxDetections } = asked;
  candidates.count = 0;
  const { classes, recommended } = description;
  const usual = description.confidence ?? DEFAULT_CONFIDENCE;
  const least = leastScores(asked.confidence, classes, { usual, recommended });
  const confidence = Math.min(...least);
  reader.decode({ ...outputs, confidence }, candidates);
  if (description.slots !== null) takeClasses(candidates, description.slots);
  if (least.some((score) => score > confidence)) takeScores(candidates, least);
  const wanted = wantedClasses(asked, classes);
  const choose = reader.needsSuppression ? suppress : best;
  const overlap = overlapOf(reader, outputs, candidates);
  const chosen = choose(candidates, { iouThreshold, classAgnostic, maxCandidates, maxDetections, wanted, overlap });
  return { chosen, rows: placeInImage(candidates, chosen, { input, seen: item, whole }) };
}

/** From numbers of the outputs to classes; what is of none goes. */
function takeClasses(candidates: Candidates, slots: readonly number[]): void {
  keep(candidates, (row) => {
    row[5] = slots[row[5]!] ?? -1;
    return row[5] >= 0;
  });
}

/** Drops what scores less than its class must. */
function takeScores(candidates: Candidates, least: readonly number[]): void {
  keep(candidates, (row) => row[4]! >= least[row[5]!]!);
}

function keep(candidates: Candidates, isKept: (row: Float32Array) => boolean): void {
  const { rows, origins } = candidates;
  let kept = 0;
  for (let i = 0; i < candidates.count; i++) {
    if (!isKept(rows.subarray(i * ROW, i * ROW + ROW))) continue;
    rows.copyWithin(kept * ROW, i * ROW, i * ROW + ROW);
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
