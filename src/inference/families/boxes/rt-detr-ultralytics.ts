// RT-DETR as Ultralytics exports it: rows of a centre and a size as shares of the input, and either a score and a class or scores of classes.
import { addBox, cornersOf, largest } from "../../decoders/boxes.ts";
import { OBJECT } from "../../decoders/object-rows.ts";
import { namedClasses, onlyOutput, ultralyticsOf } from "../evidence.ts";
import { type Candidates, type DecodeRequest, type FamilyOf, type ModelFacts, no, type Verdict } from "../family.ts";
import { STRETCH_RGB } from "../preprocessing.ts";

export const rtDetrUltralytics: FamilyOf<"detect"> = {
  name: "rt-detr-ultralytics",
  aliases: ["rt-detr", "rtdetr"],
  task: "detect",
  preprocessing: STRETCH_RGB,
  needsSuppression: false,
  match,
  decode,
};

const BOX = 4;

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const [rows, columns] = dims;
  if (typeof columns !== "number" || columns <= BOX) return no("expected columns for 4 + scores");
  if (!facts.stated && !ultralyticsOf(facts)?.isDetr) return no("the metadata do not name the head of RT-DETR");
  const named = namedClasses(facts);
  const isChosen = columns === OBJECT && named !== OBJECT - BOX;
  const classCount = isChosen ? named : columns - BOX;
  if (classCount === null) return no("nothing names the classes, which the output does not count", "classes");
  if (!isChosen && named !== null && named !== classCount)
    return no(`there are ${named} class names and ${classCount} scores`);
  const what = isChosen ? "a score and a class" : `${classCount} scores`;
  return { matches: true, classCount, layout: { isChosen }, reason: `${rows} rows of a box, ${what}` };
}

function decode({ outputs, index, layout, confidence, width, height }: DecodeRequest, into: Candidates): void {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = 0] = dims;
  for (let row = index * rows; row < (index + 1) * rows; row++) {
    const at = row * columns;
    const best = layout["isChosen"] === true ? at + BOX : largest(data, at + BOX, columns - BOX);
    const score = data[best]!;
    if (!(score >= confidence)) continue;
    const classId = layout["isChosen"] === true ? data[at + BOX + 1]! : best - at - BOX;
    const box = cornersOf(data[at]! * width, data[at + 1]! * height, data[at + 2]! * width, data[at + 3]! * height);
    addBox(into, box, { score, classId });
  }
}
