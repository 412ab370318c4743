import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  path: string;
  /** Mounts it again with these options, such as `ro`. */
  remount(options: string): void;
  close(): Promise<void>;
}

/** A file system of its own, of some KiB; undefined, with the reason printed, where none may be mounted. */
export async function mountSmallDisk(sizeKib: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), "millrace-disk-"));
  const options = `size=${sizeKib}k,mode=700`;
  if (spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status !== 0) {
    await rm(path, { recursive: true });
    process.stderr.write("skipped: no file system can be mounted here (that takes root)\n");
    return undefined;
  }
  return {
    path,
    remount: (more) => void spawnSync("mount", ["-o", `remount,${more}`, path]),
    async close() {
      spawnSync("umount", ["-l", path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
