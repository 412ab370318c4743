import { join } from "node:path";
import { readSystemFile, readSystemNumber } from "./system-file.ts";

export interface MemoryRoom {
  /** What can still be taken without swapping or being killed. */
  availableBytes: number;
  totalBytes: number;
  /** What sets the limit: the machine, or a control group of a container or service. */
  of: "machine" | "group";
}

/** The tightest of the machine's memory and the limits of the control groups that this process is in. */
export async function readMemoryRoom(root: string): Promise<MemoryRoom | null> {
  const rooms = [await machineRoom(root), ...(await groupRooms(root))].filter((room) => room !== null);
  return rooms.toSorted((a, b) => a.availableBytes - b.availableBytes)[0] ?? null;
}

async function machineRoom(root: string): Promise<MemoryRoom | null> {
  const text = (await readSystemFile(join(root, "proc/meminfo"))) ?? "";
  const bytesOf = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) * 1024;
  const [availableBytes, totalBytes] = [bytesOf("MemAvailable"), bytesOf("MemTotal")];
  return Number.isNaN(availableBytes + totalBytes) ? null : { availableBytes, totalBytes, of: "machine" };
}

/** Files of a control group, in versions 1 and 2 of the kernel's interface. */
interface GroupFiles {
  folder: string;
  limits: readonly string[];
  used: string;
  /** Of `memory.stat`: cached files that the kernel gives up first. */
  cache: string;
}

const SECOND = { limits: ["memory.max", "memory.high"], used: "memory.current", cache: "inactive_file" };
const FIRST = { limits: ["memory.limit_in_bytes"], used: "memory.usage_in_bytes", cache: "total_inactive_file" };
/** Version 1 has a number near 2^63 for no limit. */
const NO_LIMIT = 2 ** 60;

async function groupRooms(root: string): Promise<(MemoryRoom | null)[]> {
  const groups = (await readSystemFile(join(root, "proc/self/cgroup"))) ?? "";
  const found = groups.split("\n").flatMap((line): GroupFiles[] => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const isFirst = controllers.split(",").includes("memory");
    if (!isFirst && controllers !== "") return [];
    const [mount, files] = isFirst ? ["sys/fs/cgroup/memory", FIRST] : ["sys/fs/cgroup", SECOND];
    return foldersUpTo(path).map((folder) => ({ folder: join(root, mount, folder), ...files }));
  });
  return Promise.all(found.map(groupRoom));
}

/** The group and those around it, whose limits hold as well; a container sees its own as the outermost. */
function foldersUpTo(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== "..");
  return Array.from({ length: names.length + 1 }, (_, depth) => names.slice(0, depth).join("/"));
}

async function groupRoom({ folder, limits, used, cache }: GroupFiles): Promise<MemoryRoom | null> {
  const known = await Promise.all(limits.map((name) => readSystemNumber(join(folder, name))));
  const totalBytes = Math.min(...known.filter((limit) => limit !== null && limit < NO_LIMIT).map(Number));
  const usedBytes = await readSystemNumber(join(folder, used));
  if (totalBytes === Number.POSITIVE_INFINITY || usedBytes === null) return null;
  const stat = (await readSystemFile(join(folder, "memory.stat"))) ?? "";
  const cached = Number(new RegExp(`^${cache} (\\d+)$`, "m").exec(stat)?.[1] ?? 0);
  const availableBytes = Math.max(0, totalBytes - Math.max(0, usedBytes - cached));
  return { availableBytes, totalBytes, of: "group" };
}
