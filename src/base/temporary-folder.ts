import { tmpdir } from "node:os";
import { MillraceError, messageOf } from "./errors.ts";

/** Makes something in the first folder where that works; a root that cannot be written often has one in memory. */
export function inTemporaryFolder<T>(make: (folder: string) => T, folders = temporaryFolders()): T {
  const refusals: string[] = [];
  for (const folder of folders) {
    try {
      return make(folder);
    } catch (thrown) {
      refusals.push(messageOf(thrown));
    }
  }
  const message = `no folder for temporary files can be written; set TMPDIR to one that can: ${refusals.join("; ")}`;
  throw new MillraceError("TEMPORARY_FOLDER", message);
}

const offered = new Set<string>();

/** The last resort of this thread: a folder that is meant for something else. */
export function offerTemporaryFolder(folder: string): void {
  offered.add(folder);
}

/** Of the user, of the session, of the service, in memory. */
export function temporaryFolders({ XDG_RUNTIME_DIR, STATE_DIRECTORY } = process.env): string[] {
  const named = [tmpdir(), XDG_RUNTIME_DIR, STATE_DIRECTORY?.split(":")[0], "/dev/shm", ...offered];
  return [...new Set(named.filter((folder) => folder !== undefined && folder !== ""))] as string[];
}
