import { readFileSync } from "node:fs";

/** Loading the program alone has some 200 files open at once. */
const LEAST = 256;
const ADVICE = "raise the limit with `ulimit -n 4096` in a shell, or with LimitNOFILE=4096 in a systemd unit";

/** Why the program cannot even be loaded; null where it can, or where that cannot be reported. */
export function scarcity(): string | null {
  const limit = openFilesLimit();
  return limit < LEAST ? `it may have no more than ${limit} files open at once, and needs ${LEAST}; ${ADVICE}` : null;
}

/** What to say of an error that means that descriptors have run out; null for others. */
export function exhaustion(error: unknown): string | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "ENFILE") return `the machine has too many files open (${message}); raise fs.file-max`;
  return code === "EMFILE" ? `it has too many files open (${message}); ${ADVICE}` : null;
}

/** Node has raised it as far as it may. */
function openFilesLimit(): number {
  try {
    const [, limit = ""] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return limit === "unlimited" || limit === "" ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
