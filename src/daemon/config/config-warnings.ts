import { inputKind, isLive } from "../../stream/source-settings.ts";
import type { CameraConfig, Config } from "./schema/config-schema.ts";

/** What a config says without any effect, in sentences. */
export function configWarnings(config: Config, environment: NodeJS.ProcessEnv = process.env): string[] {
  const used = usedCameras(config);
  const cameras = Object.entries(config.cameras).flatMap(([id, camera]) => {
    const isUsed = used.some((name) => streamOf(name, config) === id) || used.includes(id);
    const idle = isUsed ? [] : ["no pipeline names it, so it is not opened"];
    return [...idle, ...(camera.stream_of === undefined ? withoutEffect(camera) : [])].map(
      (what) => `camera ${id}: ${what}`,
    );
  });
  return [
    ...cameras,
    ...withoutFolder(config.block_files, environment),
    ...withoutStateDir(config),
    ...pageWarnings(config),
  ];
}

/** A key of a lock that is not there. */
function pageWarnings({ http }: Config): string[] {
  if (http === null || http.token !== undefined || http.token_for === "changes") return [];
  return ['http: "token_for" has an effect with a "token" alone'];
}

/** State that is to be kept nowhere. */
function withoutStateDir({ state_dir, pipelines }: Config): string[] {
  if (state_dir !== undefined) return [];
  const keeping = Object.entries(pipelines).filter(([, { keep_state }]) => keep_state !== false);
  return keeping.map(([id]) => `pipeline ${id}: "keep_state" has an effect with "state_dir" alone`);
}

/** Limits of a folder that is not named. */
function withoutFolder(
  { directory, max_mb, max_days }: Config["block_files"],
  environment: NodeJS.ProcessEnv,
): string[] {
  if (directory !== undefined || environment["WORKFLOW_BLOCKS_WRITE_DIRECTORY"]) return [];
  const limits = Object.entries({ max_mb, max_days }).filter(([, value]) => value !== undefined);
  return limits.map(([key]) => `block_files: "${key}" has an effect on a "directory" alone`);
}

/** Ids of the cameras that a pipeline runs on, in the order of the config. */
export function usedCameras({ cameras, pipelines }: Pick<Config, "cameras" | "pipelines">): string[] {
  const named = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline.cameras));
  return Object.keys(cameras).filter((id) => named.has(id));
}

/** The camera whose entry says how the stream of one is opened: itself or another. */
function streamOf(camera: string, { cameras }: Pick<Config, "cameras">): string {
  return cameras[camera]?.stream_of ?? camera;
}

/** Ids of the entries that say how the streams of all used cameras are opened. */
export function usedStreams(config: Pick<Config, "cameras" | "pipelines">): string[] {
  return [...new Set(usedCameras(config).map((camera) => streamOf(camera, config)))];
}

function withoutEffect({ url, username, transport, loop, pace }: CameraConfig): string[] {
  const kind = inputKind(url);
  const hasAccess = username !== undefined;
  return [
    hasAccess && (kind === "file" || kind === "v4l2")
      ? `"username" and "password" have no effect on a ${kind === "file" ? "file" : "device"}`
      : null,
    hasAccess && kind === "network"
      ? "its user name and password are in the list of processes, which every user of this machine can read: only rtsp and http addresses are kept from it"
      : null,
    transport === "udp" && kind !== "rtsp" ? '"transport" has an effect on rtsp:// alone' : null,
    loop && isLive({ url }) ? '"loop" has an effect on files alone' : null,
    pace === "fast" && isLive({ url }) ? '"pace" has an effect on files alone' : null,
  ].filter((what) => what !== null);
}
