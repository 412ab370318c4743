import { type Box, overlap } from "../../geometry/box-overlap.ts";
import type { Region } from "../../kinds/image.ts";

export interface Size {
  width: number;
  height: number;
}

/** Something that is to be looked at closely. */
export interface Target {
  /** With the margin that it takes, inside the picture, in whole pixels. */
  box: Box;
  isObject: boolean;
}

export interface Choice {
  /** At most as many as asked for. */
  regions: Region[];
  /** Those that have to wait for another frame. */
  leftOut: WaitingRegion[];
}

export interface WaitingRegion extends Region {
  /** Frames in a row that it was left out. */
  frames: number;
}

interface ChoiceSettings {
  picture: Size;
  /** The model's. */
  input: Size;
  most: number;
  /** What was left out of the last frame. */
  waiting: readonly WaitingRegion[];
}

/**
 * Parts of a picture that together show every target whole, none smaller than the model's input, each target at the scale that its size
 * asks for. Where they are too many, those that have waited longest come first, then those with objects.
 */
export function chooseRegions(targets: readonly Target[], settings: ChoiceSettings): Choice {
  const { picture, input, most, waiting } = settings;
  const places: Target[] = [];
  for (const target of targets) {
    const at = places.findIndex((place) => fitsTogether(place.box, target.box, input));
    const place = places[at];
    if (place === undefined) places.push(target);
    else places[at] = { box: around(place.box, target.box), isObject: place.isObject || target.isObject };
  }
  const regions = places.map(({ box }) => regionAround(box, { picture, input }));
  const frames = waited(regions, waiting);
  const ranked = places
    .map(({ isObject }, order) => ({ region: regions[order] as Region, order, isObject, frames: frames[order] ?? 0 }))
    .sort((a, b) => b.frames - a.frames || Number(b.isObject) - Number(a.isObject) || a.order - b.order);
  return {
    regions: ranked.slice(0, most).map(({ region }) => region),
    leftOut: ranked.slice(most).map(({ region, frames }) => ({ ...region, frames: frames + 1 })),
  };
}

/** How many pixels of the picture become one of the input where a box fills it; 1 at least. */
export function scaleOf([left, top, right, bottom]: Box, input: Size): number {
  return Math.max(1, (right - left) / input.width, (bottom - top) / input.height);
}

/** Whether both fit into one region in which neither is seen smaller than in its own. */
function fitsTogether(a: Box, b: Box, input: Size): boolean {
  return scaleOf(around(a, b), input) <= Math.max(scaleOf(a, input), scaleOf(b, input));
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** Of the shape of the input, as far as the picture has room. */
function regionAround(box: Box, { picture, input }: { picture: Size; input: Size }): Region {
  const scale = scaleOf(box, input);
  const [x, width] = side(box[0], box[2], Math.ceil(scale * input.width), picture.width);
  const [y, height] = side(box[1], box[3], Math.ceil(scale * input.height), picture.height);
  return { x, y, width, height };
}

function side(from: number, to: number, wanted: number, available: number): [start: number, length: number] {
  const length = Math.min(available, wanted);
  const start = Math.floor((from + to - length) / 2);
  return [Math.max(0, Math.min(available - length, start)), length];
}

/** Frames that each has waited: what was left out is the one that shows most of the same. */
function waited(regions: readonly Region[], waiting: readonly WaitingRegion[]): number[] {
  const frames = regions.map(() => 0);
  for (const earlier of waiting) {
    let [best, most] = [-1, 0];
    for (const [at, region] of regions.entries()) {
      const shared = overlap(boxOf(region), boxOf(earlier));
      if (shared > most) [best, most] = [at, shared];
    }
    if (best >= 0) frames[best] = Math.max(frames[best] ?? 0, earlier.frames);
  }
  return frames;
}

export function boxOf({ x, y, width, height }: Region): Box {
  return [x, y, x + width, y + height];
}
