import type { Detection, Detections } from "../../kinds/detections.ts";
import type { Image } from "../../kinds/image.ts";
import type { FoundObjects } from "../../kinds/model-task.ts";
import type { IdService } from "../contract/services.ts";

const ROW = 6;

interface Known {
  ids: IdService;
  inferenceId?: string;
  extra?: (row: number) => Partial<Detection>;
}

/** Boxes that a model found in an image as detections; `extra` gives what else is known of the object of a row. */
export function foundDetections(
  { reply: { rows }, classes }: { reply: FoundObjects; classes: readonly string[] },
  image: Image,
  { ids, inferenceId, extra = () => ({}) }: Known,
): Detections {
  const items: Detection[] = [];
  for (let at = 0; at + ROW <= rows.length; at += ROW) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, confidence = 0, classId = 0] = rows.subarray(at, at + ROW);
    items.push({
      box: [x1, y1, x2, y2],
      confidence,
      class: classes[classId] ?? String(classId),
      classId,
      detectionId: ids.uuid(),
      ...extra(at / ROW),
    });
  }
  const { width, height, parentId, parent, root } = image;
  return {
    kind: "detections",
    items,
    width,
    height,
    parentId,
    parent,
    root,
    ...(inferenceId === undefined ? {} : { inferenceId }),
  };
}
