import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { packageFolder } from "../base/program-files.ts";
import { createScene } from "../demo/scene.ts";
import { findFfmpeg } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { openVideoWriter } from "../stream/ffmpeg/video-writer.ts";

/** What daemons of the bench look at, and with which model. */
export interface Material {
  model: string;
  /** Read as fast as it goes. */
  video: string;
  /** Shown by cameras; objects are in its first picture. */
  cameraVideo: string;
  /** For readers of the figures. */
  description: string;
}

/** The larger test assets where they are, otherwise the demo's detector and a clip of its scene made in `folder`. */
export async function findMaterial(folder: string): Promise<Material> {
  const model = asset("models/yolox-nano-416.onnx");
  const video = asset("videos/people-one-by-one.mp4");
  const cameraVideo = asset("videos/store-aisle.mp4");
  if (model !== null && video !== null && cameraVideo !== null) {
    return { model, video, cameraVideo, description: "yolox-nano-416" };
  }
  const clip = join(folder, "scene.mp4");
  await encodeScene(clip);
  const demoModel = fileURLToPath(new URL("demo/shapes.onnx", packageFolder));
  return { model: demoModel, video: clip, cameraVideo: clip, description: "the demo's shapes.onnx" };
}

const ASSETS = process.env["MILLRACE_ASSETS"] ?? fileURLToPath(new URL("../shared/assets", packageFolder));

function asset(name: string): string | null {
  const path = join(ASSETS, name);
  return existsSync(path) ? path : null;
}

const SCENE = { seed: 7, width: 640, height: 360 };
const FPS = 15;
const FRAMES = 150;

async function encodeScene(path: string): Promise<void> {
  const { path: ffmpegPath } = await findFfmpeg();
  const { width, height } = SCENE;
  const scene = createScene(SCENE);
  const writer = openVideoWriter({ ffmpegPath, path, fps: FPS });
  const rgb = new Uint8Array(width * height * 3);
  for (let frame = 0; frame < FRAMES; frame++) {
    scene.drawFrame(frame, rgb);
    await writer.write(
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  await writer.close();
}
