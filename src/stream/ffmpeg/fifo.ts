import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SourceError } from "../../base/errors.ts";
import { inTemporaryFolder } from "../../base/temporary-folder.ts";

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
  const paths = Array.from({ length: count }, (_, index) => join(folder, `${index}`));
  try {
    // Without streams of its own: where descriptors run out, Node would leak those.
    const [code] = await once(spawn("mkfifo", ["-m", "600", ...paths], { stdio: "ignore" }), "exit");
    if (code !== 0) throw new SourceError("STREAM_DECODER_FAILED", `mkfifo ended with code ${code}`);
    return openAll(paths);
  } finally {
    // Reading the folder would take a descriptor.
    for (const path of paths) rmSync(path, { force: true });
    rmdirSync(folder);
  }
}

function openAll(paths: readonly string[]): Fifo[] {
  const opened: Fifo[] = [];
  try {
    for (const path of paths) opened.push(openBothEnds(path));
    return opened;
  } catch (error) {
    closeAll(opened.flatMap(({ readFd, writeFd }) => [readFd, writeFd]));
    throw error;
  }
}

/** The reading end comes first: without a reader the writing end would block. */
function openBothEnds(path: string): Fifo {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readFd);
    throw error;
  }
}

export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
