// Models whose output is a vector for a picture, to be compared by cosine: re-identification, towers of CLIP.
import { rowLength, rowOf } from "./classification.ts";
import { type FamilyOf, no } from "./family.ts";

export const embedding: FamilyOf<"embed"> = {
  name: "embedding",
  task: "embed",
  preprocessing: { order: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: "stretch", pad: 0 },
  match({ file: { outputs }, stated }) {
    const length = rowLength(outputs);
    if (typeof length === "string") return no(length);
    if (!stated) return no(`one output of ${length} numbers may be a classifier's as well; state the family`);
    return { matches: true, classCount: 0, reason: `one output of ${length} numbers, as stated` };
  },
  vector: rowOf,
};
