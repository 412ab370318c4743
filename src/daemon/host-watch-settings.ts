import type { Config } from "./config/config-schema.ts";
import type { HostWatchSettings } from "./host/host-watch.ts";

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

function writtenFolders({ state_dir, block_files, pipelines }: Omit<Config, "host">): string[] {
  const videos = Object.values(pipelines).flatMap(({ video_out }) => video_out.map(({ hls }) => hls));
  const blocks = block_files.directory ?? process.env["WORKFLOW_BLOCKS_WRITE_DIRECTORY"];
  return [state_dir, blocks, ...videos].flatMap((folder) => folder || []);
}
