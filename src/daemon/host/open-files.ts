import { readdirSync, readFileSync } from "node:fs";

/** What to do about too few. */
export const RAISE_OPEN_FILES =
  "raise the limit with `ulimit -n 4096` in a shell, or with LimitNOFILE=4096 in a systemd unit";

/** File descriptors of this process; null where the system does not tell. */
export function openFiles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}

/** Most that this process may have, which Node has raised as far as it may; null where the system does not tell. */
export function mostOpenFiles(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
