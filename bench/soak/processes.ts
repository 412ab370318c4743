import { readdirSync, readFileSync } from "node:fs";

/** What a process takes of the machine. */
export interface Taken {
  descriptors: number;
  rssMb: number;
}

export interface Running {
  pid: number;
  parent: number;
  command: string;
}

/** All processes whose environment has the text, zombies aside; those of others are not readable. */
export function processesOf(mark: string): Running[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const environment = textOf(`/proc/${name}/environ`);
    const [, state = "Z", parent = "0"] = /\) (\S) (\d+)/.exec(textOf(`/proc/${name}/stat`)) ?? [];
    if (!environment.includes(mark) || state === "Z") return [];
    return [
      { pid: Number(name), parent: Number(parent), command: textOf(`/proc/${name}/cmdline`).replaceAll("\0", " ") },
    ];
  });
}

/** Null for a process that has ended. */
export function takenBy(pid: number): Taken | null {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kb === undefined ? null : { descriptors, rssMb: Number(kb) / 1024 };
  } catch {
    return null;
  }
}

/** A process may end while it is looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
