import { findFfmpeg } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { openSimulatedCamera, type SimulatedCamera } from "./camera.ts";
import { createScene } from "./scene.ts";

const SCENE = { seed: 7, width: 640, height: 360 };
const FPS = 15;

export interface DemoCamera {
  camera: SimulatedCamera;
  /** Who encodes its pictures, for people. */
  encoder: string;
}

/** The camera of the demo: parcels on two belts, over RTSP. */
export async function openDemoCamera(): Promise<DemoCamera> {
  const ffmpeg = await findFfmpeg();
  const scene = createScene(SCENE);
  const source = { kind: "drawn", width: SCENE.width, height: SCENE.height, fps: FPS, draw: scene.drawFrame } as const;
  const camera = await openSimulatedCamera({ path: "/belt", source, ffmpegPath: ffmpeg.path });
  return { camera, encoder: `${ffmpeg.origin} ffmpeg ${ffmpeg.version}` };
}
