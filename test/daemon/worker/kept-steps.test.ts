import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { check } from "../../../src/compiler/compile.ts";
import type { CodeEvent } from "../../../src/dynamic/runtime/code-runtime.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import { createArena } from "../../../src/stream/frames/arena.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { modelStores, workflows } from "../../workflows/program.ts";

// States of blocks on disk, with real threads.

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-kept-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const last = (length: number) => {
  const buffer = { type: "roboflow_core/buffer@v1", name: "last", data: "$inputs.x", length };
  return documentOf([buffer], { last: "$steps.last.output" });
};

async function open(name: string, document: unknown, maxBytes = 10_000) {
  const { plan, issues } = check(document, openLibrary({ allowCode: true }));
  expect(issues).toEqual([]);
  const arena = createArena({ sizeBytes: 2 ** 20, configKey: "frame_memory_mb" });
  const inference = { providers: ["cpu"], sessions: 1, maxBatch: 1, maxWaitMs: 0 } as const;
  const models = modelStores.openModels({ arena: arena.memory, descriptions: new Map(), inference, report: () => {} });
  const events: CodeEvent[] = [];
  const workflow = await workflows.openWorkflow({
    plan: plan as NonNullable<typeof plan>,
    models,
    arena: arena.memory,
    parameters: {},
    onError: "throw",
    concurrency: 1,
    timeoutMs: 60_000,
    writer: { publish: null, outputs: true, picture: null },
    stateDirectory: join(folder, name),
    keepState: { everyMs: 60_000, maxBytes, version: "1.2.3" },
    report: (event) => events.push(event),
  });
  return {
    events,
    file: join(folder, name, "@@steps.json"),
    async give(x: unknown) {
      const [result] = await workflow.once(1, { x: [x] });
      return result?.outputs?.["last"];
    },
    async close() {
      await workflow.close(5000);
      await models.close();
    },
  };
}

it("a step goes on after a restart with what it had", async () => {
  const first = await open("goes-on", last(3));
  expect(await first.give(1)).toEqual([1]);
  expect(await first.give(2)).toEqual([2, 1]);
  await first.close();
  const second = await open("goes-on", last(3));
  expect(await second.give(3)).toEqual([3, 2, 1]);
  await second.close();
  expect(second.events).toMatchObject([
    { type: "block_state_restored", step: "last", blockType: "roboflow_core/buffer@v1" },
  ]);
});

it("a step that changed starts without state, which is put aside", async () => {
  const first = await open("changed", last(3));
  await first.give(1);
  await first.close();
  const second = await open("changed", last(4));
  expect(await second.give(2)).toEqual([2]);
  await second.close();
  expect(second.events).toMatchObject([{ type: "block_state_set_aside", message: "the step has changed" }]);
  expect(readFileSync(`${second.file}.old`, "utf8")).toContain('"last"');
});

it.each([
  ["damaged", "{", "the file is damaged"],
  [
    "of another version",
    JSON.stringify({ format: 1, version: "0.0.0", saved_at: "", steps: {} }),
    /of version 0\.0\.0/,
  ],
])("a file that is %s is put aside", async (name, text, message) => {
  const first = await open(name, last(3));
  await first.give(1);
  await first.close();
  writeFileSync(first.file, text);
  const second = await open(name, last(3));
  expect(await second.give(2)).toEqual([2]);
  await second.close();
  expect(second.events).toEqual([expect.objectContaining({ type: "block_state_set_aside" })]);
  expect(second.events).toMatchObject([
    { message: typeof message === "string" ? message : expect.stringMatching(message) },
  ]);
  expect(readFileSync(`${first.file}.old`, "utf8")).toBe(text);
});

it("a state that is too large is not kept, and reported once", async () => {
  const first = await open("large", last(3), 200);
  await first.give("x".repeat(300));
  await first.close();
  expect(first.events).toMatchObject([{ type: "block_state_not_kept", step: "last" }]);
  const second = await open("large", last(3), 200);
  expect(await second.give(2)).toEqual([2]);
  await second.close();
});
