import { drawBackground } from "../../../src/demo/background.ts";
import { drawShape } from "../../../src/demo/draw-shape.ts";
import type { Film } from "./film.ts";

/** What is wrong with each part, in the order in which they pass. */
export const PARTS = [
  "good",
  "good",
  "wrong colour",
  "good",
  "too small",
  "good",
  "wrong colour",
  "good",
  "too small",
  "good",
] as const;

const GREEN = [108, 172, 66] as const;
const RED = [206, 62, 52] as const;
/** From the middle to the corners. */
const [RADIUS, SMALL] = [38, 27];
/** Frames from part to part, pixels from frame to frame. */
const [PERIOD, SPEED] = [15, 12];
const WIDTH = 640;
const Y = 104;

/** Lids on the demo's belt from left to right, one after another. */
export const partsFilm: Film = {
  width: WIDTH,
  height: 360,
  fps: 10,
  frames: PARTS.length * PERIOD + Math.ceil((WIDTH + 2 * RADIUS) / SPEED),
  ground: (canvas) => drawBackground(canvas, 7),
  draw(canvas, frame) {
    for (const [i, verdict] of PARTS.entries()) {
      const x = (frame - i * PERIOD) * SPEED - RADIUS;
      const radius = verdict === "too small" ? SMALL : RADIUS;
      const color = verdict === "wrong colour" ? RED : GREEN;
      drawShape(canvas, { class: "square", x, y: Y + (i % 3) * 5, radius, angle: 0, color });
    }
  },
};
