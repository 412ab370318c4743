import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { byDeadline } from "../../src/base/deadline.ts";
import { openThread, type Thread } from "../../src/engine/thread.ts";

const filename = fileURLToPath(new URL("../fixtures/mortal-thread.mjs", import.meta.url));

/** A thread, and what it dies of, one after the other. */
function open(): { thread: Thread; next: () => Promise<string>; all: string[] } {
  const all: string[] = [];
  let tell = (_why: string) => {};
  const died = (why: string) => {
    all.push(why);
    tell(why);
  };
  const thread = openThread({ filename, execArgv: [], workerData: null, concurrency: 2, maxQueue: 4, died });
  onTestFinished(() => thread.close(0));
  const next = () =>
    new Promise<string>((resolve) => {
      tell = resolve;
    });
  return { thread, next, all };
}

test.each([
  ["a timer that throws", "throw", "thrown by a timer"],
  ["a promise that nothing handles", "reject", "rejected for nothing"],
  ["an exit", "exit", "exit code 3"],
])("the end of a thread between two tasks is reported with its reason: %s", async (_, task, why) => {
  const { thread, next, all } = open();
  const death = next();
  expect(await thread.run(task)).toBe("done");
  expect(await death).toBe(why);
  expect(await thread.run("nothing")).toBe("done");
  expect(all).toEqual([why]);
});

test("an end in a task is reported as well, once", async () => {
  const { thread, all } = open();
  await expect(thread.run("exit now")).rejects.toThrow("exit");
  expect(await thread.run("nothing")).toBe("done");
  expect(all).toEqual(["exit code 4"]);
});

test("an end by a deadline or by closing is none of its own", async () => {
  const { thread, all } = open();
  await thread.run("nothing");
  await expect(runFor(100, "loop", thread.run)).rejects.toThrow("took too long");
  expect(await thread.run("nothing")).toBe("done");
  await thread.close(0);
  expect(all).toEqual([]);
});

function runFor(limitMs: number, task: string, run: Thread["run"]): Promise<unknown> {
  return byDeadline({ limitMs, late: (cause) => cause as Error }, (deadline) => run(task, { deadline }));
}
