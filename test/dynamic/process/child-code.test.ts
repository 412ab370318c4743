import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type { BlockCode } from "../../../src/blocks/contract/code.ts";
import { workerEntry } from "../../../src/engine/worker-entry.ts";
import { LIMITS, openBlock, until } from "../child-block.ts";

const ended = { type: "block_process_ended", step: "s", blockType: "Code" };

/** The same block in both languages. */
const LANGUAGES: [string, Partial<BlockCode>, Record<string, string>][] = [
  [
    "Python",
    { language: "python", mode: "local" },
    {
      loop: "n = 0\ndef run(self, x=0):\n    global n\n    n += 1\n    while x: pass\n    return n",
      print: "def run(self, n):\n    print('x' * n)\n    return 1",
      leave: "import os\ndef run(self, x):\n    if x: os._exit(x)\n    return os.getpid()",
    },
  ],
  [
    "JavaScript in isolation",
    { language: "javascript", mode: "isolated" },
    {
      loop: "let n = 0;\nfunction run({ x }) { n++; while (x); return n; }",
      print: "function run({ n }) { console.log('x'.repeat(n)); return 1; }",
      leave: "",
    },
  ],
];

describe.each(LANGUAGES)("the process of a block of %s", (_, settings, sources) => {
  const open = (name: string, limits: Partial<BlockCode["limits"]> = {}) =>
    openBlock(sources[name] ?? "", { ...settings, limits: { ...LIMITS, ...limits } });

  it("is ended when a call takes too long, and comes back without its variables", async () => {
    const { call, events } = open("loop", { callMs: 500 });
    expect([await call(), await call()]).toEqual([1, 2]);
    await expect(call({ x: 1 })).rejects.toMatchObject({
      code: "DYNAMIC_TIMEOUT",
      message: 'dynamic block "Code": the call took more than 500 ms',
    });
    expect(await call()).toBe(1);
    expect(events.filter(({ type }) => type === "block_process_ended")).toMatchObject([
      { ...ended, message: "the call took more than 500 ms", isSuspended: false },
    ]);
  });

  it("is suspended when it was ended three times", async () => {
    const { call, events } = open("loop", { callMs: 200 });
    for (let i = 0; i < 3; i++) await expect(call({ x: 1 })).rejects.toMatchObject({ code: "DYNAMIC_TIMEOUT" });
    await expect(call()).rejects.toMatchObject({
      code: "DYNAMIC_SUSPENDED",
      message: expect.stringMatching(
        /^dynamic block "Code": its process ended too often and is suspended for another \d+ s$/,
      ),
    });
    expect(events.findLast(({ type }) => type === "block_process_ended")).toMatchObject({ isSuspended: true });
  });

  it("tells what it prints up to a bound", async () => {
    const { call, events } = open("print", { outputPerCall: 100 });
    await call({ n: 10 });
    await call({ n: 1_000_000 });
    const printed = events.flatMap((event) => (event.type === "block_output" ? [event.text] : []));
    expect(printed[0]).toBe("x".repeat(10));
    expect(printed.slice(1).join("")).toMatch(/^x{100}/);
    expect(printed.join("").length).toBeLessThan(400);
  });

  it("answers calls in the order in which they were made", async () => {
    const { call } = open("loop");
    expect(await Promise.all(Array.from({ length: 20 }, () => call()))).toEqual(
      Array.from({ length: 20 }, (_x, i) => i + 1),
    );
  });
});

describe("the process of a block", () => {
  const python = (source: string, more: Partial<BlockCode> = {}) => openBlock(source, more);
  const leave = LANGUAGES[0]?.[2]["leave"] ?? "";

  it("that exits in a call fails that call only", async () => {
    const { call } = python(leave);
    await expect(call({ x: 3 })).rejects.toMatchObject({
      code: "DYNAMIC_DIED",
      message: 'dynamic block "Code": its process ended: exit code 3',
    });
    expect(await call({ x: 0 })).toBeGreaterThan(1);
  });

  it("that waits for what never comes says so, and that it has no memory left", async () => {
    const script = (body: string) =>
      openBlock(`function run() { ${body} }`, { language: "javascript", mode: "isolated" });
    await expect(script("return new Promise(() => {});").call({})).rejects.toMatchObject({
      code: "DYNAMIC_DIED",
      message: 'dynamic block "Code": its process ended: it waits for what never comes (exit code 13)',
    });
    const greedy = script("const kept = []; for (;;) kept.push(new Array(1e5).fill(0.5));");
    await expect(greedy.call({})).rejects.toThrow(/for want of memory \(ended by |took more than/);
  });

  it("that is ended from outside between calls is there again for the next", async () => {
    const { call, events } = python(leave);
    const pid = (await call({ x: 0 })) as number;
    process.kill(pid, "SIGKILL");
    await until(() => events.some(({ type }) => type === "block_process_ended"));
    expect(await call({ x: 0 })).not.toBe(pid);
    expect(events).toMatchObject([{ ...ended, message: "ended by SIGKILL" }]);
  });

  it("that sends garbage is ended", async () => {
    const source = "import os\ndef run(self):\n    os.write(3, b'garbage' * 100)\n    return 1";
    await expect(python(source).call()).rejects.toMatchObject({ code: "DYNAMIC_PROTOCOL" });
  });

  it("that claims an endless message is ended", async () => {
    const source =
      "import os\ndef run(self):\n    os.write(3, b'\\xff\\xff\\xff\\xff\\x06\\0\\1\\0' + b'\\0' * 8)\n    return 1";
    await expect(python(source).call()).rejects.toThrow("a message of 4294967295 bytes");
  });

  it("that prints past Python without end blocks nothing", async () => {
    const source = "import os\ndef run(self):\n    for _ in range(2000): os.write(1, b'x' * 4096)\n    return 1";
    const { call, events } = python(source, { limits: { ...LIMITS, outputPerCall: 1000 } });
    expect(await call()).toBe(1);
    const printed = events.flatMap((event) => (event.type === "block_output" ? [event.text] : []));
    expect(printed.join("").length).toBeLessThan(3000);
  });

  it("does not run code that failed when it was loaded over and over", async () => {
    const { call, events } = python("print('loaded')\nmissing()\ndef run(self): pass");
    for (let i = 0; i < 3; i++)
      await expect(call()).rejects.toThrow(/Error in line 2(, column \d+)?, in load: NameError/);
    expect(events.filter(({ type }) => type === "block_output")).toHaveLength(1);
  });

  it.each([
    [
      "Python",
      { language: "python" },
      "missing()\ndef run(self): pass",
      /Error in line 1(, column 1)?, in load: NameError/,
    ],
    [
      "JavaScript",
      { language: "javascript", mode: "isolated" },
      "missing();\nfunction run() {}",
      "Error in line 1, column 1",
    ],
  ] as const)("tells of code that cannot be loaded before it is called: %s", async (_, more, source, message) => {
    const { events } = openBlock(source, more);
    await until(() => events.length > 0);
    expect(events).toEqual([
      {
        type: "block_not_loaded",
        step: "s",
        blockType: "Code",
        source: "",
        message: expect.stringMatching(message),
        report: expect.stringContaining("> 1 | missing()"),
      },
    ]);
  });

  it("tells of an init that fails before it is called", async () => {
    const { events } = openBlock("def run(self): pass", { initSource: "def init():\n  return 1 / 0" });
    await until(() => events.length > 0);
    expect(events[0]).toMatchObject({
      type: "block_not_loaded",
      message: expect.stringMatching(/line 2(, column 10)? of the init code/),
    });
  });
});

describe.each([
  ["python", "local"],
  ["python", "isolated"],
  ["javascript", "isolated"],
])("a busy process of %s, %s", (language, mode) => {
  it("does not outlive a daemon that is ended by force", async () => {
    const fixture = fileURLToPath(new URL("../../fixtures/code-block-parent.ts", import.meta.url));
    const parent = spawn(process.execPath, ["--import", "tsx", fixture, language, mode], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(parent.stdout, "data");
    const children = descendants(parent.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await until(() => children.every((pid) => isGone(pid)));
  });
});

it("a busy process does not outlive the thread that started it", async () => {
  const fixture = fileURLToPath(new URL("../../fixtures/code-block-parent.ts", import.meta.url));
  const { execArgv } = workerEntry("daemon/models/session-worker");
  const before = new Set(descendants(process.pid));
  const thread = new Worker(fixture, { execArgv, argv: ["python", "local"], stdout: true });
  await once(thread.stdout, "data");
  const started = descendants(process.pid).filter((pid) => !before.has(pid));
  expect(started.length).toBeGreaterThan(0);
  await thread.terminate();
  await until(() => started.every((pid) => isGone(pid)));
});

/** Processes below a process, nearest first. */
function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  });
  return [...children, ...children.flatMap(descendants)];
}

function isGone(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}
