/** Ids between 0 and 90 that COCO's categories leave out. */
const ABSENT = new Set([0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** Ids of a model that counts by COCO's categories. */
export const COCO_IDS = 91;

/** The place among COCO's 80 classes of each id of a category, -1 for those that are none. */
export const COCO_SLOTS: readonly number[] = Array.from({ length: COCO_IDS }, (_, id) => {
  if (ABSENT.has(id)) return -1;
  return id - [...ABSENT].filter((absent) => absent < id).length;
});
