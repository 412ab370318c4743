import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Canvas, type Color, fillRect } from "../../../src/drawing/canvas.ts";
import { fillInk } from "../../../src/drawing/ink.ts";
import { fillRoundBox } from "../../../src/drawing/strokes.ts";
import { openTypeface } from "../../../src/drawing/typeface/typeface.ts";
import { type Film, fillGrain } from "./film.ts";

/** The plates of the cars, in the order in which they pass. */
export const PLATES = ["AX 4711", "BK 2026", "HN 3158", "MT 9042", "EW 6673"] as const;

const PAINTS: readonly Color[] = [[150, 40, 44], [44, 84, 150], [178, 178, 182], [40, 110, 84], [196, 150, 40]]; // biome-ignore format: colours
const [LENGTH, HEIGHT] = [220, 130];
/** Frames of the empty lane, frames from car to car, pixels from frame to frame. */
const [EMPTY, PERIOD, SPEED] = [105, 34, 28];
const [WIDTH, TOP] = [640, 110];
const PLATE = { width: 132, height: 36 } as const;

const file = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf");
const typeface = await openTypeface([{ name: file, bytes: await readFile(file) }]);

/** Cars that drive from left to right past a gate, each with a plate on its side; the lane is empty for ten seconds first. */
export const carsFilm: Film = {
  width: WIDTH,
  height: 360,
  fps: 10,
  frames: EMPTY + PLATES.length * PERIOD + 8,
  ground: (canvas) => fillGrain(canvas, 92),
  draw(canvas, frame) {
    for (const [i, plate] of PLATES.entries()) {
      const left = (frame - EMPTY - i * PERIOD) * SPEED - LENGTH;
      if (left < WIDTH) drawCar(canvas, { left, paint: PAINTS[i] ?? [0, 0, 0], plate });
    }
  },
};

function drawCar(canvas: Canvas, { left, paint, plate }: { left: number; paint: Color; plate: string }): void {
  fillRoundBox(canvas, [left, TOP, left + LENGTH - 1, TOP + HEIGHT - 1], 28, paint);
  fillRoundBox(canvas, [left + 40, TOP + 12, left + LENGTH - 41, TOP + 50], 10, [24, 28, 34]);
  const at = { x: left + (LENGTH - PLATE.width) / 2, y: TOP + 72 };
  fillRect(canvas, { x: at.x - 2, y: at.y - 2, width: PLATE.width + 4, height: PLATE.height + 4 }, [20, 20, 20]);
  fillRect(canvas, { ...at, ...PLATE }, [240, 240, 236]);
  const { width, ink } = typeface.line(plate, 26);
  fillInk(canvas, ink, { x: at.x + Math.floor((PLATE.width - width) / 2), y: at.y + 27 }, [16, 16, 20]);
}
