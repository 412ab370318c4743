import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/blocks/contract/block.ts";
import { type BlockCode, CODE_LIMITS } from "../../src/blocks/contract/code.ts";
import { openInstances } from "../../src/dynamic/code/code-calls.ts";
import { type CodeEvent, type CodeRuntime, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
let directories = 0;

const JAVASCRIPT = `let n = 0;
  const saveState = () => ({ n });
  const loadState = (state) => { n = state.n; };
  const run = () => ({ out: (n += STEP) });`;
const PYTHON = `
n = 0
def save_state():
    return {"n": n}
def load_state(state):
    global n
    n = state["n"]
def run(self):
    global n
    n += STEP
    return {"out": n}
`;

const LANGUAGES = [
  ["JavaScript", { language: "javascript", source: JAVASCRIPT }],
  ["isolated JavaScript", { language: "javascript", mode: "isolated", source: JAVASCRIPT }],
  ["Python", { language: "python", source: PYTHON }],
] as const;

const STEP_OF_200_MS = {
  javascript: "(() => { const end = Date.now() + 200; while (Date.now() < end); return 1; })()",
  python: "(__import__('time').sleep(0.2) or 1)",
};

const CODE: Omit<BlockCode, "source" | "language"> = {
  mode: "local",
  python: "python3",
  blockType: "Count",
  initSource: null,
  runName: "run",
  initName: "init",
  imports: [],
  hash: "one",
  stateScope: "step",
  // Written so seldom that nothing but the change hands it over.
  persist: { intervalMs: 3_600_000, maxBytes: 1000 },
  limits: { ...CODE_LIMITS, callMs: 10_000, initMs: 60_000 },
  outputs: ["out"],
  outputOffset: 0,
  batches: null,
  acceptsEmpty: false,
  onError: "fail",
};

interface Place {
  runtime: CodeRuntime;
  directory: string;
  told: () => string[];
}

function place(): Place {
  const events: CodeEvent[] = [];
  const directory = folder.path(`staged-${directories++}`);
  const runtime = openCodeRuntime({ stateDirectory: directory, report: (event) => events.push(event) });
  return { runtime, directory, told: () => events.map(({ type }) => type) };
}

function open(runtime: CodeRuntime, more: Pick<BlockCode, "language" | "source"> & Partial<BlockCode>, by = 1) {
  const code: BlockCode = { ...CODE, ...more, source: more.source.replace("STEP", String(by)) };
  const instanceOf = openInstances(code, { step: "count", runtime });
  return async () => ((await instanceOf("").call({}, CONTEXT, ["door"])) as { out: number }).out;
}

// No picture is looked at.
const pixels = {
  view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
  copy: () => new Uint8Array(),
};
const CONTEXT = { step: "count", source: "door", services: { pixels } } as unknown as Context;

describe.each(LANGUAGES)("code in %s that is to take the place of other code", (_, code) => {
  it("gets the state as the other leaves it, if its own code is the same", async () => {
    const { runtime, told } = place();
    const old = open(runtime, code);
    await old();
    const staged = runtime.stage();
    const next = open(staged.runtime, { ...code, limits: { ...CODE.limits, outputPerCall: 10 } });
    await staged.ready();
    expect(await old()).toBe(2);
    await staged.commit(() => false);
    expect(await next()).toBe(3);
    expect(told()).toEqual(["block_state_restored"]);
    await runtime.close();
  });

  it("goes on in the same process when the time of its calls changes, if all steps share it", async () => {
    const { runtime, told } = place();
    const shared = {
      ...code,
      stateScope: "block",
      source: code.source.replace("STEP", STEP_OF_200_MS[code.language]),
    } as const;
    const old = open(runtime, shared);
    await old();
    const staged = runtime.stage();
    const next = open(staged.runtime, { ...shared, limits: { ...CODE.limits, callMs: 20 } });
    await staged.ready();
    await staged.commit(() => true);
    if (code.language === "javascript" && !("mode" in code)) expect(await next()).toBe(2);
    else await expect(next()).rejects.toMatchObject({ code: "DYNAMIC_TIMEOUT" });
    expect(told()).not.toContain("block_state_set_aside");
    await runtime.close();
  });

  it("begins again with other code, and the old state is kept as .old", async () => {
    const { runtime, directory, told } = place();
    const old = open(runtime, code);
    await old();
    const staged = runtime.stage();
    const next = open(staged.runtime, { ...code, hash: "another" }, 100);
    await staged.ready();
    expect([await old(), told()]).toEqual([2, []]);
    await staged.commit(() => false);
    expect(await next()).toBe(100);
    expect(told()).toEqual(["block_state_set_aside"]);
    const aside = JSON.parse(await readFile(`${directory}/count.json.old`, "utf8")) as { state: unknown };
    expect(aside.state).toEqual({ n: 2 });
    await runtime.close();
  });

  it("touches no state when it is not taken", async () => {
    const { runtime, directory, told } = place();
    const old = open(runtime, code);
    await old();
    const staged = runtime.stage();
    open(staged.runtime, { ...code, hash: "another" }, 100);
    await staged.ready();
    staged.abort();
    expect(await old()).toBe(2);
    await runtime.close();
    expect(told()).toEqual([]);
    const kept = JSON.parse(await readFile(`${directory}/count.json`, "utf8")) as { state: unknown };
    expect(kept.state).toEqual({ n: 2 });
  });
});

describe.each(LANGUAGES)("code in %s with a state for each camera", (_, code) => {
  it("writes that of a camera that is gone, and goes on there when the camera comes back", async () => {
    const { runtime, directory } = place();
    const perCamera: BlockCode = { ...CODE, ...code, source: code.source.replace("STEP", "1"), stateScope: "source" };
    const instanceOf = openInstances(perCamera, { step: "count", runtime });
    const call = async (camera: string) =>
      ((await instanceOf(camera).call({}, { ...CONTEXT, source: camera }, [camera])) as { out: number }).out;
    await call("door");
    expect([await call("door"), await call("yard")]).toEqual([2, 1]);
    await runtime.leaveState("door");
    instanceOf.forget("door");
    const kept = JSON.parse(await readFile(`${directory}/count@door.json`, "utf8")) as { state: unknown };
    expect(kept.state).toEqual({ n: 2 });
    expect([await call("door"), await call("yard")]).toEqual([3, 2]);
    await runtime.close();
  });
});

describe.each(LANGUAGES.slice(1))("code in %s that cannot be loaded", (_, code) => {
  it("is reported before it takes any place", async () => {
    const { runtime } = place();
    const staged = runtime.stage();
    open(staged.runtime, { ...code, source: "this is no code" });
    await expect(staged.ready()).rejects.toMatchObject({ code: "DYNAMIC_CODE" });
    staged.abort();
    await runtime.close();
  });
});

it("variables of all steps of a block go on with code of the same hash", async () => {
  const { runtime } = place();
  const shared = { ...LANGUAGES[0][1], stateScope: "block" as const };
  const old = open(runtime, shared);
  await old();
  const staged = runtime.stage();
  const next = open(staged.runtime, shared);
  await staged.commit(({ scope, name }) => scope === "block" && name === "Count");
  expect(await next()).toBe(2);
  await runtime.close();
});
