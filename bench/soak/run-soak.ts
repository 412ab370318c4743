import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../../src/bench/statistics.ts";
import { missing } from "./heard.ts";
import { type Injection, openInjection } from "./injection.ts";
import { processesOf } from "./processes.ts";
import { slope } from "./slope.ts";
import { logText, openStage, SECRETS, type Stage } from "./stage.ts";
import { openWatching, type Sample, type Watching } from "./watching.ts";

export interface SoakSettings {
  minutes: number;
  seed: number;
  report?: (line: string) => void;
}

export interface SoakCheck {
  name: string;
  found: string;
  expected: string;
  ok: boolean;
}

export interface SoakResult {
  minutes: number;
  seed: number;
  /** How often each fault was injected. */
  faults: Record<string, number>;
  checks: SoakCheck[];
}

const LOOK_EVERY_MS = 1000;
/** Longest time until everything runs again after the last fault: code that ended its thread again and again waits for a minute. */
const RECOVERY_MS = 600_000;
const CALM_MS = 5000;

/** Runs the daemon with faults for as long as asked, and checks what it did. */
export async function runSoak({ minutes, seed, report = () => {} }: SoakSettings): Promise<SoakResult> {
  const injection = openInjection({ seed, lengthMs: minutes * 60_000, report });
  const watching = openWatching();
  const stage = await openStage();
  const stopLooking = keepLooking(stage, watching, injection);
  try {
    await recovered(stage, report);
    report("every camera gives frames");
    await injection.run(stage);
    report("all faults are over");
    const isBack = await recovered(stage, report);
    await delay(CALM_MS);
    await stopLooking();
    const ended = await stage.stop();
    await delay(CALM_MS / 5);
    const frames = frameChecks(stage);
    const isDelivered = await delivered(stage, report);
    const checks = [
      check("everything runs again after the faults", isBack ? "yes" : await stateOf(stage), "yes", isBack),
      check("exit code", `${ended.code}`, "0", ended.code === 0),
      ...frames,
      ...messageChecks(stage, injection, isDelivered),
      ...processChecks(stage, watching),
      ...textChecks(stage, watching),
    ];
    return { minutes, seed, faults: Object.fromEntries(injection.counts), checks };
  } finally {
    await stopLooking();
    await stage.close();
  }
}

function check(name: string, found: string, expected: string, ok: boolean): SoakCheck {
  return { name, found, expected, ok };
}

function keepLooking(stage: Stage, watching: Watching, injection: Injection): () => Promise<void> {
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      await watching.look(stage, injection.isQuiet);
      await delay(LOOK_EVERY_MS);
    }
  })();
  return () => {
    isOver = true;
    return looking;
  };
}

/** A machine that has other things to do as well is overloaded, which is no fault of the run. */
const OVERLOAD = /frame is processed, as cameras of more priority/;

/** Whether every camera gives frames that become results, and nothing is degraded. */
async function recovered(stage: Stage, report: (line: string) => void): Promise<boolean> {
  const until = performance.now() + RECOVERY_MS;
  let said = "";
  const published = async () => {
    const health = await stage.health();
    if (health === null || health.degraded.some(({ message }) => !OVERLOAD.test(message))) return null;
    return Object.values(health.cameras).map((camera) => (camera.state === "online" ? camera.published : Number.NaN));
  };
  while (performance.now() < until) {
    const before = await published();
    await delay(4000);
    const after = await published();
    const state = await stateOf(stage);
    if (state !== said) report(`waits: ${state}`);
    said = state;
    if (before !== null && after?.every((count, i) => count > (before[i] ?? Number.NaN))) return true;
  }
  return false;
}

async function stateOf(stage: Stage): Promise<string> {
  return JSON.stringify((await stage.health())?.degraded ?? "it does not answer");
}

/** What the stop had no time to send waits on disk, and the next start sends it. */
async function delivered(stage: Stage, report: (line: string) => void): Promise<boolean> {
  const { started, ended } = stage.heard;
  const open = () => [...started].filter((id) => !ended.has(id)).length;
  if (open() === 0) return true;
  report(`${open()} events wait for the next start`);
  stage.setConfig((config) => {
    const cameras = Object.entries(config.cameras).map(([id, camera]) => [id, { ...camera, enabled: false }]);
    return { ...config, cameras: Object.fromEntries(cameras) };
  });
  stage.startAgain();
  const until = performance.now() + RECOVERY_MS / 2;
  while (open() > 0 && performance.now() < until) await delay(LOOK_EVERY_MS);
  const { code } = await stage.stop();
  return code === 0;
}

function frameChecks({ heard }: Stage): SoakCheck[] {
  const last = [...heard.stats.values()].at(-1);
  const wrong = Object.entries(last?.cameras ?? {}).filter(([, { decoded, processed, dropped }]) => {
    return decoded !== processed + Object.values(dropped).reduce((sum, count) => sum + count, 0);
  });
  const frames = Object.values(last?.cameras ?? {}).reduce((sum, { decoded }) => sum + decoded, 0);
  return [
    check(
      "decoded = processed + dropped, at the end",
      wrong.length === 0 ? `${frames} frames of the last run` : JSON.stringify(wrong),
      "for all cameras",
      last !== undefined && frames > 0 && wrong.length === 0,
    ),
  ];
}

function messageChecks({ heard }: Stage, { counts }: Injection, isDelivered: boolean): SoakCheck[] {
  const last = [...heard.stats.values()].at(-1);
  const open = [...heard.started].filter((id) => !heard.ended.has(id)).length;
  const givenUp = ["events", "tracks"].flatMap((name) => Object.values(last?.outbox.dropped[name] ?? {}));
  const lost = missing(heard.sequences);
  // A thread that is ended takes the messages of its last batch with it, and so does a process.
  const violent = ["code loops", "code ends its thread", "daemon killed"].map((name) => counts.get(name) ?? 0);
  const most = 8 * violent.reduce((sum, count) => sum + count, 0);
  return [
    check(
      "events whose end never came",
      `${open} of ${heard.started.size}`,
      "0",
      open === 0 && isDelivered && heard.started.size > 0,
    ),
    check("events given up by the outbox", `${givenUp.length}`, "0", givenUp.length === 0),
    check("numbers of events that never came", `${lost}`, `at most ${most}, of batches that were killed`, lost <= most),
  ];
}

function processChecks(stage: Stage, { samples, wrongSums }: Watching): SoakCheck[] {
  const series = longest(samples);
  const quiet = series.filter(({ isQuiet }) => isQuiet).map(({ descriptors }) => descriptors);
  // Cameras that come back after a pause have no decoder yet, so single samples are low.
  const third = Math.ceil(quiet.length / 3);
  const [first, last] = [median(quiet.slice(0, third)), median(quiet.slice(-third))];
  const minutes = (series.at(-1)?.minute ?? 0) - (series[0]?.minute ?? 0);
  const late = series.filter(({ minute }) => minute > (series[0]?.minute ?? 0) + Math.min(3, minutes / 3));
  const growth = slope(late.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })));
  const rss = `${growth.toFixed(2)} MB a minute over ${minutes.toFixed(1)} minutes, ${late.at(-1)?.rssMb.toFixed(0)} MB at the end`;
  const isShort = minutes < LEAST_MINUTES;
  const orphans = processesOf(stage.mark);
  return [
    check("sums that were wrong on the way", wrongSums.slice(0, 3).join("; ") || "0", "0", wrongSums.length === 0),
    check(
      "open files of a run, without faults",
      quiet.length < 10 ? `${quiet.length} samples` : `${first} at first, ${last} at last`,
      "no more than 8 more",
      quiet.length < 10 || last - first <= 8,
    ),
    check(
      "memory",
      rss,
      isShort ? "too short to tell" : `below ${MOST_GROWTH} MB a minute`,
      isShort || growth < MOST_GROWTH,
    ),
    check(
      "processes left over",
      orphans.map(({ command }) => command.slice(0, 80)).join("; ") || "0",
      "0",
      orphans.length === 0,
    ),
  ];
}

/** Shorter than this, memory still grows to its usual size. */
const LEAST_MINUTES = 8;
const MOST_GROWTH = 2;
const MOST_LOG_MB_PER_HOUR = 30;

/** Samples of the process that ran longest. */
function longest(samples: readonly Sample[]): Sample[] {
  const pids = [...new Set(samples.map(({ pid }) => pid))];
  const series = pids.map((pid) => samples.filter((sample) => sample.pid === pid));
  return series.toSorted((a, b) => b.length - a.length)[0] ?? [];
}

function textChecks(stage: Stage, { exposed, samples }: Watching): SoakCheck[] {
  const log = logText(stage);
  const leaks = [
    ...(hasSecret(log) ? ["the log"] : []),
    ...filesIn(stage.disk?.path ?? join(stage.folder, "state")).filter((file) =>
      hasSecret(readFileSync(file, "latin1")),
    ),
    ...exposed,
  ];
  const traces = log.split("\n").filter((line) => /^\s+at .*\(?(file:|\/|node:)/.test(line)).length;
  const hours = (samples.at(-1)?.minute ?? 0) / 60;
  const rate = log.length / 1e6 / hours;
  return [
    check("secrets in log, files or command lines", leaks.join("; ") || "0", "0", leaks.length === 0),
    check("stack traces in the log", `${traces}`, "0", traces === 0),
    check(
      "log",
      `${(log.length / 1e3).toFixed(0)} kB, ${rate.toFixed(1)} MB an hour`,
      `below ${MOST_LOG_MB_PER_HOUR} MB an hour, with a fault every few seconds`,
      rate < MOST_LOG_MB_PER_HOUR,
    ),
  ];
}

function hasSecret(text: string): boolean {
  return Object.values(SECRETS).some((secret) => text.includes(secret));
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}
