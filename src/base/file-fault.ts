import { messageOf } from "./errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "this user may not use it",
  EISDIR: "it is a folder",
};

/** Why a file cannot be read, as the end of a sentence. */
export function fileFault(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? (code === "" ? messageOf(error) : `it cannot be read (${code})`);
}
