import { z } from "zod";
import { type Detection, type Detections, isDetections, withItems } from "../kinds/detections.ts";
import { CONTAINER, defineOperation, type Nested, type Operands, type Operation } from "./operation.ts";
import { type Site, wrongType } from "./query-error.ts";

/** Operations that choose, order or move detections. */
export function detectionOperations(nested: Nested): readonly Operation[] {
  return [detectionsFilter(nested), ...PLAIN_OPERATIONS];
}

function detectionsFilter(nested: Nested): Operation {
  return defineOperation({
    type: "DetectionsFilter",
    summary: "Keeps the detections for which a statement holds.",
    properties: () => ({
      filter_operation: nested.groupSchema().describe("Statement; in it the operand _ is the detection."),
    }),
    compile: ({ filter_operation }, site) => {
      const holds = nested.compileGroup(filter_operation, `${site.path}/filter_operation`);
      return (value, operands) => {
        const detections = detectionsOf(value, site);
        const scope: Operands & { _: unknown } = { ...operands, _: null, [CONTAINER]: detections };
        const kept = detections.items.filter((item) => {
          scope._ = item;
          return holds(scope);
        });
        return withItems(detections, kept);
      };
    },
  });
}

const centerX = ({ box }: Detection) => (box[0] + box[2]) / 2;
const centerY = ({ box }: Detection) => (box[1] + box[3]) / 2;

const SELECTIONS = {
  left_most: (items: readonly Detection[]) => least(items, centerX),
  right_most: (items: readonly Detection[]) => least(items, (item) => -centerX(item)),
  top_confidence: (items: readonly Detection[]) => least(items, (item) => -item.confidence),
  first: (items: readonly Detection[]) => items[0],
  last: (items: readonly Detection[]) => items.at(-1),
};

const SORT_KEYS = {
  confidence: (item: Detection) => item.confidence,
  x_min: ({ box }: Detection) => box[0],
  x_max: ({ box }: Detection) => box[2],
  y_min: ({ box }: Detection) => box[1],
  y_max: ({ box }: Detection) => box[3],
  size: ({ box }: Detection) => (box[2] - box[0]) * (box[3] - box[1]),
  center_x: centerX,
  center_y: centerY,
};

const PLAIN_OPERATIONS: readonly Operation[] = [
  defineOperation({
    type: "DetectionsSelection",
    summary: "Detections with one of them, or none when there are none.",
    properties: () => ({
      mode: z
        .enum(Object.keys(SELECTIONS) as (keyof typeof SELECTIONS)[])
        .describe("Which one; left and right by the centre, the first of equals."),
    }),
    compile: ({ mode }, site) => {
      return (value) => {
        const detections = detectionsOf(value, site);
        const chosen = SELECTIONS[mode](detections.items);
        return withItems(detections, chosen === undefined ? [] : [chosen]);
      };
    },
  }),
  defineOperation({
    type: "SortDetections",
    summary: "Detections in another order.",
    properties: () => ({
      mode: z.enum(Object.keys(SORT_KEYS) as (keyof typeof SORT_KEYS)[]).describe("Property to order by."),
      ascending: z.boolean().default(true).describe("Least first."),
    }),
    compile: ({ mode, ascending }, site) => {
      const key = SORT_KEYS[mode];
      return (value) => {
        const detections = detectionsOf(value, site);
        const sorted = [...detections.items].sort((a, b) => key(a) - key(b));
        return withItems(detections, ascending ? sorted : sorted.reverse());
      };
    },
  }),
  defineOperation({
    type: "DetectionsOffset",
    summary: "Grows every box by half of the offsets on each side, beyond the image if need be.",
    properties: () => ({
      offset_x: z.int().describe("Pixels added to the width."),
      offset_y: z.int().describe("Pixels added to the height."),
    }),
    compile: ({ offset_x, offset_y }, site) => {
      return (value) => moved(detectionsOf(value, site), [-offset_x / 2, -offset_y / 2, offset_x / 2, offset_y / 2]);
    },
  }),
  defineOperation({
    type: "DetectionsShift",
    summary: "Moves every box.",
    properties: () => ({
      shift_x: z.int().describe("Pixels to the right."),
      shift_y: z.int().describe("Pixels downwards."),
    }),
    compile: ({ shift_x, shift_y }, site) => {
      return (value) => moved(detectionsOf(value, site), [shift_x, shift_y, shift_x, shift_y]);
    },
  }),
  defineOperation({
    type: "PickDetectionsByParentClass",
    summary: "Keeps the detections of a class, then those whose centre lies in a box of that class.",
    properties: () => ({ parent_class: z.string().describe("Class whose boxes hold the others.") }),
    compile: ({ parent_class }, site) => {
      return (value) => withParents(detectionsOf(value, site), parent_class);
    },
  }),
];

/** The value as detections, or the error of the operation. */
export function detectionsOf(value: unknown, site: Site): Detections {
  if (!isDetections(value)) throw wrongType(site, "detections", value);
  return value;
}

function least(items: readonly Detection[], key: (item: Detection) => number): Detection | undefined {
  let best = items[0];
  for (const item of items) if (best !== undefined && key(item) < key(best)) best = item;
  return best;
}

function moved(detections: Detections, by: Detection["box"]): Detections {
  const items = detections.items.map((item): Detection => {
    const [x1, y1, x2, y2] = item.box;
    return { ...item, box: [x1 + by[0], y1 + by[1], x2 + by[2], y2 + by[3]] };
  });
  return withItems(detections, items);
}

function withParents(detections: Detections, parentClass: string): Detections {
  const parents = detections.items.filter((item) => item.class === parentClass);
  const children = detections.items.filter((item) => {
    return item.class !== parentClass && parents.some(({ box }) => isCenteredIn(item, box));
  });
  return withItems(detections, [...parents, ...children]);
}

function isCenteredIn(item: Detection, [x1, y1, x2, y2]: Detection["box"]): boolean {
  const [x, y] = [centerX(item), centerY(item)];
  return x1 <= x && x <= x2 && y1 <= y && y <= y2;
}
