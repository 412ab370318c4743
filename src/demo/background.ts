import type { Canvas } from "./draw-shape.ts";
import { seededRandom } from "./seeded-random.ts";

/** Where the two roller belts lie, as shares of the picture's height. */
export const BELTS = [
  { top: 0.13, bottom: 0.45 },
  { top: 0.57, bottom: 0.89 },
] as const;

type Color = readonly [number, number, number];

const LINE_COLOR: Color = [245, 205, 60];
const RAIL_COLOR: Color = [150, 156, 162];
const NOISE_SIDE = 64;

/** Fills the canvas with the empty hall: a concrete floor, two roller belts, and the painted line across the middle. */
export function drawBackground(canvas: Canvas, seed: number): void {
  const random = seededRandom(seed, 1);
  const warmth = random() * 2 - 1;
  const look: Look = {
    floor: [112 + 8 * warmth, 112 + 2 * warmth, 110 - 8 * warmth],
    belt: 52 + 22 * random(),
    noise: Float32Array.from({ length: NOISE_SIDE * NOISE_SIDE }, () => random() * 2 - 1),
    unit: canvas.height / 360,
    width: canvas.width,
    height: canvas.height,
  };
  for (let row = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++) {
      canvas.rgb.set(colorAt(look, column, row), (row * canvas.width + column) * 3);
    }
  }
}

interface Look {
  floor: Color;
  /** Grey level of the belts. */
  belt: number;
  /** NOISE_SIDE x NOISE_SIDE values in -1..1. */
  noise: Float32Array;
  /** Pixels; one in a picture 360 high. */
  unit: number;
  width: number;
  height: number;
}

function colorAt(look: Look, column: number, row: number): Color {
  const light = lampAt(look, column, row) * (1 + 0.025 * grainAt(look, column, row));
  const ground = groundAt(look, column, row);
  const paint = linePaintAt(look, column, row);
  const mixed = (channel: 0 | 1 | 2) =>
    Math.max(0, Math.min(255, light * (ground[channel] * (1 - paint) + LINE_COLOR[channel] * paint)));
  return [mixed(0), mixed(1), mixed(2)];
}

/** One lamp above the upper left, darker corners. */
function lampAt(look: Look, column: number, row: number): number {
  const right = column / look.width - 0.42;
  const down = row / look.height - 0.38;
  return 1.16 - 0.75 * (right * right + down * down) - 0.08 * down;
}

function groundAt(look: Look, column: number, row: number): Color {
  for (const belt of BELTS) {
    const above = row - belt.top * look.height;
    const below = belt.bottom * look.height - row;
    const inside = Math.min(above, below) / look.unit;
    if (inside >= 6) return beltAt(look, column, row);
    if (inside >= 0) return shaded(RAIL_COLOR, 0.72 + 0.4 * Math.sin((Math.PI * inside) / 6));
    if (below < 0 && inside > -14) return shaded(floorAt(look, column, row), 0.6 - (0.4 * inside) / 14);
  }
  return floorAt(look, column, row);
}

/** Steel rollers side by side, seen from above. */
function beltAt(look: Look, column: number, row: number): Color {
  const turn = column / (13 * look.unit);
  const roller = Math.sin(Math.PI * (turn - Math.floor(turn)));
  const wear = 1 + 0.07 * smoothNoise(look, Math.floor(turn) * 7.3, row / (40 * look.unit));
  const grey = look.belt * (0.62 + 0.5 * roller) * wear;
  return [grey * 0.97, grey, grey * 1.05];
}

/** Concrete: blotches of two sizes. */
function floorAt(look: Look, column: number, row: number): Color {
  const x = column / look.unit;
  const y = row / look.unit;
  return shaded(look.floor, 1 + 0.1 * smoothNoise(look, x / 45, y / 45) + 0.06 * smoothNoise(look, x / 9, y / 9));
}

/** How much of the yellow counting line covers the place, 0..1; worn, so that the ground shows through. */
function linePaintAt(look: Look, column: number, row: number): number {
  const away = Math.abs(column + 0.5 - look.width / 2) / look.unit;
  const edge = Math.max(0, Math.min(1, 3.2 - away));
  const worn = 0.82 + 0.16 * smoothNoise(look, column / 6, row / 11);
  return edge * worn;
}

function shaded(color: Color, share: number): Color {
  return [color[0] * share, color[1] * share, color[2] * share];
}

function grainAt(look: Look, column: number, row: number): number {
  const shift = (row >> 6) * 23 + (column >> 6) * 41;
  return noiseAt(look, column + shift, row + shift * 3);
}

/** Noise between the grid points of the table, with a smooth step. */
function smoothNoise(look: Look, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = ease(x - left);
  const down = ease(y - top);
  const upper = noiseAt(look, left, top) * (1 - right) + noiseAt(look, left + 1, top) * right;
  const lower = noiseAt(look, left, top + 1) * (1 - right) + noiseAt(look, left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}

function noiseAt(look: Look, x: number, y: number): number {
  return look.noise[(y & (NOISE_SIDE - 1)) * NOISE_SIDE + (x & (NOISE_SIDE - 1))]!;
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
