import { readFile } from "node:fs/promises";

type Part =
  | "malloc"
  | "code and data of Node"
  | "ONNX Runtime"
  | "other files"
  | "heaps, frames and other memory without a name";

interface Mapping {
  start: number;
  end: number;
  name: string;
  mb: number;
}

/** Resident MB of a process by part, from `/proc/<pid>/smaps`. */
export async function partsOf(pid: number): Promise<Record<Part, number>> {
  const parts: Record<Part, number> = {
    "code and data of Node": 0,
    "ONNX Runtime": 0,
    "other files": 0,
    malloc: 0,
    "heaps, frames and other memory without a name": 0,
  };
  const mappings = mappingsIn(await readFile(`/proc/${pid}/smaps`, "utf8"));
  for (const [i, mapping] of mappings.entries()) parts[partOf(mapping, mappings[i + 1])] += mapping.mb;
  return parts;
}

function mappingsIn(smaps: string): Mapping[] {
  const entries = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter((text) => text !== "");
  return entries.map((text) => {
    const [, start = "", end = "", name = ""] = /^(\w+)-(\w+) \S+ \S+ \S+ \S+ *(.*)/.exec(text) ?? [];
    const [, kb = "0"] = /^Rss:\s+(\d+)/m.exec(text) ?? [];
    return { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), name, mb: (Number(kb) * 1024) / 1e6 };
  });
}

/** glibc gives each heap beside the first one a region of this size at a multiple of it, of which the end is not in use yet. */
const REGION = 64 * 2 ** 20;

function partOf({ start, end, name }: Mapping, next: Mapping | undefined): Part {
  if (name === "[heap]") return "malloc";
  if (/\/node$/.test(name)) return "code and data of Node";
  if (/onnxruntime/.test(name)) return "ONNX Runtime";
  if (name.startsWith("/") && !name.includes("(deleted)")) return "other files";
  const regionEnd = next !== undefined && next.start === end ? next.end : end;
  const isRegion = start % REGION === 0 && regionEnd % REGION === 0 && end - start <= REGION;
  return isRegion ? "malloc" : "heaps, frames and other memory without a name";
}
