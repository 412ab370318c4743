import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ModelError } from "../../base/errors.ts";

/** Older than this, a file is not being written any more. */
const ABANDONED_MS = 60_000;
/** Space that a download leaves free on the disk. */
const RESERVE_BYTES = 64 * 2 ** 20;
/** Bytes between two looks at the space. */
const LOOK_EVERY = 16 * 2 ** 20;

/** A file that is being downloaded: it lies beside its place, and moves there whole. */
export interface PartialFile {
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Begins again from nothing. */
  empty(): Promise<void>;
  /** Throws `ModelError` MODEL_DISK_FULL where so many more bytes have no room. */
  checkRoom(bytes: number): Promise<void>;
  digest(): string;
  /** Its first bytes. */
  head(): Promise<Uint8Array>;
  /** Moves it to its place. */
  finish(): Promise<void>;
  /** What has come stays for the next attempt. */
  close(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Opens what has come of the file at `path`, also in a run that ended. Its name has the process, so that two do not write into one;
 * throws `ModelError` MODEL_DOWNLOAD_BUSY while another one writes.
 */
export async function openPartial(path: string): Promise<PartialFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.part-${process.pid}`;
  await takeOver(path, own);
  const handle = await open(own, "a+", 0o600);
  let { hash, size } = await hashed(handle);
  let isLookedAt = size;

  async function checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(path));
    if (bavail * bsize - bytes < RESERVE_BYTES) throw full(path, bavail * bsize, bytes);
  }

  return {
    get size() {
      return size;
    },
    checkRoom,
    async append(bytes) {
      if (size - isLookedAt > LOOK_EVERY) {
        await checkRoom(bytes.length);
        isLookedAt = size;
      }
      await handle.appendFile(bytes);
      hash.update(bytes);
      size += bytes.length;
    },
    async empty() {
      await handle.truncate(0);
      [hash, size, isLookedAt] = [createHash("sha256"), 0, 0];
    },
    digest: () => hash.copy().digest("hex"),
    async head() {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
      return buffer.subarray(0, bytesRead);
    },
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(own, path);
    },
    close: () => handle.close(),
    async remove() {
      await handle.close().catch(() => {});
      await rm(own, { force: true });
    },
  };
}

/** The largest of the files that a process left behind becomes this one's; the move succeeds for one process alone. */
async function takeOver(path: string, own: string): Promise<void> {
  const begin = `${basename(path)}.part-`;
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(begin));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(dirname(path), name);
      const found = await stat(file).catch(() => null);
      return { file, pid: Number(name.slice(begin.length)), size: found?.size ?? 0, at: found?.mtimeMs ?? 0 };
    }),
  );
  const others = files.filter(({ file }) => file !== own);
  const busy = others.find(({ pid, at }) => isRunning(pid) && Date.now() - at < ABANDONED_MS);
  if (busy !== undefined) {
    throw new ModelError("MODEL_DOWNLOAD_BUSY", `process ${busy.pid} is downloading it`, { path });
  }
  const [largest] = others.toSorted((one, other) => other.size - one.size);
  const mine = files.find(({ file }) => file === own);
  if (largest !== undefined && largest.size > (mine?.size ?? -1)) await rename(largest.file, own).catch(() => {});
  for (const { file } of others) await rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function hashed(handle: FileHandle): Promise<{ hash: Hash; size: number }> {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(2 ** 20);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size);
    if (bytesRead === 0) return { hash, size };
    hash.update(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
}

/** The disk's space is gone, or would be. */
export function full(path: string, free: number | null, wanted: number | null): ModelError {
  const room = free === null ? "" : `: ${megabytes(free)} MB are free`;
  const need = wanted === null ? "" : `, ${megabytes(wanted)} MB and 64 MB of reserve are needed`;
  return new ModelError("MODEL_DISK_FULL", `the disk of ${dirname(path)} is full${room}${need}`, { path });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
