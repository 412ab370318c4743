import type { Candidates } from "../families/family.ts";
import { addBox, largest } from "./boxes.ts";

/** Distance to a side of a box, in steps, as the mean of a distribution over whole steps (Li et al., "Generalized Focal Loss", 2020). */
function meanOfBins(data: Float32Array, from: number, bins: number): number {
  let most = data[from]!;
  for (let i = 1; i < bins; i++) most = Math.max(most, data[from + i]!);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < bins; i++) {
    const power = Math.exp(data[from + i]! - most);
    sum += power;
    weighted += power * i;
  }
  return weighted / sum;
}

/** The cells of one map, with scores of classes and logits of the distances to the four sides in rows. */
export interface SideMap {
  scores: Float32Array;
  /** Where the map's first score is, and how far apart those of neighbouring cells are. */
  firstScore: number;
  scoreStep: number;
  sides: Float32Array;
  firstSide: number;
  sideStep: number;
  classes: number;
  bins: number;
  across: number;
  down: number;
  stride: number;
  /** Middle of a cell in cells. */
  centre: number;
}

/** Decodes the cells of one map; only those that score enough have their sides computed. */
export function decodeSides(map: SideMap, confidence: number, into: Candidates): void {
  const { scores, firstScore, scoreStep, sides, firstSide, sideStep, classes, bins, across, down, stride } = map;
  for (let cell = 0; cell < across * down; cell++) {
    const from = firstScore + cell * scoreStep;
    const best = largest(scores, from, classes);
    const score = scores[best]!;
    if (!(score >= confidence)) continue;
    const x = ((cell % across) + map.centre) * stride;
    const y = (Math.floor(cell / across) + map.centre) * stride;
    const side = (i: number) => meanOfBins(sides, firstSide + cell * sideStep + i * bins, bins) * stride;
    addBox(into, [x - side(0), y - side(1), x + side(2), y + side(3)], { score, classId: best - from });
  }
}
