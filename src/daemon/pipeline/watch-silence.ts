import { steadyMs } from "../../base/steady-clock.ts";
import type { FrameHandle } from "../../kinds/frame.ts";

type LastFrame = Pick<FrameHandle, "camera" | "clockS" | "decodedAt">;

export interface SilenceSettings {
  /** Cameras with open tracks. */
  cameras: () => Iterable<string>;
  /** Whether frames of a camera are waiting or under way. */
  isBusy: (camera: string) => boolean;
  /** A camera gave no frame until `clockS`, on the clock of its frames. */
  silent: (camera: string, clockS: number) => Promise<void>;
}

export interface SilenceWatch {
  /** A frame is through. */
  seen(frame: LastFrame): void;
  close(): void;
}

const LOOK_EVERY_MS = 500;

/** Watches cameras without frames: timeouts that follow the frames' clock would not fire for them. */
export function watchSilence({ cameras, isBusy, silent }: SilenceSettings): SilenceWatch {
  const last = new Map<string, LastFrame>();
  let isLooking = false;

  async function look(): Promise<void> {
    for (const camera of cameras()) {
      const frame = last.get(camera);
      if (frame === undefined || isBusy(camera)) continue;
      const silentMs = steadyMs() - frame.decodedAt;
      if (silentMs >= LOOK_EVERY_MS) await silent(camera, frame.clockS + silentMs / 1000);
    }
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    seen: ({ camera, clockS, decodedAt }) => void last.set(camera, { camera, clockS, decodedAt }),
    close: () => clearInterval(timer),
  };
}
