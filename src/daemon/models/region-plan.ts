import { type Box, contains } from "../../geometry/box-overlap.ts";
import { LUMINANCE, type RegionRules } from "../../kinds/frame.ts";
import type { Region } from "../../kinds/image.ts";
import { cellGroups } from "../../vision/shapes/cell-groups.ts";
import { boxOf, chooseRegions, type Size, scaleOf, type Target, type WaitingRegion } from "./choose-regions.ts";
import type { FoundBox } from "./join-looks.ts";
import type { RecentObject } from "./recent-objects.ts";

/** Change that fills a box more than this is the object itself, which needs no look at its parts. */
const OWN_CHANGE = 0.3;
/** Scale of regions that show a group of changes; larger groups are divided. */
const LARGEST_SCALE = 1.5;
/** Objects that a region would show hardly larger than the whole picture does are left to that. */
const LARGE_SHARE = 0.6;
/** Seconds until an object is looked at again where nothing has changed. */
const STILL_S = 1;
/** Around changed cells, in cells. */
const CELL_MARGIN = 2;
/** Around objects, as a share of their sides, and in pixels. */
const OBJECT_MARGIN = 0.25;
const OBJECT_MARGIN_PX = 8;

/** What is known of a frame before a model looks at it. */
export interface RegionFacts {
  /** 1 for each cell of the luminance picture where something is. */
  changed: Uint8Array;
  objects: readonly RecentObject[];
  waiting: readonly WaitingRegion[];
  /** Seconds since the last look at the whole picture. */
  wholeAgeS: number;
}

export interface RegionPlan {
  regions: Region[];
  leftOut: WaitingRegion[];
  isWhole: boolean;
  /** Whether one of its looks shows all of an object, as well as it was seen before. */
  shows: (object: Pick<FoundBox, "box" | "isNear">) => boolean;
}

/** What of a picture a model with such an input looks at. */
export function planRegions(
  { changed, objects, waiting, wholeAgeS }: RegionFacts,
  { picture, input, rules }: { picture: Size; input: Size; rules: Pick<RegionRules, "most" | "wholeEveryS"> },
): RegionPlan {
  const grid = gridOf(picture);
  const largest = LARGE_SHARE * scaleOf([0, 0, picture.width, picture.height], input);
  const isLarge = (box: Box) => scaleOf(box, input) > largest;
  const left = changed.slice();
  const targets: Target[] = [];
  let isWhole = wholeAgeS >= rules.wholeEveryS;
  for (const { box: own, ageS, stands } of objects) {
    const box = inside(grown(own), picture);
    if (box === null) continue;
    const cells = cellsOf(box, grid);
    if (shareOf(changed, cells) === 0 && stands && ageS < STILL_S) continue;
    if (isLarge(box)) isWhole = true;
    else targets.push({ box, isObject: true });
    const itself = cellsOf(inside(own, picture) ?? box, grid);
    if (shareOf(changed, itself) > OWN_CHANGE) for (const cell of cells) left[cell] = 0;
  }
  for (const { left: x1, top: y1, right: x2, bottom: y2 } of cellGroups(
    left,
    LUMINANCE.width,
    mostCells(input, grid),
  )) {
    const around = [x1 - CELL_MARGIN, y1 - CELL_MARGIN, x2 + CELL_MARGIN, y2 + CELL_MARGIN] as const;
    const box = inside(scaled(around, grid), picture);
    if (box !== null) targets.push({ box, isObject: false });
  }
  const { regions, leftOut } = chooseRegions(targets, { picture, input, most: rules.most, waiting });
  const shows: RegionPlan["shows"] = ({ box, isNear }) => {
    const own = inside(box, picture);
    if (own === null || regions.some((region) => contains(boxOf(region), own))) return true;
    return isWhole && (!isNear || isLarge(grown(own)));
  };
  return { regions, leftOut, isWhole, shows };
}

function shareOf(changed: Uint8Array, cells: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + (changed[cell] ?? 0), 0) / cells.length;
}

/** Size of a cell in pixels of the picture. */
function gridOf({ width, height }: Size): Size {
  return { width: width / LUMINANCE.width, height: height / LUMINANCE.height };
}

function mostCells(input: Size, grid: Size) {
  const most = (side: number, cell: number) => Math.floor((LARGEST_SCALE * side) / cell) - 2 * CELL_MARGIN;
  return { columns: most(input.width, grid.width), rows: most(input.height, grid.height) };
}

function scaled([x1, y1, x2, y2]: Box, { width, height }: Size): Box {
  return [x1 * width, y1 * height, x2 * width, y2 * height];
}

function grown([x1, y1, x2, y2]: Box): Box {
  const x = OBJECT_MARGIN * (x2 - x1) + OBJECT_MARGIN_PX;
  const y = OBJECT_MARGIN * (y2 - y1) + OBJECT_MARGIN_PX;
  return [x1 - x, y1 - y, x2 + x, y2 + y];
}

/** In whole pixels; null for what has left the picture. */
function inside([x1, y1, x2, y2]: Box, { width, height }: Size): Box | null {
  const [left, top] = [Math.max(0, Math.floor(x1)), Math.max(0, Math.floor(y1))];
  const [right, bottom] = [Math.min(width, Math.ceil(x2)), Math.min(height, Math.ceil(y2))];
  return left < right && top < bottom ? [left, top, right, bottom] : null;
}

function cellsOf([x1, y1, x2, y2]: Box, { width, height }: Size): number[] {
  const cells: number[] = [];
  for (let row = Math.floor(y1 / height); row < Math.min(LUMINANCE.height, Math.ceil(y2 / height)); row++) {
    for (let column = Math.floor(x1 / width); column < Math.min(LUMINANCE.width, Math.ceil(x2 / width)); column++) {
      cells.push(row * LUMINANCE.width + column);
    }
  }
  return cells;
}
