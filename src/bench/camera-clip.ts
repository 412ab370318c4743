import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EncodedSource } from "../demo/camera-source.ts";
import { clipArguments } from "../demo/encoder-arguments.ts";

/** Long enough that the seam, where a group of pictures is cut short, is rare. */
const SECONDS = 20;
const BITRATE_KBPS = 4000;
const GROUP_S = 0.5;

/**
 * Encodes a video once for simulated cameras of this frame rate, into a folder. Cameras encode on hardware of their own: an encoder that
 * runs beside the daemon would take processor time that the daemon has on a real box.
 */
export async function encodeCameraClip(
  { ffmpegPath, folder }: { ffmpegPath: string; folder: string },
  video: { file: string; fps: number },
): Promise<EncodedSource> {
  const path = join(folder, `camera-${video.fps}.mkv`);
  const settings = { path, bitrateKbps: BITRATE_KBPS, groupS: GROUP_S };
  await promisify(execFile)(ffmpegPath, clipArguments({ ...video, seconds: SECONDS }, settings));
  return { kind: "encoded", file: path };
}
