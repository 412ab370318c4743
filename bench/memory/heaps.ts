import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../src/bench/wait.ts";

/** Options for a Node that writes down its heaps where it is sent SIGUSR2. */
export const REPORTING = "--report-on-signal --report-signal=SIGUSR2";

interface Report {
  header: { threadId: number };
  javascriptHeap: {
    totalCommittedMemory: number;
    usedMemory: number;
    externalMemory: number;
    heapSpaces: { new_space: { committedMemory: number } };
  };
  workers: Report[];
}

const REPORT_MS = 20_000;

/** Heaps of each thread of a process that runs with `REPORTING`, in MB. */
export async function heapsOf(pid: number, folder: string): Promise<Record<string, number>> {
  process.kill(pid, "SIGUSR2");
  let report: Report | null = null;
  const look = async () => {
    const [name] = await readdir(folder);
    const text = name === undefined ? "" : await readFile(join(folder, name), "utf8");
    report = text.trimEnd().endsWith("\n}") ? (JSON.parse(text) as Report) : null;
  };
  const timer = setInterval(() => void look().catch(() => {}), 100);
  await until(() => report !== null, REPORT_MS, "waiting for a report").finally(() => clearInterval(timer));
  const { workers, ...main } = report as unknown as Report;
  const threads = [
    { name: "main thread", report: main },
    ...workers.map((worker) => ({ name: `thread ${worker.header.threadId}`, report: worker })),
  ];
  return Object.fromEntries(
    threads.flatMap(({ name, report: { javascriptHeap: heap } }) => [
      [`${name}: heap`, heap.totalCommittedMemory / 1e6],
      [`${name}: of that in use`, heap.usedMemory / 1e6],
      [`${name}: of that young`, heap.heapSpaces.new_space.committedMemory / 1e6],
      [`${name}: outside`, heap.externalMemory / 1e6],
    ]),
  );
}
