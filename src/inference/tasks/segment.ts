import { type Mask, maskOf } from "../../kinds/mask.ts";
import type { SegmentParameters } from "../../kinds/model-task.ts";
import { maskOfPolygon } from "../../kinds/polygon-mask.ts";
import type { CellWindow, FamilyOf, ItemOutputs } from "../families/family.ts";
import { type ModelItem, ROW } from "../request.ts";
import { readBoxes } from "./boxes.ts";
import { drawMask, type Grid, type Scored } from "./draw-mask.ts";
import { drawRuns } from "./draw-runs.ts";
import { enlarged } from "./enlarge.ts";
import { toCells, toImage } from "./map-place.ts";
import type { Reading, TaskReader } from "./task-reader.ts";

/** Masks bilinear between cells, cut off at the object's box where the family does, or boxes at an angle. */
export const readSegments: TaskReader<"segment"> = (item, reading, family) => {
  const { chosen, rows } = readBoxes(item, reading, family);
  const { candidates } = reading;
  const drawn = "corners" in family ? cornersIn(item, reading, family) : mapIn(item, reading, family);
  const masks = Array.from(chosen, (index) => {
    return drawn(candidates.origins[index]!, candidates.rows.subarray(index * ROW, index * ROW + 4));
  });
  return { rows, masks };
};

type Draw = (origin: number, box: Float32Array) => Mask;

function cornersIn(
  item: ModelItem,
  { outputs, input }: Reading,
  { corners }: { corners(outputs: ItemOutputs, origin: number): Float32Array },
): Draw {
  const place = toImage(item, input);
  return (origin) => {
    const found = corners(outputs, origin);
    const points = [0, 2, 4, 6].map((at) => [place.x(found[at]!), place.y(found[at + 1]!)] as const);
    return maskOfPolygon(points, item);
  };
}

type MapFamily = Exclude<FamilyOf<"segment">, { corners: unknown }>;

function mapIn(item: ModelItem, { outputs, input }: Reading, family: MapFamily): Draw {
  const map = family.mapSize(outputs);
  const { maskDetail = null } = item.parameters as Partial<SegmentParameters>;
  const coarse = maskDetail === null ? null : sizeOf(map, input, maskDetail);
  const grid = coarse === null ? toCells(item, input, map) : gridOf(map, coarse);
  const { width: across, height: down } = coarse ?? item;
  const whole = { x: 0, y: 0, ...map };
  const scale = { x: map.width / input.width, y: map.height / input.height };
  return (origin, box) => {
    const window = family.cropsMasks ? cellsOf(box, scale, map) : whole;
    const scores = family.maskScores(outputs, origin, window);
    const canvas = { window, grid, width: across, height: down };
    const scored = family.cropsMasks ? withBorder(scores, window) : { scores, window };
    if (coarse === null) return drawRuns(scored, canvas, family.maskLevel);
    const { pixels, area } = enlarged(drawMask(scored, canvas, family.maskLevel), item, toCells(item, input, coarse));
    return maskOf(pixels, area);
  };
}

interface Size {
  width: number;
  height: number;
}

/** Between the sizes of the map and of the model's input. */
function sizeOf(map: Size, input: Size, detail: number): Size {
  const between = (from: number, to: number) => Math.max(1, Math.trunc(from * (1 - detail) + to * detail));
  return { width: between(map.width, input.width), height: between(map.height, input.height) };
}

/** From a grid over the whole input to cells of the map. */
function gridOf(map: Size, { width, height }: Size): Grid {
  return { scaleX: map.width / width, scaleY: map.height / height, offsetX: 0, offsetY: 0 };
}

/** The cells of a box in pixels of the model's input. */
function cellsOf(
  box: Float32Array,
  scale: { x: number; y: number },
  { width: across, height: down }: { width: number; height: number },
): CellWindow {
  const [left, right] = [box[0]!, box[2]!].map((side) => clamp(Math.round(side * scale.x), across)) as [number, number];
  const [top, bottom] = [box[1]!, box[3]!].map((side) => clamp(Math.round(side * scale.y), down)) as [number, number];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Cells beyond the box score 0. */
function withBorder(scores: Float32Array, { x, y, width, height }: CellWindow): Scored {
  const window = { x: x - 1, y: y - 1, width: width + 2, height: height + 2 };
  const framed = new Float32Array(window.width * window.height);
  for (let row = 0; row < height; row++) {
    framed.set(scores.subarray(row * width, (row + 1) * width), (row + 1) * window.width + 1);
  }
  return { scores: framed, window };
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
