import { access, constants, mkdir, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import type { Issue } from "../../base/issue.ts";

/**
 * What a user did wrong with a state folder: it, or a folder above it, is a file, or belongs to another user. Null for one that can be
 * written, and for what no user wrote, such as a disk that is full or that became read-only: then the daemon runs without.
 */
export async function folderFault(directory: string): Promise<Issue | null> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return forbidden(directory);
    return code === "ENOTDIR" || code === "EEXIST" ? noFolder(directory) : null;
  }
}

async function forbidden(directory: string): Promise<Issue> {
  const place = await existing(directory);
  const uid = process.getuid?.() ?? 0;
  const owner = place.owner === null ? "" : `: ${place.path} belongs to user ${place.owner} (mode ${place.mode})`;
  const message = `"${directory}" cannot be written by user ${uid}${userName()}${owner}, expected a folder of this user`;
  const hint = `sudo chown ${uid} ${place.path}, or name a folder of this user; a service of systemd has one with StateDirectory=millrace`;
  return { code: "CONFIG_STATE_DIR", path: "/state_dir", message, hint };
}

/** Of services and containers there may be none. */
function userName(): string {
  try {
    return ` (${userInfo().username})`;
  } catch {
    return "";
  }
}

async function noFolder(directory: string): Promise<Issue> {
  const { path } = await existing(directory);
  const message = `"${directory}" cannot be used: ${path} is a file, expected a folder`;
  return { code: "CONFIG_STATE_DIR", path: "/state_dir", message, hint: "name another folder, or move the file away" };
}

interface Place {
  path: string;
  owner: number | null;
  mode: string;
}

/** The folder itself, or the nearest one above it that this user can see. */
async function existing(path: string): Promise<Place> {
  const found = await stat(path).catch(() => null);
  if (found !== null) return { path, owner: found.uid, mode: (found.mode & 0o7777).toString(8).padStart(4, "0") };
  const above = dirname(path);
  return above === path ? { path, owner: null, mode: "" } : existing(above);
}
