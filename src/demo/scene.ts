import { drawBackground } from "./background.ts";
import { drawShape } from "./draw-shape.ts";
import { boxOf, distanceToRim, rimOf, type Shape, type ShapeClass } from "./shape.ts";
import { type Parcel, parcelsAt } from "./traffic.ts";

export interface SceneSettings {
  /** Whole number; equal seeds give equal pictures. */
  seed: number;
  width: number;
  height: number;
}

/** What is really in a picture, for measuring a detector against. */
export interface SceneObject {
  /** Stays the same while the object crosses the picture. */
  id: string;
  class: ShapeClass;
  /** x min, y min, x max, y max in pixels, clipped to the picture, as if nothing lay over the object. */
  box: [number, number, number, number];
  /** Share of the object that is inside the picture and not covered by others, 0..1. */
  visible: number;
}

/** An endless video of parcels on two belts; any frame from 0 on can be asked for, in any order. */
export interface Scene {
  truthAt(frame: number): SceneObject[];
  /** Fills `rgb`, `width * height * 3` bytes. */
  drawFrame(frame: number, rgb: Uint8Array): void;
}

export function createScene(settings: SceneSettings): Scene {
  const { width, height } = settings;
  const empty = new Uint8Array(width * height * 3);
  drawBackground({ rgb: empty, width, height }, settings.seed);
  return {
    truthAt: (frame) => truthOf(parcelsAt(settings, frame), settings),
    drawFrame(frame, rgb) {
      rgb.set(empty);
      for (const parcel of parcelsAt(settings, frame)) drawShape({ rgb, width, height }, parcel);
    },
  };
}

function truthOf(parcels: Parcel[], size: Size): SceneObject[] {
  return parcels
    .map((parcel, index) => ({
      id: parcel.id,
      class: parcel.class,
      box: clipped(boxOf(parcel), size),
      visible: visibleShare(parcel, parcels.slice(index + 1), size),
    }))
    .filter(({ box }) => box[2] > box[0] && box[3] > box[1]);
}

interface Size {
  width: number;
  height: number;
}

function clipped([left, top, right, bottom]: SceneObject["box"], { width, height }: Size): SceneObject["box"] {
  return [Math.max(0, left), Math.max(0, top), Math.min(width, right), Math.min(height, bottom)];
}

const SAMPLES = 16;

/** Counts the points of a grid over the shape that neither the picture's edge nor a shape above hides. */
function visibleShare(shape: Shape, above: Shape[], { width, height }: Size): number {
  let inside = 0;
  let seen = 0;
  for (let index = 0; index < SAMPLES * SAMPLES; index++) {
    const x = shape.x + shape.radius * (((index % SAMPLES) + 0.5) * (2 / SAMPLES) - 1);
    const y = shape.y + shape.radius * ((Math.floor(index / SAMPLES) + 0.5) * (2 / SAMPLES) - 1);
    if (!covers(shape, x, y)) continue;
    inside++;
    const inPicture = x >= 0 && y >= 0 && x < width && y < height;
    if (inPicture && !above.some((other) => covers(other, x, y))) seen++;
  }
  return seen / inside;
}

function covers(shape: Shape, x: number, y: number): boolean {
  return distanceToRim(rimOf(shape), x - shape.x, y - shape.y) < 0;
}
