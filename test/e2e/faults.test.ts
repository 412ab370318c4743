import { afterEach, describe, expect, test, vi } from "vitest";
import type { StandIn } from "../../src/engine/batch.ts";
import { findPythonCommand } from "../dynamic/child-block.ts";
import { FAULTS, type Fault, type FaultHost, nameOf } from "../dynamic/faults.ts";
import { type Broker, lacksBroker, startBroker } from "../helpers/broker.ts";
import { type TestDaemon, within } from "../helpers/daemon.ts";
import { type OnError, type SickDaemon, startSickDaemon } from "../helpers/sick-daemon.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const folder = useFolder();
const python = findPythonCommand(true) ?? findPythonCommand(false) ?? "python3";
const ON_ERROR: readonly OnError[] = ["fail", "empty", "last"];

// biome-ignore lint/suspicious/noExplicitAny: payloads are read by tests that say what they must be
type Json = any;

/** One row for each way to end; the others are tried on blocks alone. */
function oneOfEach(host: FaultHost): Fault[] {
  const rows = FAULTS.filter((fault) => fault.host === host && fault.at === "run" && fault.ended !== "daemon");
  return rows.filter((fault, i) => rows.findIndex(({ by }) => by === fault.by) === i);
}

describe.skipIf(lacksBroker())("a camera beside one whose block runs away", () => {
  let broker: Broker;
  let daemon: TestDaemon | undefined;

  afterEach(async () => {
    await daemon?.stop("SIGKILL");
    daemon = undefined;
    await broker.close();
  });

  async function start(mode: "isolated" | "local", env: NodeJS.ProcessEnv = {}) {
    broker = await startBroker();
    const watcher = await subscribe(broker.url);
    // A machine with other work comes to the end of a call as well: what is late never returns.
    const config = { mqtt: { url: broker.url }, code_call_timeout_ms: 4000 };
    const sick = await startSickDaemon({ path: folder.path, mode, fps: 10, python, config, env });
    daemon = sick.daemon;
    await daemon.frames("steady", 5);
    await daemon.frames("sick", 5);
    const stats = (): Json => JSON.parse(watcher.texts("millrace/dock/stats").at(-1) ?? "null");
    /** What came of the steady camera, in the order in which it came. */
    const heard = (): number[] =>
      watcher.texts("millrace/dock/workflow/steady/output/n").map((text) => JSON.parse(text).value);
    return { ...sick, stats, heard, close: () => watcher.close() };
  }

  test("loses nothing to processes that do not return, grow, flood and crash, and the sick one goes on", async () => {
    const sick = await start("isolated");
    const { become, since, stats, heard, daemon, close } = sick;
    const rows = [...oneOfEach("JavaScript, isolated"), ...oneOfEach("Python")];
    for (const [i, fault] of rows.entries()) {
      const onError = ON_ERROR[i % ON_ERROR.length] ?? "fail";
      await become(fault, onError);
      await expectFault(since, fault);
      // The fallback is published, whether its process is replaced, suspended or sound.
      await daemon.frames("sick", 3);
      if (onError !== "fail" && fault.codes.length > 0) expect(standIns(since)).toContain("empty");
    }
    await expectBreakers({ ...sick, daemon });
    await daemon.frames("steady", 5);
    await daemon.stop();
    const reasons = Object.keys(stats().cameras.sick.dropped);
    // Frames that come while a call has its deadline before it are too many; none is lost to a failure.
    const usual = ["newest_wins", "shutdown", "opening"];
    expect(reasons.filter((reason) => !usual.includes(reason))).toEqual([]);
    expectSteady(daemon, stats(), heard());
    await close();
  });

  test("loses nothing to threads that end either", async () => {
    // A heap that fills in moments.
    const { become, tell, since, stats, heard, daemon, close } = await start("local", {
      NODE_OPTIONS: "--max-old-space-size=256",
    });
    for (const fault of oneOfEach("JavaScript, local").filter(({ ended }) => ended === "thread")) {
      await become(fault);
      await expectFault(since, fault);
      await become(null);
      // A batch that was under way has been reported by then.
      await daemon.frames("sick", 12);
    }
    // Code that does not return as it is loaded is not taken, and what was there goes on.
    const loading = FAULTS.find(({ host, at }) => host === "JavaScript, local" && at === "load");
    await tell(loading ?? null);
    await daemon.logged("change_refused", ({ code }) => code === "LANE_TIMEOUT");
    await daemon.frames("sick", 3);
    await daemon.frames("steady", 5);
    await daemon.stop();
    expectSteady(daemon, stats(), heard());
    await close();
  });

  /** It is reported, with its code, and it did not pass as something else. */
  async function expectFault(since: SickDaemon["since"], fault: Fault): Promise<void> {
    // A thread that ends between two frames fails none of them.
    const died = () => since("thread_died", ({ pipeline }) => pipeline === "sick").map(() => "LANE_DIED");
    const failed = () => [...since("step_failed"), ...since("pipeline_failed")].map(({ code }) => String(code));
    const told = () => [...failed(), ...died()];
    if (fault.codes.length === 0) {
      await within(
        () => since("block_output", ({ pipeline }) => pipeline === "sick").length + since("message_refused").length > 0,
        () => `${nameOf(fault)} prints, or gives too much`,
      );
    } else {
      await within(
        () => told().some((code) => fault.codes.includes(code)),
        () => `${nameOf(fault)} is reported: ${told()}\n${daemon?.output().slice(-2000)}`,
      );
    }
    // A thread may reach its time limit before its heap is full; both end it.
    const endings = fault.ended === "thread" ? ["LANE_TIMEOUT"] : [];
    const again = ["DYNAMIC_SUSPENDED", "LANE_SUSPENDED", "LANE_DIED", ...endings];
    expect(told().filter((code) => !fault.codes.includes(code) && !again.includes(code))).toEqual([]);
  }
});

/** A process that ends three times, and a step that fails five times in a row, are suspended: counts stand still. */
async function expectBreakers({ become, since, daemon }: SickDaemon): Promise<void> {
  const failures = async () => {
    const step = String(since("step_failed").at(-1)?.["step"]);
    return (await daemon.health()).failures["sick"]?.[step] ?? {};
  };
  await become(faultOf("loops without end"), "fail");
  await within(
    () => since("step_failed", ({ code }) => code === "DYNAMIC_SUSPENDED").length > 0,
    () => "its process is suspended",
  );
  expect(await failures()).toMatchObject({ DYNAMIC_TIMEOUT: 3 });
  await become(faultOf("throws at each frame"), "empty");
  await within(
    () => since("step_failed", ({ standIn }) => (standIn as StandIn)?.pausedMs === 5000).length > 0,
    () => "the step is suspended",
  );
  const before = await failures();
  expect(before["DYNAMIC_CODE"]).toBeGreaterThanOrEqual(5);
  await daemon.frames("sick", 10);
  expect(await failures()).toEqual(before);
}

function faultOf(name: string): Fault {
  const found = FAULTS.find((fault) => fault.host === "JavaScript, isolated" && fault.name === name);
  if (found === undefined) throw new Error(`no fault "${name}"`);
  return found;
}

function standIns(since: SickDaemon["since"]): unknown[] {
  return since("step_failed").map((entry) => (entry["standIn"] as StandIn | undefined)?.outputs);
}

/** Every frame of the other camera became a result once its workflow was open, in order, and its block kept its variables. */
function expectSteady(daemon: TestDaemon, stats: Json, heard: readonly number[]): void {
  const { decoded, processed, dropped } = stats.cameras.steady;
  const { shutdown = 0, opening = 0, ...others } = dropped;
  expect(others).toEqual({});
  expect(processed + shutdown + opening).toBe(decoded);
  const counted = daemon
    .log("block_output")
    .filter((entry) => entry["pipeline"] === "steady")
    .map(({ text }) => Number(text));
  expect(counted).toEqual(counted.map((_, i) => i + 1));
  expect(counted.length).toBeGreaterThanOrEqual(processed);
  // A subscriber has them all, from the first after the broker was there.
  expect(heard).toEqual(heard.map((_, i) => (heard[0] ?? 0) + i));
  expect(heard.length).toBeGreaterThanOrEqual(processed - 5);
  expect(daemon.log("source_started")).toHaveLength(2);
}
