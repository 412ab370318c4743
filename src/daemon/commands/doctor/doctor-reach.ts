import { messageOf } from "../../../base/errors.ts";
import { blot } from "../../../base/secrets.ts";
import { probeBroker } from "../../../publish/broker/probe.ts";
import type { FfmpegBinary } from "../../../stream/ffmpeg/ffmpeg-binary.ts";
import { brokerSettings } from "../../config/broker-config.ts";
import { usedStreams } from "../../config/config-warnings.ts";
import type { CameraConfig, Config } from "../../config/schema/config-schema.ts";
import { tryCamera } from "../setup/try-camera.ts";
import type { Finding } from "./doctor.ts";

/** Asks everything that a config names outside of this machine: the broker for the acknowledgement of a message, each camera, once, for a frame. */
export async function examineReach(config: Config, ffmpeg: FfmpegBinary | null): Promise<Finding[]> {
  const broker = config.mqtt === undefined ? [] : [examineBroker(config.mqtt, config.device)];
  const cameras = usedStreams(config).flatMap((id) => {
    const entry = config.cameras[id];
    return entry === undefined || ffmpeg === null ? [] : [examineCamera(id, entry, ffmpeg)];
  });
  return Promise.all([...broker, ...cameras]);
}

/** A message on a topic of its own, which no consumer takes for one of the daemon. */
async function examineBroker(mqtt: NonNullable<Config["mqtt"]>, device: string): Promise<Finding> {
  const topic = `${mqtt.prefix}/${device}/doctor`;
  try {
    const { version, refusal } = await probeBroker(await brokerSettings(mqtt, device), topic);
    const connected = `it takes connections with MQTT ${version === 5 ? "5" : "3.1.1"}`;
    if (refusal === null) return { id: "broker", status: "ok", found: `${connected}, and a message on ${topic}` };
    const advice = `let this user publish on ${mqtt.prefix}/${device}/#`;
    return {
      id: "broker",
      status: "failed",
      found: `${connected}, but no message on ${topic}: ${blot(refusal)}`,
      advice,
    };
  } catch (error) {
    const advice = "without it events wait on disk, if there is a state_dir, and everything else is lost";
    return { id: "broker", status: "failed", found: blot(messageOf(error)), advice };
  }
}

async function examineCamera(camera: string, config: CameraConfig, ffmpeg: FfmpegBinary): Promise<Finding> {
  const { stream, seconds, failure } = await tryCamera(camera, config, { ffmpeg });
  const id = `camera ${camera}`;
  if (failure !== null) return { id, status: "failed", found: blot(failure) };
  const rate = stream?.fps ? ` at ${stream.fps} fps` : "";
  const size = `${stream?.width}x${stream?.height} ${stream?.codec ?? ""}${rate}`;
  const found = `${size}, first frame after ${seconds.toFixed(1)} s`;
  const isUnchecked = /^(rtsps|https):/i.test(config.url) && !config.verify;
  if (!isUnchecked) return { id, status: "ok", found };
  const advice = 'its certificate is not checked: name its authority with "ca_file"';
  return { id, status: "warning", found, advice };
}
