import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { Locking } from "./claims.ts";

/** Names the process that has the folder, for messages alone. */
const OWNER = "daemon.pid";

/**
 * Locks a folder until the lock is released or the process ends, also against processes of other containers. The lock is
 * one of the kernel on the open folder: it needs no file and cannot be left behind. `complain` gets the reason if there is none.
 */
export async function lockFolder(directory: string, complain: (message: string) => void): Promise<Locking> {
  let folder: FileHandle | null = null;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    folder = await open(directory, "r");
    const outcome = await flock(folder.fd);
    if (outcome === "locked") return await holding(folder, join(directory, OWNER));
    await folder.close();
    if (outcome === "held") return { heldBy: await ownerOf(join(directory, OWNER)) };
    complain(outcome.failure);
  } catch (error) {
    await folder?.close();
    complain(messageOf(error));
  }
  return null;
}

async function holding(folder: FileHandle, file: string): Promise<Locking> {
  await writeFile(file, `${process.pid}\n`, { mode: 0o600 }).catch(() => {});
  return {
    lock: {
      async release() {
        await rm(file, { force: true }).catch(() => {});
        await folder.close();
      },
    },
  };
}

/** Node has no call for it; the lock that the program takes belongs to the descriptor that both share. */
async function flock(descriptor: number): Promise<"locked" | "held" | { failure: string }> {
  const child = spawn("flock", ["-x", "-n", "3"], { stdio: ["ignore", "ignore", "pipe", descriptor] });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const failed = new Promise<{ failure: string }>((resolve) => {
    child.once("error", (error) => resolve({ failure: `the program flock cannot be run: ${error.message}` }));
  });
  const ended = once(child, "close").then(([code]) => {
    if (code === 0) return "locked" as const;
    // It says nothing when another has the lock.
    return complaint === "" ? ("held" as const) : { failure: complaint.trim() };
  });
  return Promise.race([failed, ended]);
}

async function ownerOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+$/.test(text.trim()) ? `process ${text.trim()}` : "another process";
}
