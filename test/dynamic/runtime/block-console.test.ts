import { afterEach, describe, expect, it, vi } from "vitest";
import { CODE_LIMITS } from "../../../src/blocks/contract/code.ts";
import { BlockConsole, type Printed } from "../../../src/dynamic/runtime/block-console.ts";
import { type CodeEvent, openCodeRuntime } from "../../../src/dynamic/runtime/code-runtime.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { openPlan } from "../../helpers/open-plan.ts";
import { codeBlock } from "../code-in-a-definition.ts";

function open(source: string, code: Record<string, unknown> = {}) {
  const events: CodeEvent[] = [];
  const runtime = openCodeRuntime({ stateDirectory: null, report: (event) => events.push(event) });
  const document = {
    ...documentOf([{ type: "Code", name: "s", value: "$inputs.x" }], { s: "$steps.s.out" }),
    dynamic_blocks_definitions: [codeBlock("Code", source, { code })],
  };
  return { ...openPlan(document, { runtime, onError: "isolate" }), events };
}

describe("what a code block prints", () => {
  it("is reported for each call with its step and camera, not written to the process's own output", async () => {
    const { run, events } = open('function run({ value }) { console.log("n %d", value); return { out: null }; }');
    await run({ x: [1, 2] }, { sources: ["door", "gate"] });
    const told = { type: "block_output", step: "s", blockType: "Code", stream: "stdout" };
    expect(events).toEqual([
      { ...told, source: "door", text: "n 1" },
      { ...told, source: "gate", text: "n 2" },
    ]);
  });

  it("keeps its order and says what was an error or a warning", async () => {
    const { run, events } = open(
      'function run() { console.info("a"); console.log({ b: [1] }); console.warn("c"); console.debug("d"); return { out: 1 }; }',
    );
    await run({ x: [1] });
    expect(events.map((event) => "stream" in event && [event.stream, event.text])).toEqual([
      ["stdout", "a\n{ b: [ 1 ] }"],
      ["stderr", "c"],
      ["stdout", "d"],
    ]);
  });

  it("is reported also while it is loaded, in init, when it fails, and when it answers later", async () => {
    const { run, events } = open(
      'console.log("load");\nasync function run() { console.log("run"); await null; console.log("later"); throw 1; }',
      { init_function_code: 'function init() { console.log("init"); }' },
    );
    await run({ x: [1] });
    expect(events.map((event) => "text" in event && event.text)).toEqual(["load\ninit", "run\nlater"]);
  });

  it("is reported between calls as well", async () => {
    const { run, events } = open('const run = () => { setTimeout(() => console.log("tick"), 1); return { out: 1 }; };');
    await run({ x: [1] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
  });

  it("is cut when a call prints more than its share", async () => {
    const { run, events } = open('const run = () => { console.log("x".repeat(20000)); return { out: 1 }; };');
    await run({ x: [1] });
    const [event] = events;
    const text = event?.type === "block_output" ? event.text : "";
    expect(text.slice(16_380)).toBe("xxxx\n(3617 more characters were left out)");
    expect(text.startsWith("x".repeat(16_384))).toBe(true);
  });
});

describe("the console of a block", () => {
  afterEach(() => void vi.useRealTimers());

  it("takes no more in a minute than may be printed then, and more in the next", () => {
    vi.useFakeTimers();
    const printed: Printed[] = [];
    const limits = { ...CODE_LIMITS, outputPerCall: 6, outputPerMinute: 10 };
    const block = new BlockConsole(limits, (pieces) => printed.push(...pieces));
    const call = () => {
      block.begin();
      block.console.log("12345");
      block.flush();
    };
    for (let i = 0; i < 3; i++) call();
    vi.advanceTimersByTime(60_001);
    call();
    expect(printed.map(({ text }) => text)).toEqual([
      "12345",
      "1234\n(2 more characters were left out)",
      "12345\n(6 more characters were left out)",
    ]);
  });
});
