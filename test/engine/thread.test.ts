import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Deadline } from "../../src/base/deadline.ts";
import { openThread, type Thread } from "../../src/engine/thread.ts";

const filename = fileURLToPath(new URL("../fixtures/pair-worker.mjs", import.meta.url));
let thread: Thread;

beforeEach(() => {
  thread = openThread({ filename, execArgv: [], workerData: null, concurrency: 2, maxQueue: 8 });
});
afterEach(() => thread.close(0));

describe("a thread", () => {
  it("has several tasks under way at once although each of them has a deadline", async () => {
    const deadline = new Deadline();
    const waiting = thread.run("wait", { deadline });
    expect(await thread.run("release", { deadline })).toBe("done");
    expect(await waiting).toBe("released");
  });

  it("is ended with all its tasks when the deadline of one is over, and is there again for the next", async () => {
    const deadline = new Deadline();
    const waiting = thread.run("wait");
    const spinning = thread.run("spin", { deadline });
    deadline.end();
    const outcomes = await Promise.allSettled([waiting, spinning]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await thread.run("release")).toBe("done");
  });

  it("takes no task whose deadline is over already", async () => {
    const deadline = new Deadline();
    deadline.end();
    await expect(thread.run("release", { deadline })).rejects.toThrow("took too long");
    expect(await thread.run("release")).toBe("done");
  });
});
