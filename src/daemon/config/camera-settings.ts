import type { RegionRules, ReuseLimits } from "../../kinds/frame.ts";
import type { CameraSettings } from "../../stream/camera.ts";
import { isLive } from "../../stream/source-settings.ts";
import { Regions, Reuse } from "./schema/camera-schema.ts";
import type { CameraConfig } from "./schema/config-schema.ts";

/** A camera entry of the config as the stream folder takes it; `slots` frames may be in memory at once. */
export function cameraSettings(id: string, config: CameraConfig, slots: number): CameraSettings {
  const reuse = reuseLimits(config);
  const regions = regionRules(config);
  return {
    id,
    ...(config.stream_of === undefined ? {} : { stream: config.stream_of }),
    url: config.url,
    transport: config.transport,
    pace: config.pace,
    loop: config.loop,
    decode: config.decode,
    decoder: config.decoder,
    inputArguments: config.input_arguments,
    connectTimeoutMs: config.connect_timeout_ms,
    stallTimeoutMs: config.stall_timeout_ms,
    slots,
    tls: { verify: config.verify, ...(config.ca_file === undefined ? {} : { caFile: config.ca_file }) },
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(config.max_fps === undefined ? {} : { maxFps: config.max_fps }),
    ...(config.decoder_threads === undefined ? {} : { threads: config.decoder_threads }),
    ...(reuse === null ? {} : { reuse }),
    ...(regions === null ? {} : { regions }),
  };
}

/** Null where models look at every frame. */
function reuseLimits(config: CameraConfig): ReuseLimits | null {
  const wish = config.reuse === "auto" ? isLive(config) : config.reuse;
  if (wish === false) return null;
  const { change, max_age_s: maxAgeS } = wish === true ? Reuse.parse({}) : wish;
  return { change, maxAgeS };
}

/** Null where models look at the whole picture alone. */
function regionRules({ regions }: CameraConfig): RegionRules | null {
  if (regions === false) return null;
  const { change, most, whole_every_s: wholeEveryS } = regions === true ? Regions.parse({}) : regions;
  return { change, most, wholeEveryS };
}
