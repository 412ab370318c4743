import { steadyMs } from "../../src/base/steady-clock.ts";
import { createScene, type Scene } from "../../src/demo/scene.ts";
import { type FrameHandle, FULL_RGB, renditionKey } from "../../src/kinds/frame.ts";
import { SCENE } from "../helpers/scene.ts";
import type { Feed } from "./golden-case.ts";
import type { Bench, Outcome, Row } from "./run-case.ts";

interface Camera {
  id: string;
  scene: Scene;
  first: number;
  every: number;
  /** In the arena. */
  offset: number;
  rows: Row[];
}

const { width, height } = SCENE;
const START = Date.UTC(2026, 0, 1);

/** Frames of simulated cameras, drawn into shared memory as a decoder leaves them. */
export async function feedScene(feed: Feed<"scene">, { workflow, arena }: Bench): Promise<Outcome> {
  const cameras = Object.entries(feed.cameras).map(([id, { seed, first, every }]): Camera => {
    const scene = createScene({ ...SCENE, seed });
    return { id, scene, first, every, offset: arena.allocate(width * height * 3), rows: [] };
  });
  const faults: Outcome["faults"] = [];
  for (let round = 0; round < feed.rounds; round++) {
    const shown = cameras.filter(({ every }) => round % every === 0);
    const frames = shown.map((camera) => frameOf(camera, round, feed.fps));
    for (const camera of shown) draw(camera, round, arena.memory);
    const results = await workflow.frames(frames, []);
    for (const [i, result] of results.entries()) shown[i]?.rows.push(result.outputs ?? {});
    faults.push(...results.flatMap((result) => result.faults));
  }
  for (const { offset } of cameras) arena.free(offset);
  return { rows: Object.fromEntries(cameras.map(({ id, rows }) => [id, rows])), faults };
}

function draw({ scene, first, offset }: Camera, round: number, memory: SharedArrayBuffer): void {
  scene.drawFrame(first + round, new Uint8Array(memory, offset, width * height * 3));
}

/** Counted by the camera's own frames; the time goes by rounds. */
function frameOf({ id, every, offset }: Camera, round: number, fps: number): FrameHandle {
  const key = renditionKey(FULL_RGB);
  return {
    camera: id,
    sequence: round / every + 1,
    pts: round / fps,
    timestamp: START + (round / fps) * 1000,
    timestampSource: "arrival",
    clockS: round / fps,
    startS: 0,
    decodedAt: steadyMs(),
    width,
    height,
    fps: fps / every,
    measuredFps: null,
    renditions: [{ key, offset, width, height, fit: "none", pixelFormat: "rgb24" }],
    slot: 0,
  };
}
