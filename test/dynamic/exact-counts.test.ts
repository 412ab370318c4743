import { describe, expect, it, onTestFinished } from "vitest";
import { type CodeEvent, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { codeBlock } from "./code-in-a-definition.ts";

// Variables of code lose nothing and count nothing twice, however many batches are under way.

const CAMERAS = Array.from({ length: 8 }, (_, i) => `camera-${i}`);
const UNDER_WAY = 4;

/** Gives the count of its calls, and by how much the frame is later than the last of the same step and camera. */
const JAVASCRIPT = `
let calls = 0;
const last = {};
function run({ value }, { step, source }) {
  const key = step + " " + source;
  const later = value - (last[key] ?? 0);
  last[key] = value;
  calls += 1;
  return { out: [calls, later] };
}`;

const PYTHON = `
calls = 0
last = {}
def run(self, value):
    global calls
    key = (self.step, self.source)
    later = value - last.get(key, 0)
    last[key] = value
    calls += 1
    return {"out": [calls, later]}
`;

/** With the batches of each test; processes take about 0.2 ms for a call, so only one of theirs is that long. */
const LANGUAGES = [
  [
    "JavaScript",
    { type: "JavaScriptCode", run_function_code: JAVASCRIPT },
    "local",
    { step: 1250, source: 1250, block: 1250 },
  ],
  [
    "isolated JavaScript",
    { type: "JavaScriptCode", run_function_code: JAVASCRIPT },
    "isolated",
    { step: 1250, source: 250, block: 250 },
  ],
  ["Python", { type: "PythonCode", run_function_code: PYTHON }, "local", { step: 1250, source: 250, block: 250 }],
] as const;

interface Call {
  camera: string;
  calls: number;
  later: number;
}

describe.each(LANGUAGES)("the counters of %s over thousands of rows", (_, code, mode, batches) => {
  it("are exact for each step", async () => {
    for (const calls of Object.values(await callsOf("step"))) expect(countsOf(calls)).toEqual(upTo(8 * batches.step));
  });

  it("are exact for each step and camera", async () => {
    for (const calls of Object.values(await callsOf("source"))) {
      for (const camera of CAMERAS) {
        expect(countsOf(calls.filter((call) => call.camera === camera))).toEqual(upTo(batches.source));
      }
    }
  });

  it("are exact for both steps together", async () => {
    const { s, t } = await callsOf("block");
    expect(countsOf([...s, ...t]).sort((a, b) => a - b)).toEqual(upTo(16 * batches.block));
    for (const calls of [s, t]) expect(countsOf(calls)).toEqual(countsOf(calls).sort((a, b) => a - b));
  });

  /** What both steps gave, in the order of the rows; none of them saw a frame out of order. */
  async function callsOf(scope: keyof typeof batches): Promise<{ s: Call[]; t: Call[] }> {
    const { run, events } = open(scope, code, mode);
    const calls: { s: Call[]; t: Call[] } = { s: [], t: [] };
    const underWay: Promise<void>[] = [];
    for (let frame = 1; frame <= batches[scope]; frame++) {
      // The cameras come in another order each time.
      const sources = CAMERAS.map((__, i) => CAMERAS[(3 * i + frame) % CAMERAS.length] as string);
      const collect = async () => {
        const { rows } = await run({ x: sources.map(() => frame) }, { sources });
        for (const step of ["s", "t"] as const)
          calls[step].push(...rows.map((row, i) => callOf(row[step], sources[i])));
      };
      underWay.push(collect());
      if (underWay.length === UNDER_WAY) await underWay.shift();
    }
    await Promise.all(underWay);
    expect(events).toEqual([]);
    expect([...calls.s, ...calls.t].filter(({ later }) => later !== 1)).toEqual([]);
    return calls;
  }
});

function open(scope: string, code: object, mode: "local" | "isolated") {
  const events: CodeEvent[] = [];
  // A busy machine makes a call slow at times, which is no fault here.
  const runtime = openCodeRuntime({
    stateDirectory: null,
    report: (event) => event.type !== "block_slow" && events.push(event),
  });
  onTestFinished(() => runtime.close());
  const steps = ["s", "t"].map((name) => ({ type: "Code", name, value: "$inputs.x" }));
  const document = {
    ...documentOf(steps, { s: "$steps.s.out", t: "$steps.t.out" }),
    dynamic_blocks_definitions: [codeBlock("Code", "", { code: { ...code, state_scope: scope } })],
  };
  const { run } = openPlan(document, { runtime, mode, limits: { callMs: 10_000, initMs: 60_000 } });
  return { run, events };
}

function callOf(out: unknown, camera = ""): Call {
  const [calls, later] = out as [number, number];
  return { camera, calls, later };
}

const countsOf = (calls: readonly Call[]) => calls.map((call) => call.calls);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
