import { stat, statfs } from "node:fs/promises";

export interface DiskRoom {
  folder: string;
  freeBytes: number;
  totalBytes: number;
}

/** Room on the disk of each folder, each disk once; folders that are not there yet are left out. */
export async function readDiskRoom(folders: readonly string[]): Promise<DiskRoom[]> {
  const rooms = await Promise.all(folders.map(roomAt));
  const seen = new Set<number>();
  return rooms.flatMap((room) => {
    if (room === null || seen.has(room.device)) return [];
    seen.add(room.device);
    const { device: _, ...shown } = room;
    return [shown];
  });
}

async function roomAt(folder: string): Promise<(DiskRoom & { device: number }) | null> {
  try {
    const [{ dev: device }, { bavail, blocks, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
    return { folder, device, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
