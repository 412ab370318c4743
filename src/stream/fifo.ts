import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inTemporaryFolder } from "../base/temporary-folder.ts";

/** Both ends of a pipe, as descriptors that the owner closes. */
export interface Fifo {
  readFd: number;
  writeFd: number;
}

/**
 * Opens nameless FIFOs. The pipes that `spawn` makes are sockets and cannot be read straight into given memory.
 */
export async function openFifos(count: number): Promise<Fifo[]> {
  const folder = inTemporaryFolder((parent) => mkdtempSync(join(parent, "millrace-")));
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, `${index}`));
    await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
    return paths.map(openBothEnds);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The reading end comes first: without a reader the writing end would block. */
function openBothEnds(path: string): Fifo {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
}

export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
