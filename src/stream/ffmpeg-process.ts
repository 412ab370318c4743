import type { ChildProcess } from "node:child_process";
import { spawnBound } from "./bound-child.ts";
import { closeAll, type Fifo, openFifos } from "./fifo.ts";

/** A decoder that logs to stderr and writes pictures to descriptors 3, 4 and so on. */
export interface PictureProcess {
  child: ChildProcess;
  /** One descriptor for each rendition; the caller closes them. */
  readFds: number[];
}

/** Starts the command with `outputs` pipes. Its stdout is thrown away: vendors' libraries print there. */
export async function startPictureProcess(path: string, args: string[], outputs: number): Promise<PictureProcess> {
  const fifos = await openFifos(outputs);
  const readFds = fifos.map((fifo) => fifo.readFd);
  try {
    return { child: spawnBound(path, args, stdio(fifos)), readFds };
  } catch (error) {
    closeAll(readFds);
    throw error;
  } finally {
    closeAll(fifos.map((fifo) => fifo.writeFd));
  }
}

function stdio(fifos: readonly Fifo[]) {
  return ["ignore" as const, "ignore" as const, "pipe" as const, ...fifos.map((fifo) => fifo.writeFd)];
}
