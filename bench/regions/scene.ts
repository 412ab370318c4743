import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Box } from "../../src/geometry/box-overlap.ts";

export const WIDTH = 3840;
export const HEIGHT = 2160;
export const FPS = 12.5;
/** Every second picture of the sequence. */
const EVERY = 2;
const SEQUENCE = { width: 1280, height: 720, frames: 400, folder: "mot/mot-synth-a", name: "mot-synth-a" };

/** The sequence, made small at some place of the still picture. */
interface Patch {
  x: number;
  y: number;
  /** Persons of 280 to 450 pixels become so much smaller. */
  smaller: number;
  filter: string;
  /** Where what is at some place and frame of the sequence is then. */
  frameOf: (frame: number) => number;
  isMirrored: boolean;
}

const LAST = Math.floor((SEQUENCE.frames - 1) / EVERY);
const PATCHES: readonly Patch[] = [
  { x: 700, y: 300, smaller: 7.5, filter: "null", frameOf: (frame) => frame, isMirrored: false },
  { x: 2300, y: 1300, smaller: 10, filter: "reverse", frameOf: (frame) => LAST - frame, isMirrored: false },
  { x: 3100, y: 420, smaller: 13, filter: "hflip", frameOf: (frame) => frame, isMirrored: true },
];

/** A person in one frame. */
export interface Truth {
  person: string;
  box: Box;
  /** False where it is nearly hidden, so that finding it is neither right nor wrong. */
  counts: boolean;
}

export function hasSequence(assets: string): boolean {
  return existsSync(join(assets, SEQUENCE.folder, `${SEQUENCE.name}.mp4`));
}

/** The persons of each frame, in pixels of the large picture. */
export function truthOf(assets: string): Truth[][] {
  const frames = Array.from({ length: LAST + 1 }, (): Truth[] => []);
  const lines = readFileSync(join(assets, SEQUENCE.folder, "gt/gt.txt"), "utf8")
    .trim()
    .split("\n");
  for (const line of lines) {
    const [number = 0, person = 0, x = 0, y = 0, width = 0, height = 0, flag = 0] = line.split(",").map(Number);
    if ((number - 1) % EVERY !== 0) continue;
    const own = [x - 1, y - 1, x - 1 + width, y - 1 + height] as const;
    for (const [index, patch] of PATCHES.entries()) {
      const at = patch.frameOf((number - 1) / EVERY);
      frames[at]?.push({ person: `${index}-${person}`, box: placed(own, patch), counts: flag === 1 });
    }
  }
  return frames;
}

function placed([left, top, right, bottom]: Box, { x, y, smaller, isMirrored }: Patch): Box {
  const { width, height } = SEQUENCE;
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [x1, x2] = isMirrored ? [width - right, width - left] : [left, right];
  return [
    x + clip(x1, width) / smaller,
    y + clip(top, height) / smaller,
    x + clip(x2, width) / smaller,
    y + clip(bottom, height) / smaller,
  ];
}

/** Encodes the film as a camera of 4K would; returns its path. */
export function encode({ assets, folder }: { assets: string; folder: string }): string {
  const path = join(folder, "small-persons.mp4");
  const outs = PATCHES.map((_, i) => `[s${i}]`).join("");
  const patches = PATCHES.map(({ smaller, filter }, i) => {
    const [width, height] = [SEQUENCE.width, SEQUENCE.height].map((side) => Math.round(side / smaller));
    return `[s${i}]scale=${width}:${height}:flags=area,${filter}[p${i}]`;
  });
  const overlays = PATCHES.map(({ x, y }, i) => `[b${i}][p${i}]overlay=${x}:${y}:shortest=1[b${i + 1}]`);
  const graph = [
    `[0:v]select='not(mod(n,${EVERY}))',setpts=N/${FPS}/TB,split=${PATCHES.length}${outs}`,
    ...patches,
    `[1:v]trim=end_frame=1,scale=${WIDTH}:${HEIGHT},gblur=sigma=8,loop=-1:1:0,setpts=N/${FPS}/TB[b0]`,
    ...overlays,
    `[b${PATCHES.length}]noise=alls=4:allf=t,format=yuv420p[out]`,
  ].join(";");
  const sequence = join(assets, SEQUENCE.folder, `${SEQUENCE.name}.mp4`);
  const still = join(assets, "videos/people-one-by-one.mp4");
  const encoder = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-b:v",
    "12M",
    "-maxrate",
    "12M",
    "-bufsize",
    "12M",
    "-g",
    "25",
  ];
  const inputs = ["-v", "error", "-y", "-i", sequence, "-i", still, "-filter_complex", graph, "-map", "[out]"];
  execFileSync("ffmpeg", [...inputs, "-frames:v", String(LAST + 1), "-r", String(FPS), ...encoder, path]);
  return path;
}

/** The pictures of a film one after the other, each in the same memory. */
export async function* pictures(path: string, filter: string, into: Uint8Array): AsyncGenerator<number> {
  const decoder = spawn("ffmpeg", ["-v", "error", "-i", path, "-vf", filter, "-f", "rawvideo", "-"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [filled, frame] = [0, 0];
  try {
    for await (const piece of decoder.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < piece.length; ) {
        const count = Math.min(piece.length - at, into.length - filled);
        into.set(piece.subarray(at, at + count), filled);
        at += count;
        filled += count;
        if (filled < into.length) continue;
        filled = 0;
        yield frame++;
      }
    }
  } finally {
    decoder.kill();
  }
}
