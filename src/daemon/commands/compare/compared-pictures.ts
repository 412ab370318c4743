import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../../base/errors.ts";
import type { PixelRef } from "../../../inference/request.ts";
import { type FrameHandle, FULL_RGB, renditionKey } from "../../../kinds/frame.ts";
import { openCamera } from "../../../stream/camera.ts";
import { findFfmpeg } from "../../../stream/ffmpeg/ffmpeg-binary.ts";
import { createArena } from "../../../stream/frames/arena.ts";
import { createLedger } from "../../../stream/ledger.ts";
import { readPicture } from "../../input/read-picture.ts";

/** A picture that several models are asked about; its pixels are valid until the next one. */
export interface ComparedPicture {
  /** Name of the file; the number of the frame in a video. */
  name: string;
  width: number;
  height: number;
  source: PixelRef;
}

export interface PictureSource {
  /** The memory in which sources of the type `region` lie. */
  arena: SharedArrayBuffer;
  pictures(): AsyncGenerator<ComparedPicture>;
}

const ENDINGS = /\.(jpe?g|png|webp|tiff?|avif|gif)$/i;
const FRAME_SLOTS = 3;
const ARENA_BYTES = 2 ** 30;

/** The pictures of a folder, by name. Throws `ConfigError` where there is none. */
export async function picturesOfFolder(folder: string): Promise<PictureSource> {
  const names = (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      throw wrong(folder, error.code === "ENOTDIR" ? "it is no folder" : "there is no such folder");
    })
  ).filter((name) => ENDINGS.test(name));
  if (names.length === 0) throw wrong(folder, "it has no pictures (JPEG, PNG, WebP, TIFF, AVIF or GIF)");
  return {
    arena: new SharedArrayBuffer(64),
    async *pictures() {
      for (const name of names.toSorted()) {
        const { pixels, width, height } = await readPicture(join(folder, name), name);
        if (pixels.type === "owned")
          yield { name, width, height, source: { type: "owned", rgb: pixels.rgb, width, height } };
      }
    },
  };
}

/** Every frame of a video, in order. Throws `ConfigError` for one that cannot be read. */
export async function picturesOfVideo(path: string, ffmpegPath?: string): Promise<PictureSource> {
  const ffmpeg = await findFfmpeg(ffmpegPath);
  const arena = createArena({ sizeBytes: ARENA_BYTES, configKey: "frame_memory_mb" });
  return {
    arena: arena.memory,
    async *pictures() {
      let failure: string | null = null;
      const camera = openCamera(
        { ...SETTINGS, id: "video", url: path },
        {
          ffmpeg,
          arena,
          renditions: [FULL_RGB],
          ledger: createLedger(),
          report(event) {
            if (event.type === "source_failed") failure ??= event.message;
          },
        },
      );
      try {
        for await (const frame of framesOf(camera)) {
          try {
            yield framePicture(frame);
          } finally {
            camera.release(frame);
          }
        }
      } finally {
        await camera.stop(1000);
      }
      if (failure !== null) throw wrong(path, failure);
    },
  };
}

const SETTINGS = {
  transport: "tcp",
  pace: "fast",
  loop: false,
  connectTimeoutMs: 60_000,
  stallTimeoutMs: 300_000,
  slots: FRAME_SLOTS,
  delivery: "all",
} as const;

/** As many frames wait as the camera has slots. */
async function* framesOf(camera: ReturnType<typeof openCamera>): AsyncGenerator<FrameHandle> {
  const waiting: FrameHandle[] = [];
  let [isOver, wake] = [false, () => {}];
  camera.start({
    frame(frame) {
      waiting.push(frame);
      wake();
    },
    changed: () => {},
  });
  void camera.finished.finally(() => {
    isOver = true;
    wake();
  });
  while (!isOver || waiting.length > 0) {
    const frame = waiting.shift();
    if (frame !== undefined) yield frame;
    else if (!isOver)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  await camera.finished;
}

function framePicture({ sequence, width, height, renditions }: FrameHandle): ComparedPicture {
  const offset = renditions.find(({ key }) => key === renditionKey(FULL_RGB))?.offset ?? 0;
  const source = { type: "region", offset, frameWidth: width, frameHeight: height, x: 0, y: 0, width, height } as const;
  return { name: `${sequence - 1}`, width, height, source };
}

function wrong(path: string, message: string): ConfigError {
  return new ConfigError("COMPARE", [{ code: "COMPARE_PICTURES", path: "", message }], path);
}
