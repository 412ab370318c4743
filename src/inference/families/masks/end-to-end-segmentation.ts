// Instance segmentation models that choose their objects themselves (YOLO26-seg, exports with suppression inside).
import { decodeObjectRows, OBJECT } from "../../decoders/object-rows.ts";
import { mixPrototypes, prototypeSize } from "../../decoders/prototypes.ts";
import { areCells } from "../boxes/end-to-end.ts";
import { describeTensors, namedClasses } from "../evidence.ts";
import { type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";

export const endToEndSegmentation: FamilyOf<"segment"> = {
  name: "end-to-end-seg",
  aliases: ["yolo26", "yolov26", "yolo26-seg", "yolov8", "yolov11", "yolo11"],
  task: "segment",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  maskLevel: 0.5,
  cropsMasks: true,
  match,
  decode: decodeObjectRows,
  mapSize: ({ outputs }) => prototypeSize(outputs[1]!),
  maskScores({ outputs, index }, row, window) {
    const { data, dims } = outputs[0]!;
    const [, rows = 0, columns = 0] = dims;
    const first = (index * rows + row) * columns + OBJECT;
    return mixPrototypes(outputs[1]!, index, { data, first, step: 1 }, window);
  },
};

function match(facts: ModelFacts): Verdict {
  const { outputs } = facts.file;
  const [objects, prototypes] = outputs;
  if (outputs.length !== 2 || objects?.shape.length !== 3 || prototypes?.shape.length !== 4) {
    return no(`expected an output of 3 and one of 4 dimensions, found ${describeTensors(outputs)}`);
  }
  const [, rows = "?", columns] = objects.shape;
  const [, coefficients] = prototypes.shape;
  if (typeof coefficients !== "number" || columns !== OBJECT + coefficients) {
    return no(`expected ${OBJECT} columns and one for each prototype`);
  }
  if (!facts.stated && areCells(rows, facts)) return no(`${rows} rows are the cells of another family`);
  const classCount = namedClasses(facts);
  if (classCount === null) return no("nothing names the classes, which the output does not count", "classes");
  const reason = `rows with a box, a score, a class and ${coefficients} coefficients, and ${coefficients} prototypes`;
  return { matches: true, classCount, reason };
}
