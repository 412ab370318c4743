import { readFile } from "node:fs/promises";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import { assetPath } from "../helpers/assets.ts";
import type { Feed } from "./golden-case.ts";
import type { Bench, Outcome, Row } from "./run-case.ts";

/** One run after another on an open workflow: the boxes of each frame of a file as the inputs `image` and `detections`. */
export async function feedBoxes(feed: Feed<"boxes">, { workflow, golden }: Bench): Promise<Outcome> {
  const rows: Row[] = [];
  const faults: Outcome["faults"] = [];
  for (const [i, items] of (await readBoxes(feed.file)).entries()) {
    const inputs = { image: pictureOf(feed, i), detections: [detectionsOf(feed, items)] };
    const [result] = await workflow.once(1, { ...golden.parameters, ...inputs });
    rows.push(result?.outputs ?? {});
    faults.push(...(result?.faults ?? []));
  }
  return { rows: { rows }, faults };
}

/** Frames in order: `frame, id, left, top, width, height, confidence, class, visibility`, counted from 1; flag 0 is left out. */
export async function readBoxes(file: string): Promise<Detection[][]> {
  const text = await readFile(assetPath(file) ?? file, "utf8");
  const frames: Detection[][] = [];
  for (const line of text.trim().split("\n")) {
    const [frame = 0, id = 0, left = 0, top = 0, width = 0, height = 0, confidence = 0] = line.split(",").map(Number);
    if (confidence === 0) continue;
    while (frames.length < frame) frames.push([]);
    const [x, y] = [left - 1, top - 1];
    const box: Detection["box"] = [x, y, x + width, y + height];
    frames[frame - 1]?.push({ box, confidence, class: "person", classId: 0, detectionId: `${frame}-${id}` });
  }
  return frames;
}

function detectionsOf({ width, height }: Feed<"boxes">, items: Detection[]): Detections {
  const root = { id: "video", width, height, offsetX: 0, offsetY: 0 };
  return { kind: "detections", items, width, height, parentId: "video", parent: null, root };
}

/** A picture of one pixel: only its clock is looked at. */
function pictureOf({ fps }: Feed<"boxes">, index: number): Image {
  const frame = { videoIdentifier: "video", frameNumber: index + 1, frameTimestamp: (index / fps) * 1000 };
  const root = { id: "video", width: 1, height: 1, offsetX: 0, offsetY: 0 };
  return {
    kind: "image",
    width: 1,
    height: 1,
    pixels: { type: "owned", rgb: new Uint8Array(3), width: 1, height: 1 },
    parentId: "video",
    parent: null,
    root,
    video: { ...frame, fps, measuredFps: null, comesFromVideoFile: true },
  };
}
