import type { ChildProcess } from "node:child_process";
import { spawnBound } from "./bound-child.ts";
import { type ChildPipe, openChildPipes } from "./child-pipes.ts";

/** A decoder that logs to stderr and writes pictures to descriptors 3, 4 and so on. */
export interface PictureProcess {
  child: ChildProcess;
  /** One for each rendition; the caller reads or closes them. */
  pipes: ChildPipe[];
}

/** Starts the command with `outputs` pipes. Its stdout is thrown away: vendors' libraries print there. */
export async function startPictureProcess(path: string, args: string[], outputs: number): Promise<PictureProcess> {
  const pipes = await openChildPipes(outputs);
  try {
    return { child: spawnBound(path, args, stdio(pipes)), pipes };
  } catch (error) {
    for (const pipe of pipes) pipe.close();
    throw error;
  } finally {
    for (const pipe of pipes) pipe.giveUpChildEnd();
  }
}

function stdio(pipes: readonly ChildPipe[]) {
  return ["ignore" as const, "ignore" as const, "pipe" as const, ...pipes.map(({ childEnd }) => childEnd)];
}
