import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BlockCode } from "../../src/blocks/contract/code.ts";
import { useFolder } from "../stream/clip.ts";
import { openBlock } from "./child-block.ts";

// State of code in processes that outlives them.

const folder = useFolder();

const JAVASCRIPT = `let n = 0; let square = 0;
const saveState = () => ({ n, square });
const loadState = (kept) => { n = kept.n; square = kept.square; if (n > 900) throw new Error("too many"); };
function run({ x }) { if (x === "die") for (const held = [];;) held.push(new Array(1e6).fill(1)); n += 1; square = n * n; return [n, square]; }`;

const PYTHON = `n = 0
square = 0
def save_state():
    return {"n": n, "square": square}
def load_state(kept):
    global n, square
    n, square = kept["n"], kept["square"]
    if n > 900:
        raise ValueError("too many")
def run(self, x):
    global n, square
    if x == "die":
        os._exit(3)
    n += 1
    square = n * n
    return [n, square]
`;

const PERSIST = { intervalMs: 20, maxBytes: 1000 };

describe.each([
  ["isolated JavaScript", JAVASCRIPT, { language: "javascript", mode: "isolated" }],
  ["Python", PYTHON, { language: "python" }],
] as const)("the state of %s", (name, source, more) => {
  const open = (place: string, settings: Partial<BlockCode> = {}) =>
    openBlock(
      source,
      { ...more, hash: "one", persist: PERSIST, ...settings },
      { stateDirectory: folder.path(`${name} ${place}`) },
    );
  const written = (place: string, file = "s") => {
    const path = folder.path(`${name} ${place}/${file}.json`);
    return existsSync(path)
      ? (JSON.parse(readFileSync(path, "utf8")) as { state: { n: number; square: number } }).state
      : null;
  };

  it("goes on where it was when the daemon was stopped", async () => {
    const first = open("stopped");
    for (let i = 1; i <= 3; i++) expect(await first.call({ x: 1 })).toEqual([i, i * i]);
    await first.close();
    expect(written("stopped")).toEqual({ n: 3, square: 9 });
    const second = open("stopped");
    expect(await second.call({ x: 1 })).toEqual([4, 16]);
    expect(second.events).toContainEqual(expect.objectContaining({ type: "block_state_restored" }));
  });

  it("goes on where it was last written when the process dies, at a state that once was", async () => {
    const block = open("died");
    await block.call({ x: 1 });
    await expect
      .poll(
        async () => {
          await block.call({ x: 1 });
          return written("died")?.n ?? 0;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(2);
    await expect(block.call({ x: "die" })).rejects.toMatchObject({ code: "DYNAMIC_DIED" });
    const before = written("died") as { n: number; square: number };
    expect(before.square).toBe(before.n ** 2);
    const [n, square] = (await block.call({ x: 1 })) as [number, number];
    expect(n).toBeGreaterThan(before.n);
    expect(square).toBe(n * n);
  });

  it("is not taken over by other code, and not by code that does not take it", async () => {
    const first = open("changed");
    await first.call({ x: 1 });
    await first.close();
    const changed = open("changed", { hash: "two" });
    expect(await changed.call({ x: 1 })).toEqual([1, 1]);
    expect(changed.events).toContainEqual(expect.objectContaining({ type: "block_state_set_aside" }));
    for (let i = 0; i < 900; i++) await changed.call({ x: 1 });
    await changed.close();
    const refusing = open("changed", { hash: "two" });
    expect(await refusing.call({ x: 1 })).toEqual([1, 1]);
    expect(refusing.events).toContainEqual(
      expect.objectContaining({ type: "block_state_set_aside", message: expect.stringContaining("too many") }),
    );
  });

  it("is one for each camera where the code asks for that", async () => {
    const first = open("cameras", { stateScope: "source" });
    await first.call({ x: 1 }, "a");
    await first.call({ x: 1 }, "a");
    await first.call({ x: 1 }, "b");
    await first.close();
    const second = open("cameras", { stateScope: "source" });
    expect(await second.call({ x: 1 }, "a")).toEqual([3, 9]);
    expect(await second.call({ x: 1 }, "b")).toEqual([2, 4]);
  });

  it("that is too large is not written, and that is reported", async () => {
    const block = open("large", { persist: { intervalMs: 20, maxBytes: 5 } });
    await block.call({ x: 1 });
    await block.close();
    expect(block.events).toContainEqual(
      expect.objectContaining({ type: "block_state_not_kept", message: expect.stringContaining("max_bytes") }),
    );
    expect(written("large")).toBeNull();
  });

  it("that the process dies of is set aside, so that it does so once", async () => {
    const deadly =
      name === "Python"
        ? source.replace("if n > 900:", "if n > 1:\n        os._exit(3)\n    if n > 900:")
        : source.replace(
            "if (n > 900)",
            "if (n > 1) for (const held = [];;) held.push(new Array(1e6).fill(1)); if (n > 900)",
          );
    const first = openBlock(
      deadly,
      { ...more, hash: "one", persist: PERSIST },
      { stateDirectory: folder.path(`${name} deadly`) },
    );
    await first.call({ x: 1 });
    await first.call({ x: 1 });
    await first.close();
    const second = openBlock(
      deadly,
      { ...more, hash: "one", persist: PERSIST },
      { stateDirectory: folder.path(`${name} deadly`) },
    );
    await second.call({ x: 1 }).catch(() => {});
    await expect.poll(() => second.call({ x: 1 }).catch(() => null), { timeout: 20_000 }).not.toBeNull();
    const told = second.events.map(({ type }) => type).filter((type) => type.startsWith("block_state"));
    expect(told).toEqual(["block_state_set_aside"]);
  });
});

it.each([
  ["keys that are no texts", "{7: 3}", "state has the key 7, a int"],
  ["numbers that would be rounded", "{'a': [2**53 + 1]}", "state['a'][0] is 9007199254740993"],
  ["what JSON does not know", "{'a': {'b': {1}}}", "state['a']['b'] is a set"],
  ["numbers that are none", "[float('nan')]", "state[0] is nan"],
])("Python is reported that %s cannot be kept", async (_, state, message) => {
  const source = `def save_state():\n    return ${state}\ndef load_state(kept): pass\ndef run(self): return 1`;
  const block = openBlock(source, { persist: PERSIST }, { stateDirectory: folder.path(`refused ${message.length}`) });
  await block.call();
  await block.close();
  expect(block.events).toContainEqual(
    expect.objectContaining({ type: "block_state_not_kept", message: expect.stringContaining(message) }),
  );
});
