// Pose models that choose their objects themselves (YOLO26-pose, exports with suppression inside).
import { decodeObjectRows, OBJECT } from "../../decoders/object-rows.ts";
import { namedClasses, onlyOutput } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";
import { POINTS_OPTION, pointNames } from "./point-names.ts";
import { pointShape, readPoints } from "./yolov8-pose.ts";

export const endToEndPose: FamilyOf<"keypoints"> = {
  name: "end-to-end-pose",
  aliases: ["yolo26", "yolov26", "yolo26-pose", "yolov8", "yolov11", "yolo11"],
  task: "keypoints",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: false,
  options: { ...POINTS_OPTION, point_size: "numbers of a point: 3, or 2 without a score" },
  match,
  decode: decodeObjectRows,
  points,
};

function match(facts: ModelFacts): Verdict {
  const dims = onlyOutput(facts);
  if (typeof dims === "string") return no(dims);
  const shape = pointShape(facts);
  if (shape === null) {
    // Any file with one output could have points.
    const isMeant = facts.stated || facts.task !== null;
    return no("nothing tells how many points an object has", isMeant ? "the option points" : undefined);
  }
  const [count, size] = shape;
  if (dims[1] !== OBJECT + count * size) {
    return no(`expected ${OBJECT} + ${count} x ${size} columns: a box, a score, a class and the points`);
  }
  const classCount = namedClasses(facts);
  if (classCount === null) return no("nothing names the classes, which the output does not count", "classes");
  return {
    matches: true,
    classCount,
    reason: `one output of rows with a box, a score, a class and ${count} points`,
    layout: { pointCount: count, pointSize: size },
    points: pointNames(facts.options, count),
  };
}

function points({ outputs, index, layout }: ItemOutputs, row: number): Float32Array {
  const { data, dims } = outputs[0]!;
  const [, rows = 0, columns = 0] = dims;
  const first = (index * rows + row) * columns + OBJECT;
  return readPoints(layout["pointCount"] as number, layout["pointSize"] as number, (i) => data[first + i]!);
}
