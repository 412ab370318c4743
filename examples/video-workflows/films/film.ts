import { spawn } from "node:child_process";
import { once } from "node:events";
import { BugError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/demo/seeded-random.ts";
import type { Canvas } from "../../../src/drawing/canvas.ts";
import { findFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";

/** A film whose every frame is computed, so that what is on it is known. */
export interface Film {
  width: number;
  height: number;
  fps: number;
  frames: number;
  /** Fills what is the same in all frames. */
  ground: (canvas: Canvas) => void;
  /** Draws on a frame, which has the ground. */
  draw: (canvas: Canvas, frame: number) => void;
}

/** Encodes a film with ffmpeg. */
export async function writeFilm({ width, height, fps, frames, ground, draw }: Film, path: string): Promise<void> {
  const { path: ffmpeg } = await findFfmpeg();
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`, "-r", `${fps}`, "-i", "-"];
  const output = ["-c:v", "libx264", "-qp", "8", "-pix_fmt", "yuv420p", path];
  const encoder = spawn(ffmpeg, ["-v", "error", "-y", ...input, ...output], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(encoder, "close");
  const empty = new Uint8Array(3 * width * height);
  ground({ rgb: empty, width, height });
  for (let frame = 0; frame < frames; frame++) {
    const rgb = empty.slice();
    draw({ rgb, width, height }, frame);
    if (!encoder.stdin.write(rgb)) await once(encoder.stdin, "drain");
  }
  encoder.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new BugError(`ffmpeg ended with ${code}`);
}

/** Grey with a grain that stays. */
export function fillGrain({ rgb }: Canvas, grey: number): void {
  const random = seededRandom(7);
  for (let at = 0; at < rgb.length; at += 3) rgb.fill(grey + Math.floor(6 * random()), at, at + 3);
}
