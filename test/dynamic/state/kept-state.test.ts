import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { type CodeEvent, type CodeRuntime, openCodeRuntime } from "../../../src/dynamic/runtime/code-runtime.ts";
import { statePath } from "../../../src/dynamic/state/state-file.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { openPlan } from "../../helpers/open-plan.ts";
import { useFolder } from "../../stream/clip.ts";
import { codeBlock } from "../code-in-a-definition.ts";

const folder = useFolder();
let directories = 0;
const fresh = () => folder.path(`state-${directories++}`);

const COUNT = `
  let n = 0;
  function saveState() { return { n }; }
  function loadState(state) { n = state.n; }
  function run() { n += 1; return { out: n }; }`;

interface Opened {
  runtime: CodeRuntime;
  events: CodeEvent[];
  count: (sources?: string[]) => Promise<unknown[]>;
}

/** One step of a block that keeps its state, as it is after a start. */
function start(directory: string | null, source = COUNT, code: Record<string, unknown> = {}): Opened {
  const events: CodeEvent[] = [];
  const runtime = openCodeRuntime({ stateDirectory: directory, report: (event) => events.push(event) });
  const document = {
    ...documentOf([{ type: "Code", name: "count", value: "$inputs.x" }], { s: "$steps.count.out" }),
    dynamic_blocks_definitions: [codeBlock("Code", source, { code: { persist: true, ...code } })],
  };
  const { run } = openPlan(document, { runtime });
  return {
    runtime,
    events,
    count: async (sources = ["door"]) => (await run({ x: sources }, { sources })).rows.map(({ s }) => s),
  };
}

const messages = (events: readonly CodeEvent[]) =>
  events.map((event) => [event.type, "message" in event ? event.message : ""]);
const json = async (path: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(path, "utf8"));

describe("a block that wants its state kept", () => {
  it("goes on where it was when the runtime was closed", async () => {
    const directory = fresh();
    const first = start(directory);
    expect(first.events).toEqual([]);
    await first.count(["door", "door"]);
    await first.runtime.close();
    const second = start(directory);
    expect(messages(second.events)).toEqual([["block_state_restored", expect.stringMatching(/^as of 20/)]]);
    expect(await second.count()).toEqual([3]);
    expect(await json(`${directory}/count.json`)).toEqual({
      format: 1,
      block: "Code",
      code: expect.stringMatching(/^[0-9a-f]{64}$/),
      saved_at: expect.any(String),
      state: { n: 2 },
    });
    expect(await readdir(directory)).toEqual(["count.json"]);
  });

  it("writes files that only the daemon's own user reads, whatever was there before", async () => {
    const directory = fresh();
    const first = start(directory);
    await first.count();
    await first.runtime.close();
    await writeFile(`${directory}/count.json.tmp`, "left over", { mode: 0o644 });
    const second = start(directory);
    await second.count();
    await second.runtime.close();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(`${directory}/count.json`)).mode & 0o777).toBe(0o600);
  });

  it("keeps one state for each camera where its scope is the source", async () => {
    const directory = fresh();
    const first = start(directory, COUNT, { state_scope: "source" });
    await first.count(["door", "gate", "door"]);
    await first.runtime.close();
    expect((await readdir(directory)).toSorted()).toEqual(["count@door.json", "count@gate.json"]);
    expect(await start(directory, COUNT, { state_scope: "source" }).count(["door", "gate"])).toEqual([3, 2]);
  });

  it("keeps one state for all steps of a block where its scope is the block", async () => {
    const directory = fresh();
    const first = start(directory, COUNT, { state_scope: "block" });
    await first.count();
    await first.runtime.close();
    expect(await readdir(directory)).toEqual(["@Code.json"]);
    expect(await start(directory, COUNT, { state_scope: "block" }).count()).toEqual([2]);
  });

  it("writes every interval in which it was called, and then no more", async () => {
    const directory = fresh();
    const { count, runtime } = start(directory, COUNT, { persist: { interval_s: 0.1 } });
    await count();
    const path = `${directory}/count.json`;
    const written = () => vi.waitFor(async () => (await json(path))["saved_at"], { timeout: 10_000, interval: 20 });
    const first = await written();
    expect((await json(path))["state"]).toEqual({ n: 1 });
    await count(["door", "door"]);
    await vi.waitFor(async () => expect((await json(path))["state"]).toEqual({ n: 3 }), { timeout: 10_000 });
    const last = await written();
    expect(last).not.toBe(first);
    await runtime.close();
    expect(await written()).toBe(last);
  });

  it("is never taken amid a call", async () => {
    const source = `
      let halves = 0;
      const saved = [];
      function saveState() { saved.push(halves); return { halves }; }
      function loadState() {}
      async function run({ value }) {
        halves += 1;
        if (value === "wait") await new Promise((resume) => setTimeout(resume, 350));
        halves += 1;
        return { out: [...saved] };
      }`;
    const { count, runtime } = start(fresh(), source, { persist: { interval_s: 0.1 } });
    await count(["go"]);
    await vi.waitFor(async () => expect(await count(["go"])).not.toEqual([[]]));
    await count(["wait"]);
    const [saved] = (await count(["go"])) as number[][];
    expect(saved?.filter((halves) => halves % 2 === 1)).toEqual([]);
    await runtime.close();
  });

  it("begins again where nothing is kept", async () => {
    const first = start(null);
    expect(await first.count()).toEqual([1]);
    await first.runtime.close();
    expect(first.events).toEqual([]);
  });
});

describe("kept state that cannot be used", () => {
  async function restarted(change: (path: string) => Promise<void>, source = COUNT) {
    const directory = fresh();
    const first = start(directory);
    await first.count();
    await first.runtime.close();
    const path = `${directory}/count.json`;
    await change(path);
    const second = start(directory, source);
    const events = messages(second.events);
    expect(await second.count()).toEqual([1]);
    await second.runtime.close();
    return { events, files: (await readdir(directory)).toSorted(), path };
  }
  const both = ["count.json", "count.json.old"];

  it("is set aside when the file is damaged", async () => {
    const { events, files, path } = await restarted((file) => writeFile(file, '{"format":1,"state":{"n":'));
    expect(events).toEqual([["block_state_set_aside", "the file is damaged"]]);
    expect(files).toEqual(both);
    expect(await readFile(`${path}.old`, "utf8")).toBe('{"format":1,"state":{"n":');
  });

  it("is set aside when it has another format", async () => {
    const { events } = await restarted(async (file) =>
      writeFile(file, JSON.stringify({ ...(await json(file)), format: 2 })),
    );
    expect(events).toEqual([["block_state_set_aside", "the file is damaged"]]);
  });

  it("is set aside when the code has changed", async () => {
    const { events, files, path } = await restarted(async () => {}, `${COUNT}\n`);
    expect(events).toEqual([["block_state_set_aside", "the code of the block has changed"]]);
    expect(files).toEqual(both);
    expect((await json(`${path}.old`))["state"]).toEqual({ n: 1 });
  });

  it("is set aside when the code fails on it, which then begins again", async () => {
    const source = COUNT.replace("n = state.n;", 'n = 40; if (state.n === 1) throw new Error("too old");');
    const directory = fresh();
    const first = start(directory, source);
    await first.count();
    await first.runtime.close();
    const second = start(directory, source);
    expect(messages(second.events)).toEqual([["block_state_set_aside", "the code does not take it: too old"]]);
    expect(await second.count()).toEqual([1]);
  });

  it("is reported when it cannot even be read", async () => {
    const directory = fresh();
    await mkdir(`${directory}/count.json`, { recursive: true });
    const { events, count } = start(directory);
    expect(messages(events)).toEqual([["block_state_set_aside", expect.stringContaining("EISDIR")]]);
    expect(await count()).toEqual([1]);
  });
});

describe("state that cannot be kept", () => {
  async function faultsOf(source: string, code: Record<string, unknown> = {}) {
    const directory = fresh();
    const { count, runtime, events } = start(directory, source, { persist: { interval_s: 0.1 }, ...code });
    for (let i = 0; i < 3; i++) {
      await count();
      await vi.waitFor(() => expect(events).not.toEqual([]));
    }
    await runtime.close();
    return messages(events);
  }

  it("is reported once, with the path of the value", async () => {
    const source = COUNT.replace("return { n };", "return { tracks: [{ callback() {} }] };");
    expect(await faultsOf(source)).toEqual([
      ["block_state_not_kept", expect.stringContaining("state.tracks[0].callback is a function")],
    ]);
  });

  it("is reported once when it is too large, and what was kept before stays", async () => {
    const source = COUNT.replace("return { n };", 'return { n, long: "x".repeat(n * 100) };');
    expect(await faultsOf(source, { persist: { interval_s: 0.1, max_bytes: 90 } })).toEqual([
      ["block_state_not_kept", 'the state is larger than the 90 bytes of "max_bytes"'],
    ]);
  });

  it("is reported with the user's line when saveState fails", async () => {
    const source = COUNT.replace("return { n };", "return missing;");
    expect(await faultsOf(source)).toEqual([
      [
        "block_state_not_kept",
        expect.stringContaining("Error in line 3, column 26, in saveState: ReferenceError: missing is not defined"),
      ],
    ]);
  });
});

describe("the file of a state", () => {
  it.each([
    ["step", "a/../b", "", "a%2F..%2Fb.json"],
    ["source", "..", "cam@1", "..@cam%401.json"],
    ["block", "count", "", "@Z%C3%A4hler%2F2.json"],
  ] as const)("of the scope %s has a name of its own in the directory", (stateScope, step, source, name) => {
    expect(statePath("/state", { stateScope, blockType: "Zähler/2" }, { step, source })).toBe(`/state/${name}`);
  });

  it("has no name that is too long, and still its own", () => {
    const code = { stateScope: "step", blockType: "Code" } as const;
    const names = ["a", "b"].map((end) => statePath("/s", code, { step: `${"ä".repeat(100)}${end}`, source: "" }));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name.length).toBeLessThan(240);
  });
});
