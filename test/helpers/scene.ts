import { spawn } from "node:child_process";
import { once } from "node:events";
import sharp from "sharp";
import { createScene } from "../../src/demo/scene.ts";

export const SCENE = { seed: 4242, width: 640, height: 360 };

/** The demo's scene, whose objects `demo/shapes.onnx` finds. */
export const scene = createScene(SCENE);

export async function writePicture(path: string, frame: number): Promise<string> {
  const raw = { width: SCENE.width, height: SCENE.height, channels: 3 } as const;
  await sharp(pixels(frame), { raw }).png().toFile(path);
  return path;
}

/** H.264 at 15 frames a second. */
export async function writeSceneClip(path: string, frames: number): Promise<string> {
  const input = [
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgb24",
    "-s",
    `${SCENE.width}x${SCENE.height}`,
    "-r",
    "15",
    "-i",
    "pipe:0",
  ];
  const output = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", path];
  const child = spawn("ffmpeg", ["-v", "error", "-y", ...input, ...output], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(child, "close");
  for (let frame = 0; frame < frames; frame++) {
    if (!child.stdin.write(pixels(frame))) await once(child.stdin, "drain");
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  return path;
}

function pixels(frame: number): Uint8Array {
  const rgb = new Uint8Array(SCENE.width * SCENE.height * 3);
  scene.drawFrame(frame, rgb);
  return rgb;
}
