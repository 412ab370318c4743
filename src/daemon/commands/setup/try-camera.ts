import { type FrameHandle, FULL_RGB, type RenditionRequest } from "../../../kinds/frame.ts";
import { openCamera } from "../../../stream/camera.ts";
import type { FfmpegBinary } from "../../../stream/ffmpeg/ffmpeg-binary.ts";
import { type Arena, createArena } from "../../../stream/frames/arena.ts";
import type { StreamInfo } from "../../../stream/frames/frame-assembly.ts";
import { createLedger } from "../../../stream/ledger.ts";
import { cameraSettings } from "../../config/camera-settings.ts";
import type { CameraConfig } from "../../config/schema/config-schema.ts";

export interface TriedCamera {
  stream: StreamInfo | undefined;
  /** From the opening to the first frame, or to its end. */
  seconds: number;
  /** Why there is no frame; null when there is one. */
  failure: string | null;
  /** The first frame as packed rgb, where it is wanted. */
  picture: { rgb: Uint8Array; width: number; height: number } | null;
}

/** The smallest picture: it is only asked whether one arrives. */
const THUMBNAIL: RenditionRequest = { fit: "stretch", width: 16, height: 16, pixelFormat: "rgb24", pad: 0 };
/** Room for pictures of any camera; taken only as it is used. */
const PICTURE_BYTES = 2 ** 28;

/** Opens a camera once, until its first frame. */
export async function tryCamera(
  id: string,
  config: CameraConfig,
  { ffmpeg, wantsPicture = false }: { ffmpeg: FfmpegBinary; wantsPicture?: boolean },
): Promise<TriedCamera> {
  const arena = createArena({ sizeBytes: wantsPicture ? PICTURE_BYTES : 2 ** 16, configKey: "frame_memory_mb" });
  const settings = { ...cameraSettings(id, config, 2), retry: false, loop: false, delivery: "newest" as const };
  const renditions = [wantsPicture ? FULL_RGB : THUMBNAIL];
  const camera = openCamera(settings, { ffmpeg, arena, renditions, ledger: createLedger(), report: () => {} });
  const startedAt = performance.now();
  const first = new Promise<TriedCamera["picture"] | false>((resolve) => {
    camera.start({
      frame(frame) {
        resolve(wantsPicture ? pictureOf(frame, arena) : null);
        camera.release(frame);
      },
      changed(state) {
        if (state === "failed" || state === "ended") resolve(false);
      },
    });
  });
  const picture = await first;
  const seconds = (performance.now() - startedAt) / 1000;
  const { stream, lastFailure } = camera.statistics();
  await camera.stop(0);
  if (picture !== false) return { stream, seconds, failure: null, picture };
  return { stream, seconds, failure: lastFailure?.error.message ?? "it gave no frame", picture: null };
}

function pictureOf({ renditions: [full] }: FrameHandle, { memory }: Arena): TriedCamera["picture"] {
  if (full === undefined) return null;
  const { offset, width, height } = full;
  return { rgb: new Uint8Array(memory, offset, 3 * width * height).slice(), width, height };
}
