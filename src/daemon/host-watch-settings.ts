import { isLive } from "../stream/source-settings.ts";
import { usedCameras } from "./config/config-warnings.ts";
import type { Config } from "./config/schema/config-schema.ts";
import type { Pace } from "./host/climb.ts";
import type { HostWatchSettings } from "./host/host-watch.ts";
import type { Ranked } from "./host/shed-ladder.ts";

const MB = 2 ** 20;

/** What a config wants to be watched of the machine: memory, temperature, and the disks of all folders that are written to. */
export function hostWatchSettings({ host, ...config }: Config): HostWatchSettings {
  return {
    root: host.root,
    folders: writtenFolders(config),
    everyMs: host.every_s * 1000,
    limits: {
      memoryReserveBytes: host.memory_reserve_mb === undefined ? null : host.memory_reserve_mb * MB,
      diskReserveBytes: host.disk_reserve_mb * MB,
      temperatureC: host.temperature_c ?? null,
    },
  };
}

/** Cameras that may give up frames, and how fast; files that are read once may not, as every frame counts. */
export function sheddingOf(config: Config): { cameras: Ranked; pace: Pace | null } {
  const { shed, shed_after_s, restore_after_s } = config.host;
  const cameras = usedCameras(config).flatMap((id) => {
    const camera = config.cameras[id];
    if (camera === undefined || !camera.enabled || !(isLive(camera) || camera.loop)) return [];
    return [{ id, priority: camera.priority }];
  });
  return { cameras, pace: shed ? { stepMs: shed_after_s * 1000, holdMs: restore_after_s * 1000 } : null };
}

function writtenFolders({ state_dir, block_files, pipelines }: Omit<Config, "host">): string[] {
  const videos = Object.values(pipelines).flatMap(({ video_out }) => video_out.map(({ hls }) => hls));
  const blocks = block_files.directory ?? process.env["WORKFLOW_BLOCKS_WRITE_DIRECTORY"];
  return [state_dir, blocks, ...videos].flatMap((folder) => folder || []);
}
