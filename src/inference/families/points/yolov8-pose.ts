// The layout of pose models exported by Ultralytics (YOLOv8-pose, YOLO11-pose): cells as in detection with points below the scores.
import { BOX, decodeCells } from "../../decoders/cells.ts";
import { cellsIn } from "../boxes/yolov8.ts";
import { contradiction, onlyOutput, ultralyticsOf } from "../evidence.ts";
import { type FamilyOf, type ItemOutputs, type ModelFacts, no, type Verdict } from "../family.ts";
import { LETTERBOX_RGB } from "../preprocessing.ts";
import { POINTS_OPTION, pointNames, toldPointCount } from "./point-names.ts";

export const yolov8Pose: FamilyOf<"keypoints"> = {
  name: "yolov8-pose",
  aliases: ["yolov8", "yolov11", "yolo11", "yolov12", "yolov11-pose", "yolo11-pose"],
  task: "keypoints",
  preprocessing: LETTERBOX_RGB,
  needsSuppression: true,
  options: { ...POINTS_OPTION, point_size: "numbers of a point: 3, or 2 without a score" },
  match,
  decode(request, into) {
    const { count, size } = shapeOf(request);
    decodeCells(request, request.outputs[0]!.dims[1]! - BOX - count * size, into);
  },
  points,
};

function shapeOf({ layout }: ItemOutputs) {
  return { count: layout["pointCount"] as number, size: layout["pointSize"] as number };
}

/** How many points, and how many numbers each: from metadata, else as told; null where nothing tells. */
export function pointShape(facts: ModelFacts): readonly [number, number] | null {
  const written = ultralyticsOf(facts)?.pointShape ?? null;
  const told = toldPointCount(facts);
  if (written !== null || told === null) return written;
  return [told, facts.options["point_size"] === 2 ? 2 : 3];
}

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
  const [rows, cells] = dims;
  const classCount = typeof rows === "number" ? rows - BOX - count * size : 0;
  if (classCount < 1) return no(`expected rows for 4 + the number of classes + ${count} points of ${size} numbers`);
  const fits = cellsIn(cells, "columns", facts);
  if (!fits.fits) return no(fits.reason);
  const against = contradiction(facts, classCount, `4 + ${classCount} + ${count} x ${size} rows`);
  if (against !== null) return no(against);
  return {
    matches: true,
    classCount,
    reason: `one output of 4 + ${classCount} + ${count} x ${size} rows and ${fits.reason}`,
    layout: { pointCount: count, pointSize: size },
    points: pointNames(facts.options, count),
  };
}

function points(item: ItemOutputs, cell: number): Float32Array {
  const { data, dims } = item.outputs[0]!;
  const [, rows = 0, cells = 0] = dims;
  const { count, size } = shapeOf(item);
  const first = (item.index * rows + rows - count * size) * cells + cell;
  return readPoints(count, size, (i) => data[first + i * cells]!);
}

/** x, y and score of each point; without a score it is 1. */
export function readPoints(count: number, size: number, value: (i: number) => number): Float32Array {
  const points = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    points[i * 3] = value(i * size);
    points[i * 3 + 1] = value(i * size + 1);
    points[i * 3 + 2] = size > 2 ? value(i * size + 2) : 1;
  }
  return points;
}
