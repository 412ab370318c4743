import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { ModelLines } from "../../../src/daemon/models/model-lines.ts";
import { openSessionLines, type SessionLine } from "../../../src/daemon/models/session-lines.ts";
import { openThread } from "../../../src/engine/thread.ts";
import { HELD, MOST_WAITING } from "../../../src/inference/model-queue.ts";
import type { ModelItem } from "../../../src/inference/request.ts";

vi.setConfig({ testTimeout: 60_000 });

const filename = fileURLToPath(new URL("../../fixtures/line-worker.ts", import.meta.url));

const LOADER = new URL("../../fixtures/typescript-loader.mjs", import.meta.url).href;

const item = (parameters: object = {}): ModelItem => ({
  ...{ task: "detect", source: { type: "fitted", offset: 0 }, width: 1, height: 1 },
  parameters,
});
const items = (count: number, parameters: object = {}) => Array.from({ length: count }, () => item(parameters));

/** Sessions of a model, and threads of workflows that have their lines. */
async function openSessions(count: number) {
  const died = (thread: number) => () => lines.died(threads[thread]!);
  const threads = Array.from({ length: count }, (_, i) =>
    openThread({
      filename,
      execArgv: ["--import", LOADER],
      workerData: null,
      concurrency: 2,
      maxQueue: 16,
      died: died(i),
    }),
  );
  onTestFinished(async () => {
    await Promise.all(threads.map((thread) => thread.close(0)));
  });
  const lines = openSessionLines("a/1", threads);
  async function connect() {
    const given: SessionLine[] = [];
    const workflow = new ModelLines();
    const end = lines.connect((line) => {
      given.push(line);
      workflow.take(line);
    });
    await vi.waitUntil(() => given.length === count, { timeout: 30_000 });
    return { workflow, given, end };
  }
  return { lines, connect };
}

/** Items wait for it in their session. */
function openHold() {
  const held = new SharedArrayBuffer(4);
  const flag = new Int32Array(held);
  flag[0] = 1;
  return { held, release: () => void Atomics.store(flag, 0, 0) };
}

test("items go to the session that holds the fewest, whichever workflow asks", async () => {
  const { connect, lines } = await openSessions(2);
  const [one, other] = [await connect(), await connect()];
  const { held, release } = openHold();
  const first = one.workflow.run("a/1", items(3, { held }));
  const second = other.workflow.run("a/1", items(3, { held }));
  expect(lines.held()).toBe(6);
  release();
  const replies = [...(await first)!.replies, ...(await second)!.replies].map(
    (reply) => (reply as { thread: number }).thread,
  );
  const counts = [...new Set(replies)].map((thread) => replies.filter((other) => other === thread).length);
  expect(counts).toEqual([3, 3]);
  expect(lines.held()).toBe(0);
  expect(lines.tallies().map((tally) => tally.read())).toEqual([
    { calls: 3, items: 3, meanMs: 7 },
    { calls: 3, items: 3, meanMs: 7 },
  ]);
});

test("an item that fails says why, and the others are answered", async () => {
  const { connect } = await openSessions(1);
  const { workflow } = await connect();
  const failing = workflow.run("a/1", [item({ fail: true })]);
  const sound = workflow.run("a/1", items(2));
  await expect(failing).rejects.toMatchObject({
    code: "MODEL_RUN_FAILED",
    message: 'model "a/1": run failed: no such picture',
  });
  expect(await sound).toMatchObject({ replies: [{}, {}], inferMs: 5 });
});

test("when a session's thread ends, what it held fails, nothing counts as held, and another line comes", async () => {
  const { connect, lines } = await openSessions(1);
  const { workflow, given } = await connect();
  const asked = Array.from({ length: 3 }, () => workflow.run("a/1", [item({ end: true })]));
  for (const { reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
    expect(reason).toMatchObject({ code: "MODEL_RUN_FAILED" });
  }
  // Until then everything is asked through the main thread.
  expect(workflow.run("a/1", [item()])).toBe(null);
  await vi.waitUntil(() => given.length === 2, { timeout: 30_000 });
  expect(await workflow.run("a/1", items(4))).toMatchObject({ replies: [{}, {}, {}, {}] });
  expect(lines.held()).toBe(0);
});

test("what is more than may wait is refused, and everything else is answered", async () => {
  const { connect, lines } = await openSessions(2);
  const [one, other] = [await connect(), await connect()];
  const { held, release } = openHold();
  const room = MOST_WAITING + 2 * HELD;
  const asked = items(room + 10, { held }).map((each, i) => (i % 2 === 0 ? one : other).workflow.run("a/1", [each]));
  const outcomes = Promise.allSettled(asked);
  release();
  const refused = (await outcomes).filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
  expect(refused).toHaveLength(10);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "MODEL_BUSY" });
  expect(lines.held()).toBe(0);
});

test("a workflow that has gone gets no more lines, and leaves nothing behind", async () => {
  const { connect, lines } = await openSessions(1);
  const [gone, stays] = [await connect(), await connect()];
  const { held, release } = openHold();
  void gone.workflow.run("a/1", items(2, { held }))?.catch(() => {});
  gone.end();
  for (const { port } of gone.given) port.close();
  release();
  expect(await stays.workflow.run("a/1", items(1))).toMatchObject({ inferMs: 5 });
  // What was asked before it may end after it.
  await vi.waitUntil(() => lines.held() === 0, { timeout: 30_000 });
  await stays.workflow.run("a/1", [item({ end: true })])?.catch(() => {});
  await vi.waitUntil(() => stays.given.length === 2, { timeout: 30_000 });
  expect(gone.given).toHaveLength(1);
});
