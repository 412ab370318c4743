import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openThread, type Thread } from "../../src/engine/thread.ts";

const filename = fileURLToPath(new URL("../fixtures/pair-worker.mjs", import.meta.url));
let thread: Thread;

beforeEach(() => {
  thread = openThread({ filename, execArgv: [], workerData: null, concurrency: 2, maxQueue: 8 });
});
afterEach(() => thread.close(0));

describe("a thread", () => {
  it("has several tasks under way at once although each of them can be aborted", async () => {
    const { signal } = new AbortController();
    const waiting = thread.run("wait", { signal });
    expect(await thread.run("release", { signal })).toBe("done");
    expect(await waiting).toBe("released");
  });

  it("is ended with all its tasks when one is aborted, and is there again for the next", async () => {
    const abort = new AbortController();
    const waiting = thread.run("wait");
    const spinning = thread.run("spin", { signal: abort.signal });
    abort.abort();
    const outcomes = await Promise.allSettled([waiting, spinning]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await thread.run("release")).toBe("done");
  });

  it("takes no task that is aborted already", async () => {
    await expect(thread.run("release", { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(await thread.run("release")).toBe("done");
  });
});
