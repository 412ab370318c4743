import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { byDeadline } from "../../src/base/deadline.ts";
import { openThread, type Thread } from "../../src/engine/thread.ts";

const filename = fileURLToPath(new URL("../fixtures/slow-thread.mjs", import.meta.url));

let thread: Thread;
afterEach(() => thread.close(0));

function open(): Thread {
  thread = openThread({ filename, execArgv: [], workerData: null, concurrency: 4, maxQueue: 12 });
  return thread;
}

test("a task that never returns is given up at its deadline, and the thread is replaced", async () => {
  const { run } = open();
  await run("first");
  await expect(runFor(100, "loop", run)).rejects.toThrow("took too long");
  expect(await run("next")).toBe("next");
});

test("tasks that give up while the new thread starts do not keep it from starting", async () => {
  const { run } = open();
  await run("first");
  await expect(runFor(100, "loop", run)).rejects.toThrow("took too long");
  for (let i = 0; i < 3; i++) await expect(runFor(50, "early", run)).rejects.toThrow();
  expect(await run("next")).toBe("next");
});

test("tasks of one thread go with it, and the thread that comes after serves others", async () => {
  const { run } = open();
  await run("first");
  const stuck = runFor(100, "loop", run);
  const beside = run("beside");
  await expect(Promise.all([stuck, beside])).rejects.toThrow();
  await expect(beside).rejects.toThrow("worker exited");
  expect(await run("next")).toBe("next");
});

test("closing waits for what runs, but not longer than its deadline", async () => {
  const { run, close } = open();
  const done = run("first");
  await close(5000);
  expect(await done).toBe("first");
  const second = open();
  await second.run("first");
  const stuck = second.run("loop").catch((error: Error) => error.message);
  await second.close(50);
  expect(await stuck).toBe("Terminating worker thread");
});

function runFor(limitMs: number, task: string, run: Thread["run"]): Promise<unknown> {
  return byDeadline({ limitMs, late: (cause) => cause as Error }, (deadline) => run(task, { deadline }));
}
