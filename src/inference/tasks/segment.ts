import { type Mask, maskOf } from "../../kinds/mask.ts";
import type { SegmentParameters } from "../../kinds/model-task.ts";
import { maskOfPolygon } from "../../kinds/polygon-mask.ts";
import type { CellWindow, FamilyOf, ItemOutputs } from "../families/family.ts";
import { type ModelItem, ROW } from "../request.ts";
import { readBoxes } from "./boxes.ts";
import { enlarged } from "./enlarge.ts";
import { samplesAlong, toCells, toImage } from "./map-place.ts";
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
    const drawn = drawMask(scored, canvas, family.maskLevel);
    const { pixels, area } = coarse === null ? drawn : enlarged(drawn, item, toCells(item, input, coarse));
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

/** From pixels of the image to cells: `cell = pixel * scale + offset`, both at their left and upper edges. */
type Grid = ReturnType<typeof toCells>;

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

interface Scored {
  scores: Float32Array;
  window: CellWindow;
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

interface Canvas {
  window: CellWindow;
  grid: Grid;
  width: number;
  height: number;
}

/** Pixels of a part of a picture, 1 inside. */
export interface Drawn {
  pixels: Uint8Array;
  area: Omit<Mask, "runs">;
}

function drawMask({ scores, window: framed }: Scored, { window, grid, width, height }: Canvas, level: number): Drawn {
  // Half a cell beyond the window a score may still be above the level.
  const left = clamp(Math.floor((window.x - 0.5 - grid.offsetX) / grid.scaleX), width);
  const right = clamp(Math.ceil((window.x + window.width + 0.5 - grid.offsetX) / grid.scaleX), width);
  const top = clamp(Math.floor((window.y - 0.5 - grid.offsetY) / grid.scaleY), height);
  const bottom = clamp(Math.ceil((window.y + window.height + 0.5 - grid.offsetY) / grid.scaleY), height);
  const area = { x: left, y: top, width: right - left, height: bottom - top };
  const pixels = new Uint8Array(area.width * area.height);
  const columns = samplesAlong(
    area.width,
    (i) => (left + i + 0.5) * grid.scaleX + grid.offsetX - 0.5 - framed.x,
    framed.width,
  );
  const rows = samplesAlong(
    area.height,
    (i) => (top + i + 0.5) * grid.scaleY + grid.offsetY - 0.5 - framed.y,
    framed.height,
  );
  for (let y = 0, out = 0; y < area.height; y++) {
    const [above, below, down] = [rows.cell[y]! * framed.width, rows.next[y]! * framed.width, rows.share[y]!];
    for (let x = 0; x < area.width; x++, out++) {
      const [here, next, along] = [columns.cell[x]!, columns.next[x]!, columns.share[x]!];
      const upper = scores[above + here]! * (1 - along) + scores[above + next]! * along;
      const lower = scores[below + here]! * (1 - along) + scores[below + next]! * along;
      pixels[out] = upper * (1 - down) + lower * down > level ? 1 : 0;
    }
  }
  return { pixels, area };
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}
