import { readdirSync, readFileSync } from "node:fs";

/** Command lines and environments of all processes that this user can read, this one's own aside. */
export function commandLines(): string[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
    try {
      return [readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch {
      return [];
    }
  });
}

/** Command lines of the processes that this one has started. */
export function childCommandLines(): string[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  return children.flatMap((child) => {
    try {
      return child === "" ? [] : [readFileSync(`/proc/${child}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch {
      return [];
    }
  });
}
