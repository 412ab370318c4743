import { drawBackground } from "../../../src/demo/background.ts";
import { drawShape } from "../../../src/demo/draw-shape.ts";
import type { Canvas } from "../../../src/drawing/canvas.ts";
import type { Film } from "./film.ts";

// People and vehicles from above, as the demo's model sees shapes: circles are people, squares are vehicles.

type Color = readonly [number, number, number];
/** Frame, x and y of a place on the way; straight and evenly from one to the next. */
type Stop = readonly [frame: number, x: number, y: number];

interface Mover {
  class: "circle" | "square";
  radius: number;
  color: Color;
  way: readonly Stop[];
}

const COLORS: readonly Color[] = [
  [206, 62, 52],
  [66, 116, 186],
  [108, 172, 66],
  [222, 160, 48],
];

const colorOf = (i: number): Color => COLORS[i % COLORS.length] ?? [0, 0, 0];

/** Three come in upwards at the door below, stay at the table for 5 s, and leave to the right. */
export const doorFilm: Film = film({ width: 768, height: 432, frames: 190 }, [
  ...[0, 1, 2].map((i): Mover => {
    const start = 50 * i;
    const way: Stop[] = [
      [start, 330, 480],
      [start + 20, 330 + 60 * i, 160],
      [start + 70, 330 + 60 * i, 160],
      [start + 90, 820, 160 + 40 * i],
    ];
    return { class: "circle", radius: 34, color: colorOf(i), way };
  }),
]);

/** Two drive up in the left lane, two down in the right one. */
export const roadFilm: Film = film({ width: 768, height: 432, frames: 110 }, [
  ...[0, 1].map((i): Mover => {
    return {
      class: "square",
      radius: 40,
      color: colorOf(i),
      way: [
        [40 * i, 165, 490],
        [40 * i + 60, 165, -60],
      ],
    };
  }),
  ...[0, 1].map((i): Mover => {
    return {
      class: "square",
      radius: 40,
      color: colorOf(i + 2),
      way: [
        [10 + 40 * i, 405, -60],
        [60 + 40 * i, 405, 490],
      ],
    };
  }),
]);

/** Four come one after another and wait in a row; the first one has left when the last one comes. */
export const queueFilm: Film = film({ width: 480, height: 270, frames: 150 }, [
  ...[0, 1, 2, 3].map((i): Mover => {
    const start = 25 * i;
    const x = 90 + 85 * i;
    const leaves: Stop[] =
      i === 0
        ? [
            [85, x, 130],
            [100, x, -40],
          ]
        : [[150, x, 130]];
    return {
      class: "circle",
      radius: 28,
      color: colorOf(i),
      way: [[start, 530, 130], [start + 15, x, 130], ...leaves],
    };
  }),
]);

function film(
  { width, height, frames }: { width: number; height: number; frames: number },
  movers: readonly Mover[],
): Film {
  return {
    width,
    height,
    fps: 10,
    frames,
    ground: (canvas) => drawBackground(canvas, 7),
    draw(canvas, frame) {
      for (const mover of movers) drawMover(canvas, mover, frame);
    },
  };
}

function drawMover(canvas: Canvas, { way, ...shape }: Mover, frame: number): void {
  const next = way.findIndex(([at]) => at > frame);
  const [from, to] = [way[next - 1], way[next]];
  if (from === undefined || to === undefined) return;
  const share = (frame - from[0]) / (to[0] - from[0]);
  const [x, y] = [from[1] + share * (to[1] - from[1]), from[2] + share * (to[2] - from[2])];
  drawShape(canvas, { ...shape, x, y, angle: 0 });
}
