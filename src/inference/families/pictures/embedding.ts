// Models whose output is a vector for a picture, to be compared by cosine: re-identification, DINOv2.
import { type FamilyOf, no } from "../family.ts";
import { rowLength, rowOf } from "./classification.ts";
import { IMAGE_EMBEDS } from "./clip.ts";

export const embedding: FamilyOf<"embed"> = {
  name: "embedding",
  aliases: ["re-identification", "reid", "dinov2"],
  task: "embed",
  preprocessing: { order: "rgb", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: "stretch", pad: 0 },
  match({ file: { outputs }, stated, task, texts }) {
    if (!stated && (texts !== null || outputs.some(({ name }) => name === IMAGE_EMBEDS))) {
      return no("its vectors are those of a model that takes texts as well");
    }
    const named = outputs.filter(({ name }) => NAMES.includes(name));
    const length = rowLength(named.length === 1 ? named : outputs);
    if (typeof length === "string") return no(length);
    const layout = { vector: named.length === 1 ? outputs.indexOf(named[0]!) : 0 };
    if (named.length === 1) {
      return { matches: true, classCount: 0, layout, reason: `an output "${named[0]!.name}" of ${length} numbers` };
    }
    if (!stated && task?.name !== "embed")
      return no(`one output of ${length} numbers may be a classifier's as well`, "the family");
    return { matches: true, classCount: 0, layout, reason: `one output of ${length} numbers, as stated` };
  },
  vector: (item) => rowOf({ ...item, outputs: [item.outputs[item.layout["vector"] as number]!] }),
};

/** What exporters call the output of a tower. */
const NAMES = [IMAGE_EMBEDS, "embedding", "embeddings", "pooler_output"];
