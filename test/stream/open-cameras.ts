import type { FrameHandle, RenditionRequest } from "../../src/kinds/frame.ts";
import {
  type Camera,
  type CameraContext,
  type CameraSettings,
  type CameraState,
  openCamera,
} from "../../src/stream/camera.ts";
import type { FindDecoder } from "../../src/stream/decoders/decoder-choice.ts";
import { type FfmpegBinary, probeFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { createArena } from "../../src/stream/frames/arena.ts";
import { createLedger } from "../../src/stream/ledger.ts";
import type { PacketRing } from "../../src/stream/packets/packet-ring.ts";
import type { SourceFailed, StreamEvent } from "../../src/stream/stream-event.ts";
import { HandClock } from "./hand-clock.ts";

export const STRETCHED: RenditionRequest = { fit: "stretch", width: 32, height: 24, pixelFormat: "rgb24", pad: 0 };

const systemFfmpeg = probeFfmpeg("ffmpeg", "system");

export interface TestStreamOptions {
  ffmpeg?: FfmpegBinary;
  renditions?: RenditionRequest[];
  arenaBytes?: number;
  packets?: PacketRing | undefined;
  findDecoder?: FindDecoder;
}

/** Everything cameras need; the clock of their restarts is turned by hand, and waits are as long as they can be. */
export async function createStream(options: TestStreamOptions = {}) {
  const arena = createArena({ sizeBytes: options.arenaBytes ?? 64e6, configKey: "stream.memory_mb" });
  const ledger = createLedger();
  const clock = new HandClock();
  const events: StreamEvent[] = [];
  const context = {
    ffmpeg: options.ffmpeg ?? (await systemFfmpeg),
    arena,
    ledger,
    clock,
    renditions: options.renditions ?? [STRETCHED],
    report: (event: StreamEvent) => void events.push(event),
    random: () => 1,
    packets: options.packets,
    ...(options.findDecoder && { findDecoder: options.findDecoder }),
  };
  const open = (settings: Partial<CameraSettings> & { url: string }, own: Partial<CameraContext> = {}): Camera =>
    openCamera({ ...DEFAULTS, ...settings }, { ...context, ...own });
  const failures = () => events.filter((event): event is SourceFailed => event.type === "source_failed");
  return { arena, ledger, clock, events, failures, open };
}

const DEFAULTS: Omit<CameraSettings, "url"> = {
  id: "cam",
  transport: "tcp",
  pace: "fast",
  loop: false,
  connectTimeoutMs: 10_000,
  stallTimeoutMs: 5000,
  slots: 4,
};

/** Starts a camera and hands its frames over one by one. */
export function collect(camera: Camera) {
  const frames: FrameHandle[] = [];
  const states: CameraState[] = [];
  let check = () => {};
  camera.start({
    frame(frame) {
      frames.push(frame);
      check();
    },
    changed(state) {
      states.push(state);
      check();
    },
  });
  /** Resolves when the condition holds, which is looked at on each frame and change of state. */
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (condition()) resolve();
      };
      check();
    });
  return { frames, states, until };
}

/** First byte of a rendition. */
export function levelOf(memory: SharedArrayBuffer, frame: FrameHandle, rendition = 0): number {
  return new Uint8Array(memory)[frame.renditions[rendition]?.offset ?? -1] ?? -1;
}
