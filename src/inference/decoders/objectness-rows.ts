import type { Candidates, DecodeRequest } from "../families/family.ts";
import { addBox, cornersOf, largest } from "./boxes.ts";

const BOX_AND_OBJECTNESS = 5;

/**
 * Decodes the first output, a row for each anchor: centre and size in pixels of the model's input, objectness, the scores of `classCount`
 * classes, then whatever else. A score is objectness times that of the best class.
 */
export function decodeObjectnessRows(
  { outputs, index, confidence }: DecodeRequest,
  classCount: number,
  into: Candidates,
): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = 0] = dims;
  let at = index * rows * columns;
  for (let row = 0; row < rows; row++, at += columns) {
    // A class score is at most 1, so most rows end here.
    if (!(data[at + 4]! >= confidence)) continue;
    const best = classCount === 0 ? -1 : largest(data, at + BOX_AND_OBJECTNESS, classCount);
    const score = data[at + 4]! * (best < 0 ? 1 : data[best]!);
    if (!(score >= confidence)) continue;
    const box = cornersOf(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!);
    addBox(into, box, { score, classId: best < 0 ? 0 : best - at - BOX_AND_OBJECTNESS, origin: row });
  }
}
