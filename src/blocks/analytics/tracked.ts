import { StepError } from "../../base/errors.ts";
import type { Detection, Detections } from "../../kinds/detections.ts";

export type TrackedDetection = Detection & { trackerId: number };

/** The detections of a tracker; throws STEP_NO_TRACKER_IDS when some have no id. */
export function trackedItems({ items }: Detections, step: string): TrackedDetection[] {
  if (items.every(isTracked)) return items;
  const without = items.filter((item) => !isTracked(item)).length;
  throw new StepError(
    "STEP_NO_TRACKER_IDS",
    `step "${step}": ${without} of ${items.length} detections have no tracker id; put a tracker such as roboflow_core/byte_tracker@v3 before it and connect its tracked_detections`,
    { step },
  );
}

export function isTracked(item: Detection): item is TrackedDetection {
  return item.trackerId !== undefined;
}
