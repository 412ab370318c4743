import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { type Detection, type Detections, shifted, withItems } from "../../../kinds/detections.ts";
import { defineBlock } from "../../contract/block.ts";
import { ref } from "../../contract/fields.ts";

const kinds = ["object_detection_prediction", "instance_segmentation_prediction"] as const;

export const detectionsCombineV1 = defineBlock({
  type: "roboflow_core/detections_combine@v1",
  category: "transformation",
  summary: "Puts two lists of detections together, the first one's first.",
  inputs: () =>
    z.object({
      prediction_one: ref(...kinds).describe("First detections; the result is of their picture."),
      prediction_two: ref(...kinds).describe("Detections to put after them."),
    }),
  outputs: { predictions: kinds },
  example: { prediction_one: "$steps.cars.predictions", prediction_two: "$steps.persons.predictions" },
  run: ({ prediction_one: one, prediction_two: two }, { step }) => {
    if (one.items.length === 0 || two.items.length === 0) return { predictions: one.items.length === 0 ? two : one };
    demandAlike([one, two], step);
    return { predictions: withItems(one, [...one.items, ...broughtOver(two, one)]) };
  },
});

/** The items in pixels of the other picture where both are parts of one; those of a foreign picture go on naming it. */
function broughtOver(from: Detections, to: Detections): Detection[] {
  if (from.parentId === to.parentId) return from.items;
  const isOneRoot = from.root.id === to.root.id;
  const [dx, dy] = isOneRoot ? [from.root.offsetX - to.root.offsetX, from.root.offsetY - to.root.offsetY] : [0, 0];
  return from.items.map((item) => {
    const moved = dx === 0 && dy === 0 ? item : shifted(item, dx, dy);
    const names = { parent_id: from.parentId, root_parent_id: from.root.id };
    return isOneRoot ? moved : { ...moved, data: { ...moved.data, ...names } };
  });
}

/** What some of the detections have and others lack is lost on whoever comes after, so it is refused. */
function demandAlike(both: readonly [Detections, Detections], step: string): void {
  for (const [name, has] of TRAITS) {
    const counts = both.map(({ items }) => items.filter(has).length);
    const isMixed = both.some(({ items }, i) => counts[i] !== (counts[0] === 0 ? 0 : items.length));
    if (!isMixed) continue;
    const message = `step "${step}": ${counts[0]} of ${both[0].items.length} detections of prediction_one have ${name}, and ${counts[1]} of ${both[1].items.length} of prediction_two; combine those that have them with each other`;
    throw new StepError("STEP_INPUT", message, { step });
  }
}

const TRAITS: readonly [string, (item: Detection) => boolean][] = [
  ["masks", ({ mask }) => mask !== undefined],
  ["tracker ids", ({ trackerId }) => trackerId !== undefined],
];
