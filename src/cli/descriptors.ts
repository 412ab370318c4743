import { mostOpenFiles, RAISE_OPEN_FILES } from "../daemon/host/open-files.ts";

/** Loading the program alone has some 200 files open at once. */
const LEAST = 256;

/** Why the program cannot even be loaded; null where it can, or where that cannot be reported. */
export function scarcity(): string | null {
  const limit = mostOpenFiles() ?? Number.POSITIVE_INFINITY;
  return limit < LEAST
    ? `it may have no more than ${limit} files open at once, and needs ${LEAST}; ${RAISE_OPEN_FILES}`
    : null;
}

/** What to say of an error that means that descriptors have run out; null for others. */
export function exhaustion(error: unknown): string | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "ENFILE") return `the machine has too many files open (${message}); raise fs.file-max`;
  return code === "EMFILE" ? `it has too many files open (${message}); ${RAISE_OPEN_FILES}` : null;
}
