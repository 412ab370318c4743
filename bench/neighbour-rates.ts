import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { findPythonCommand } from "../test/dynamic/child-block.ts";
import { FAULTS, type Fault, faultsTable, nameOf, ratesIn } from "../test/dynamic/faults.ts";
import { lacksBroker, startBroker } from "../test/helpers/broker.ts";
import { type LogEntry, within } from "../test/helpers/daemon.ts";
import { type SickDaemon, startSickDaemon } from "../test/helpers/sick-daemon.ts";

// How many frames one camera gives while the block of another runs away, for docs/faults.md:
// `npm run build && npx tsx bench/neighbour-rates.ts [words of the names of faults]`.

const PAGE = new URL("../docs/faults.md", import.meta.url);
const FPS = 25;
const SETTLE_MS = 1500;
const WATCH_MS = 4000;

const words = process.argv.slice(2).join(" ");
const wanted = FAULTS.filter((fault) => nameOf(fault).includes(words));
const python = findPythonCommand(true) ?? "python3";
const folder = mkdtempSync(join(tmpdir(), "millrace-neighbours-"));
const path = (name: string) => join(folder, name);
const broker = lacksBroker() ? null : await startBroker();
const config = broker === null ? {} : { mqtt: { url: broker.url } };
const rates = ratesIn(readFileSync(PAGE, "utf8"));
try {
  await measure(
    "isolated",
    wanted.filter(({ host }) => host !== "JavaScript, local"),
  );
  await measure(
    "local",
    wanted.filter(({ host, ended }) => host === "JavaScript, local" && ended !== "daemon"),
  );
  for (const fault of wanted.filter(({ ended }) => ended === "daemon")) note(fault, await pauseOf(fault));
} finally {
  await broker?.close();
  rmSync(folder, { recursive: true });
}
const lines = readFileSync(PAGE, "utf8").split("\n");
const first = lines.findIndex((line) => line.startsWith("| what the code does |"));
const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
lines.splice(first, length, ...faultsTable(FAULTS, rates).split("\n"));
writeFileSync(PAGE, lines.join("\n"));

async function measure(mode: "isolated" | "local", faults: readonly Fault[]): Promise<void> {
  if (faults.length === 0) return;
  const sick = await startSickDaemon({ path, mode, fps: FPS, python, config });
  try {
    await sick.daemon.frames("steady", FPS);
    for (const fault of faults) note(fault, await shareOf(sick, fault));
  } finally {
    await sick.daemon.stop();
  }
}

async function shareOf(sick: SickDaemon, fault: Fault): Promise<string> {
  await delay(SETTLE_MS);
  const before = await rateOf(sick);
  const refused = sick.daemon.log("change_refused").length;
  const isTaken = fault.at !== "load" || fault.host !== "JavaScript, local";
  if (isTaken) await sick.become(fault);
  else await sick.tell(fault);
  const during = await rateOf(sick);
  if (!isTaken) await sick.daemon.logged("change_refused", () => sick.daemon.log("change_refused").length > refused);
  await sick.become(null);
  return `${Math.round((100 * during) / before)} %`;
}

async function rateOf({ daemon }: SickDaemon): Promise<number> {
  const count = async () => ({
    frames: (await daemon.health()).cameras["steady"]?.published ?? 0,
    at: performance.now(),
  });
  const first = await count();
  await delay(WATCH_MS);
  const last = await count();
  return (1000 * (last.frames - first.frames)) / (last.at - first.at);
}

/** Without frames of anything until the supervisor has started the daemon again; its block is well by then. */
async function pauseOf(fault: Fault): Promise<string> {
  const { daemon, tell } = await startSickDaemon({ path, mode: "local", fps: FPS, python, flags: ["--supervise"] });
  try {
    await daemon.frames("steady", FPS);
    await tell(fault);
    await within(
      () => daemon.output().includes("and starts again in"),
      () => `the daemon falls:\n${daemon.output()}`,
    );
    await tell(null);
    const told = await daemon.logged("daemon_crashed");
    const isFrame = ({ event, pipeline }: LogEntry) => event === "block_output" && pipeline === "steady";
    const after = () => daemon.log().find((entry) => isFrame(entry) && timeOf(entry) > timeOf(told));
    await within(
      () => after() !== undefined,
      () => "there are frames again",
    );
    const before = daemon.log().findLast((entry) => isFrame(entry) && timeOf(entry) < timeOf(told));
    return `none for ${((timeOf(after()) - timeOf(before)) / 1000).toFixed(1)} s`;
  } finally {
    await daemon.stop();
  }
}

function timeOf(entry: LogEntry | undefined): number {
  return Date.parse(String(entry?.["time"]));
}

function note(fault: Fault, rate: string): void {
  rates.set(nameOf(fault), rate);
  console.log(`${nameOf(fault)}: ${rate}`);
}
