import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the threads of a daemon are for. */
export const ROLES = ["main", "workflow", "sessions", "helpers"] as const;
export type Role = (typeof ROLES)[number];

/** Milliseconds of processor time since the start, by what the threads are for. */
export type ThreadTimes = Record<Role, number>;

/** A module for `--require`: every thread of JavaScript writes what it is for to a file with the number of its thread as name. */
export function writeThreadNamer(folder: string): { path: string; names: string } {
  const names = join(folder, "threads");
  mkdirSync(names, { recursive: true });
  const path = join(folder, "name-thread.cjs");
  writeFileSync(
    path,
    `const { isMainThread, workerData } = require("node:worker_threads");
const { readlinkSync, writeFileSync } = require("node:fs");
const keys = Object.keys(Object(Array.isArray(workerData) ? workerData.at(-1) : workerData));
const role = isMainThread ? "main" : keys.includes("tower") ? "sessions" : "workflow";
const [pid, , tid] = readlinkSync("/proc/thread-self").split("/");
writeFileSync(${JSON.stringify(names)} + "/" + pid + "-" + tid, role);
`,
  );
  return { path, names };
}

/** Threads without JavaScript are helpers: of V8, of libuv and of the runtime of models. */
export function threadTimes(pid: number, names: string): ThreadTimes {
  const times: ThreadTimes = { main: 0, workflow: 0, sessions: 0, helpers: 0 };
  for (const tid of readdirSync(`/proc/${pid}/task`)) {
    const [ran = "0"] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ");
    const name = join(names, `${pid}-${tid}`);
    times[existsSync(name) ? (readFileSync(name, "utf8") as Role) : "helpers"] += Number(ran) / 1e6;
  }
  return times;
}

/** Milliseconds of processor time of processes that still run. */
export function processTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + tasksOf(pid), 0);
}

function tasksOf(pid: number): number {
  const ran = readdirSync(`/proc/${pid}/task`).map((tid) => {
    const [ns = "0"] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ");
    return Number(ns) / 1e6;
  });
  return ran.reduce((sum, ms) => sum + ms, 0);
}
