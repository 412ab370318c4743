import { type Candidates, type DecodeRequest, nextRow } from "../families/family.ts";

/** Columns of a row: x min, y min, x max, y max, score, class. */
export const OBJECT = 6;

/** Decodes the first output, a row for each object, its corners in pixels of the model's input; what follows its class is passed over. */
export function decodeObjectRows({ outputs, index, confidence }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = OBJECT] = dims;
  let at = index * rows * columns;
  for (let row = 0; row < rows; row++, at += columns) {
    // Rows beyond the last object are filled with zeros.
    if (!(data[at + 4]! >= confidence) || data[at + 4] === 0) continue;
    const to = nextRow(into, row);
    for (let i = 0; i < OBJECT; i++) into.rows[to + i] = data[at + i]!;
  }
}
