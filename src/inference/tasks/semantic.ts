import { leastScores } from "../../kinds/least-score.ts";
import { type Mask, maskOf, trimMask } from "../../kinds/mask.ts";
import type { SemanticParameters } from "../../kinds/model-task.ts";
import { logistic } from "../decoders/scores.ts";
import type { ClassPlanes } from "../families/family.ts";
import { DEFAULT_CONFIDENCE, type ModelItem, ROW } from "../request.ts";
import { coveredCells, samplesAlong, toCells } from "./map-place.ts";
import type { Reading, TaskReader } from "./task-reader.ts";

/**
 * A mask for every class that some pixel is of, without the background: values of cells are bilinear between them, the largest is the
 * pixel's class, and its share of all (softmax) the score. Pixels of a lower score than asked for are background.
 */
export const readSemantic: TaskReader<"semantic"> = (item, reading, family) => {
  const { description, outputs } = reading;
  const planes = family.classPlanes(outputs);
  const classes = classesOf(planes, description.classes);
  const asked = item.parameters as SemanticParameters;
  const usual = description.confidence ?? DEFAULT_CONFIDENCE;
  const least = leastScores(asked.confidence, description.classes, { usual, recommended: description.recommended });
  const background = backgroundOf(description.classes);
  const pixels = pixelsOf(item, reading, { planes, classes, least, background });
  return regionsOf(pixels, { background, count: description.classes.length, ...item });
};

/** The place of the background among the names, -1 where none is so named. */
function backgroundOf(names: readonly string[]): number {
  return names.findIndex((name) => name.toLowerCase() === "background");
}

/** Class of each channel; a map may leave the background out. */
function classesOf({ channels, isMap }: ClassPlanes, names: readonly string[]): Int32Array {
  const background = backgroundOf(names);
  const isMissing = !isMap && channels === names.length - 1;
  const skipped = isMissing ? Math.max(0, background) : -1;
  return Int32Array.from({ length: channels }, (_, i) => (skipped >= 0 && i >= skipped ? i + 1 : i));
}

interface Wanted {
  planes: ClassPlanes;
  classes: Int32Array;
  /** By class. */
  least: readonly number[];
  background: number;
}

interface Pixels {
  /** Class of each pixel, `NONE` for none. */
  classIds: Uint16Array;
  /** 0..255. */
  scores: Uint8Array;
}

const NONE = 0xffff;

/** Where all four cells around a pixel have one class, the pixel has it too, so only pixels at borders mix the values of all classes. */
function pixelsOf(item: ModelItem, { input }: Reading, { planes, classes, least, background }: Wanted): Pixels {
  const { width, height } = item;
  const window = coveredCells(item, input, planes);
  const cells = cellsOf(planes, classes);
  const grid = toCells(item, input, planes);
  const columns = samplesAlong(width, (i) => (i + 0.5) * grid.scaleX + grid.offsetX - 0.5 - window.x, window.width);
  const rows = samplesAlong(height, (i) => (i + 0.5) * grid.scaleY + grid.offsetY - 0.5 - window.y, window.height);
  const found: Pixels = { classIds: new Uint16Array(width * height), scores: new Uint8Array(width * height) };
  const mixed = new Float32Array(Math.max(2, planes.channels));
  for (let y = 0, out = 0; y < height; y++) {
    const [above, below] = [rows.cell[y]! + window.y, rows.next[y]! + window.y].map((row) => row * planes.width) as [
      number,
      number,
    ];
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++, out++) {
      const [left, right] = [columns.cell[x]! + window.x, columns.next[x]! + window.x];
      const around = [above + left, above + right, below + left, below + right] as const;
      const along = columns.share[x]!;
      const { classId, score } = planes.isMap
        ? nearest(cells, around[(down >= 0.5 ? 2 : 0) + (along >= 0.5 ? 1 : 0)]!)
        : between(cells, around, { along, down, planes, classes, mixed });
      const isSure = score >= (least[classId] ?? 0);
      found.classIds[out] = isSure ? classId : background < 0 ? NONE : background;
      found.scores[out] = isSure ? Math.round(score * 255) : 0;
    }
  }
  return found;
}

interface Cells {
  classIds: Uint16Array;
  scores: Float32Array;
}

/** Best class and its score of every cell. */
function cellsOf(
  { width, height, channels, isMap, data, offset, channelStride, cellStride }: ClassPlanes,
  classes: Int32Array,
): Cells {
  const count = width * height;
  const cells = { classIds: new Uint16Array(count), scores: new Float32Array(count).fill(1) };
  const logits = new Float32Array(channels);
  for (let cell = 0; cell < count; cell++) {
    const at = offset + cell * cellStride;
    if (isMap) cells.classIds[cell] = data[at]!;
    else {
      for (let i = 0; i < channels; i++) logits[i] = data[at + i * channelStride]!;
      const { channel, score } = bestOf(logits, channels);
      cells.classIds[cell] = channel < 0 ? NONE : classes[channel]!;
      cells.scores[cell] = score;
    }
  }
  return cells;
}

/** One channel is the only class, or it is none of it: the channel -1. */
function bestOf(logits: Float32Array, channels: number): { channel: number; score: number } {
  if (channels === 1) {
    const score = logistic(logits[0]!);
    return score > 0.5 ? { channel: 0, score } : { channel: -1, score: 1 - score };
  }
  let channel = 0;
  for (let i = 1; i < channels; i++) if (logits[i]! > logits[channel]!) channel = i;
  let sum = 0;
  for (let i = 0; i < channels; i++) sum += Math.exp(logits[i]! - logits[channel]!);
  return { channel, score: 1 / sum };
}

function nearest({ classIds, scores }: Cells, cell: number) {
  return { classId: classIds[cell]!, score: scores[cell]! };
}

interface Between {
  along: number;
  down: number;
  planes: ClassPlanes;
  classes: Int32Array;
  mixed: Float32Array;
}

type Four = readonly [number, number, number, number];

function between({ classIds, scores }: Cells, [a, b, c, d]: Four, { along, down, planes, classes, mixed }: Between) {
  const weights = [(1 - along) * (1 - down), along * (1 - down), (1 - along) * down, along * down] as const;
  const classId = classIds[a]!;
  if (classIds[b] === classId && classIds[c] === classId && classIds[d] === classId) {
    const score = scores[a]! * weights[0] + scores[b]! * weights[1] + scores[c]! * weights[2] + scores[d]! * weights[3];
    return { classId, score };
  }
  const { data, offset, channels, channelStride, cellStride } = planes;
  for (let i = 0; i < channels; i++) {
    const at = offset + i * channelStride;
    const value = (cell: number) => data[at + cell * cellStride]!;
    mixed[i] = value(a) * weights[0] + value(b) * weights[1] + value(c) * weights[2] + value(d) * weights[3];
  }
  const { channel, score } = bestOf(mixed, channels);
  return { classId: channel < 0 ? NONE : classes[channel]!, score };
}

interface Region {
  background: number;
  count: number;
  width: number;
  height: number;
}

/** A row and a mask for each class, in the order of classes; the score is the mean of its pixels. */
function regionsOf({ classIds, scores }: Pixels, { background, count, width, height }: Region) {
  const sums = new Float64Array(count);
  const areas = new Uint32Array(count);
  for (let i = 0; i < classIds.length; i++) {
    if (classIds[i]! >= count) continue;
    areas[classIds[i]!]!++;
    sums[classIds[i]!]! += scores[i]!;
  }
  const found = [...areas.keys()].filter((classId) => areas[classId]! > 0 && classId !== background);
  const rows = new Float32Array(found.length * ROW);
  const masks = found.map((classId, i): Mask => {
    const bits = Uint8Array.from(classIds, (id) => (id === classId ? 1 : 0));
    const mask = trimMask(maskOf(bits, { x: 0, y: 0, width, height }));
    // A box goes from the first column to the last one, as with the reference.
    const box = [mask.x, mask.y, mask.x + mask.width - 1, mask.y + mask.height - 1];
    rows.set([...box, sums[classId]! / areas[classId]! / 255, classId], i * ROW);
    return mask;
  });
  return { rows, masks };
}
