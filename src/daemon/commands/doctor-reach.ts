import { messageOf } from "../../base/errors.ts";
import { blot } from "../../base/secrets.ts";
import type { RenditionRequest } from "../../kinds/frame.ts";
import { probeBroker } from "../../publish/broker/probe.ts";
import { createArena } from "../../stream/arena.ts";
import { openCamera } from "../../stream/camera.ts";
import type { FfmpegBinary } from "../../stream/ffmpeg-binary.ts";
import { createLedger } from "../../stream/ledger.ts";
import { brokerSettings } from "../config/broker-config.ts";
import { cameraSettings } from "../config/camera-settings.ts";
import type { CameraConfig, Config } from "../config/config-schema.ts";
import { usedCameras } from "../config/config-warnings.ts";
import type { Finding } from "./doctor.ts";

/** Asks everything that a config names outside of this machine: the broker for a connection, each camera for a frame. */
export async function examineReach(config: Config, ffmpeg: FfmpegBinary | null): Promise<Finding[]> {
  const broker = config.mqtt === undefined ? [] : [examineBroker(config.mqtt, config.device)];
  const cameras = usedCameras(config).flatMap((id) => {
    const entry = config.cameras[id];
    return entry === undefined || ffmpeg === null ? [] : [examineCamera(id, entry, ffmpeg)];
  });
  return Promise.all([...broker, ...cameras]);
}

async function examineBroker(mqtt: NonNullable<Config["mqtt"]>, device: string): Promise<Finding> {
  try {
    const version = await probeBroker(await brokerSettings(mqtt, device));
    return { id: "broker", status: "ok", found: `it takes connections with MQTT ${version === 5 ? "5" : "3.1.1"}` };
  } catch (error) {
    const advice = "without it events wait on disk, if there is a state_dir, and everything else is lost";
    return { id: "broker", status: "failed", found: blot(messageOf(error)), advice };
  }
}

/** The smallest picture: the check is only that one arrives. */
const THUMBNAIL: RenditionRequest = { fit: "stretch", width: 16, height: 16, pixelFormat: "rgb24", pad: 0 };

async function examineCamera(id: string, config: CameraConfig, ffmpeg: FfmpegBinary): Promise<Finding> {
  const arena = createArena({ sizeBytes: 2 ** 16, configKey: "frame_memory_mb" });
  const settings = { ...cameraSettings(id, config, 2), retry: false, loop: false, delivery: "newest" as const };
  const camera = openCamera(settings, {
    ffmpeg,
    arena,
    renditions: [THUMBNAIL],
    ledger: createLedger(),
    report: () => {},
  });
  const startedAt = performance.now();
  const seen = new Promise<boolean>((resolve) => {
    camera.start({
      frame(frame) {
        camera.release(frame);
        resolve(true);
      },
      changed(state) {
        if (state === "failed" || state === "ended") resolve(false);
      },
    });
  });
  const hasPicture = await seen;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { stream, lastFailure } = camera.statistics();
  await camera.stop(0);
  const name = `camera ${id}`;
  if (!hasPicture) return { id: name, status: "failed", found: blot(lastFailure?.error.message ?? "it gave no frame") };
  const rate = stream?.fps ? ` at ${stream.fps} fps` : "";
  const found = `${stream?.width}x${stream?.height} ${stream?.codec ?? ""}${rate}, first frame after ${seconds} s`;
  const isUnchecked = /^(rtsps|https):/i.test(config.url) && !config.verify;
  if (!isUnchecked) return { id: name, status: "ok", found };
  return {
    id: name,
    status: "warning",
    found,
    advice: 'its certificate is not checked: name its authority with "ca_file"',
  };
}
