import { COCO80 } from "../../coco80.ts";
import { COCO_IDS, COCO_SLOTS } from "../../coco91.ts";
import { namedClasses } from "../evidence.ts";
import type { ModelFacts } from "../family.ts";

export const BACKGROUND_OPTION = {
  background: "index of the score that is no class, as its first or last; -1 where every score is a class",
} as const;

export interface Slots {
  classCount: number;
  slots?: readonly number[];
  reason: string;
}

/** Which of `count` scores are classes: a model may count by COCO's ids, or have one score for no object. A text tells a contradiction. */
export function slotsOf(count: number, facts: ModelFacts): Slots | string {
  const told = facts.options["background"];
  const named = namedClasses(facts);
  if (typeof told === "number") return withoutOne(count, told, "as told");
  if (count === COCO_IDS && (named === null || named === COCO80.length)) {
    return { classCount: COCO80.length, slots: COCO_SLOTS, reason: "91 scores by the ids of COCO's categories" };
  }
  if (count === COCO_IDS && named === COCO_IDS - 1) return withoutOne(count, 0, "as COCO's ids begin with 1");
  if (named === count) return { classCount: count, reason: `${count} scores` };
  if (named === null || named === count - 1) return withoutOne(count, count - 1, "the last, for no object");
  return `there are ${named} class names, and ${count} scores of classes`;
}

function withoutOne(count: number, background: number, why: string): Slots {
  if (background < 0 || background >= count) return { classCount: count, reason: `${count} scores, all of classes` };
  const slots = Array.from({ length: count }, (_, i) => (i === background ? -1 : i > background ? i - 1 : i));
  return { classCount: count - 1, slots, reason: `${count} scores, of which ${background} is no class (${why})` };
}
