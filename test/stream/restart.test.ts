import { expect, test } from "vitest";
import { SourceError } from "../../src/base/errors.ts";
import { type FailedAttempt, keepRunning, type Verdict } from "../../src/stream/restart.ts";
import { HandClock } from "./hand-clock.ts";

const gone = new SourceError("STREAM_REFUSED", "gone", { cause: "refused" });
const again: Verdict = { is: "failure", error: gone, retry: true };

/** Runs fail when told to; the random number is 1, so every wait is the longest there can be. */
function supervise(verdict: Verdict = again, random = 1) {
  const clock = new HandClock();
  const abort = new AbortController();
  const attempts: FailedAttempt[] = [];
  const runs: { started: () => void; end: (error?: Error) => void }[] = [];
  const outcome = keepRunning({
    run: (started) =>
      new Promise((resolve, reject) => {
        runs.push({ started, end: (error) => (error ? reject(error) : resolve()) });
      }),
    judge: () => verdict,
    failed: (attempt) => void attempts.push(attempt),
    signal: abort.signal,
    clock,
    random: () => random,
  });
  /** Ends the current run and waits until the supervisor has dealt with it. */
  const fail = async () => {
    runs.at(-1)?.end(gone);
    await settle();
  };
  const retry = async (ms: number) => {
    clock.turn(ms);
    await settle();
  };
  return { clock, abort, attempts, runs, outcome, fail, retry };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("waits double from half a second to half a minute", async () => {
  const { attempts, fail, retry } = supervise();
  for (let i = 0; i < 9; i++) {
    await fail();
    await retry(30_000);
  }
  const waits = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
  expect(attempts.map((attempt) => attempt.nextRetryMs)).toEqual(waits);
  expect(attempts.map((attempt) => attempt.attempts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a refused password waits a minute and more, ten at most", async () => {
  const { attempts, fail, retry } = supervise({ ...again, isDenied: true } as Verdict, 0);
  for (let i = 0; i < 6; i++) {
    await fail();
    await retry(600_000);
  }
  expect(attempts.map((attempt) => attempt.nextRetryMs)).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
});

test("the wait is a random part of the limit", async () => {
  const { attempts, fail } = supervise(again, 0.25);
  await fail();
  expect(attempts[0]?.nextRetryMs).toBe(125);
});

test("a run that gave frames for ten seconds makes the next failure the first, a shorter one does not", async () => {
  const { clock, runs, attempts, fail, retry } = supervise();
  await fail();
  await retry(500);
  runs.at(-1)?.started();
  clock.turn(9999);
  await fail();
  await retry(1000);
  runs.at(-1)?.started();
  clock.turn(10_000);
  await fail();
  expect(attempts.map((attempt) => attempt.attempts)).toEqual([1, 2, 1]);
});

test("no run begins before its time", async () => {
  const { runs, fail, retry } = supervise();
  await fail();
  await retry(499);
  expect(runs).toHaveLength(1);
  await retry(1);
  expect(runs).toHaveLength(2);
});

test("a good end ends it", async () => {
  const { outcome, attempts, fail } = supervise({ is: "end" });
  await fail();
  expect([await outcome, attempts]).toEqual(["ended", []]);
});

test("a failure that is not worth another attempt ends it", async () => {
  const { outcome, attempts, fail } = supervise({ is: "failure", error: gone, retry: false });
  await fail();
  expect([await outcome, attempts[0]?.nextRetryMs]).toEqual(["failed", null]);
});

test("it can be stopped while it runs and while it waits", async () => {
  const running = supervise();
  running.abort.abort();
  running.runs[0]?.end();
  const waiting = supervise();
  await waiting.fail();
  waiting.abort.abort();
  expect(await Promise.all([running.outcome, waiting.outcome])).toEqual(["stopped", "stopped"]);
  expect(waiting.clock.pending).toEqual([]);
});
