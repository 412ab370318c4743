import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { check } from "../../src/compiler/compile.ts";
import type { Workflow } from "../../src/daemon/worker/workflow.ts";
import { openLibrary } from "../../src/expansion/open-library.ts";
import { createArena } from "../../src/stream/frames/arena.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { modelStores, workflows } from "../workflows/program.ts";
import { findPythonCommand, LIMITS, openBlock } from "./child-block.ts";
import { codeBlock } from "./code-in-a-definition.ts";
import { FAULTS, type Fault, faultsTable, initSourceOf, nameOf, ratesIn, sourceOf } from "./faults.ts";

const withNumpy = findPythonCommand(true);
if (withNumpy === null) process.stderr.write("skipped: numpy not found (Debian package python3-numpy)\n");

const MODES = {
  "JavaScript, isolated": ["isolated"],
  "JavaScript, local": [],
  Python: ["isolated", "local"],
} as const;

/** What limits memory has to act where it is there, so it gets time to; what does not return is ended soon. */
function limitsOf({ isBounded, codes, at }: Fault, mode: "isolated" | "local") {
  const isLate = codes.includes("DYNAMIC_TIMEOUT") && !(isBounded && mode === "isolated");
  return { ...LIMITS, callMs: isLate ? 500 : 30_000, initMs: at === "run" ? 30_000 : 700 };
}

const inProcesses = FAULTS.flatMap((fault) => MODES[fault.host].map((mode) => ({ fault, mode, name: fault.name })));

describe.each(["JavaScript, isolated", "Python"] as const)("code in a process of its own, %s, that", (host) => {
  const rows = inProcesses.filter(({ fault }) => fault.host === host);

  it.each(rows.filter(({ fault }) => fault.at === "run"))("$name, $mode", async ({ fault, mode }) => {
    if (fault.needs === "numpy" && withNumpy === null) return;
    const { call, events } = open(fault, mode);
    const ends = () => events.filter(({ type }) => type === "block_process_ended").length;
    expect(await call({ sick: 0 })).toEqual({ out: 1 });
    const outcome = await attempt(call({ sick: 1 }));
    const codes = fault.isBounded && mode === "isolated" ? without(fault.codes, "DYNAMIC_TIMEOUT") : fault.codes;
    if (codes.length === 0) expect(outcome).toEqual({ out: expect.anything() });
    else expect(codes).toContain(outcome);
    const deaths = ends();
    if (fault.ended === "process" || isEnd(outcome)) expect(deaths).toBe(outcome === "DYNAMIC_CODE" ? 0 : 1);
    if (fault.ended === "nothing" && !isEnd(outcome)) expect(deaths).toBe(0);
    // The next call finds everything as it was, but for the variables.
    expect(await call({ sick: 0 })).toEqual({ out: 1 });
    expect(ends()).toBe(deaths);
    expect(printed(events)).toBeLessThan(4 * LIMITS.outputPerCall);
  });

  it.each(rows.filter(({ fault }) => fault.at !== "run"))("$name, $mode", async ({ fault, mode }) => {
    const { call, events } = open(fault, mode);
    expect(await attempt(call({ sick: 0 }))).toBe("DYNAMIC_TIMEOUT");
    // Once as it was started, before the call, and once for that.
    expect(events.filter(({ type }) => type === "block_process_ended")).toHaveLength(2);
  });
});

function open(fault: Fault, mode: "isolated" | "local") {
  const python = fault.needs === "numpy" ? (withNumpy ?? "") : "python3";
  const language = fault.host === "Python" ? "python" : "javascript";
  const initSource = initSourceOf(fault);
  return openBlock(sourceOf(fault), { language, mode, python, initSource, limits: limitsOf(fault, mode) });
}

/** The result of a call, or the code of its failure. */
async function attempt(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: { code: string }) => error.code);
}

function isEnd(outcome: unknown): boolean {
  return outcome === "DYNAMIC_DIED" || outcome === "DYNAMIC_TIMEOUT";
}

function without(codes: readonly string[], code: string): string[] {
  return codes.filter((each) => each !== code);
}

function printed(events: readonly { type: string }[]): number {
  return events.reduce((sum, event) => sum + ("text" in event ? String(event.text).length : 0), 0);
}

describe("code in the thread of its workflow, JavaScript, local, that", () => {
  const rows = FAULTS.filter(({ host, ended }) => host === "JavaScript, local" && ended !== "daemon");

  it.each(rows.filter(({ at }) => at === "run"))("$name", async (fault) => {
    const workflow = await openLocal(fault);
    expect(await once(workflow, 0)).toEqual([1]);
    const outcome = await once(workflow, 1);
    if (fault.codes.length === 0) expect(outcome).toEqual([1]);
    else expect(outcome).toContainEqual(expect.toSatisfy((code) => fault.codes.includes(code)));
    await wellAgain(workflow);
  });

  it("ends its thread again and again suspends the workflow for a while", async () => {
    const fault = rows.find(({ name }) => name === "calls `process.exit`");
    if (fault === undefined) throw new Error("no such fault");
    const workflow = await openLocal(fault);
    await once(workflow, 1);
    await wellAgain(workflow);
    await once(workflow, 1);
    await vi.waitFor(async () => expect(await once(workflow, 0)).toEqual(["LANE_SUSPENDED"]), PATIENCE);
    await wellAgain(workflow);
  });

  it.each(rows.filter(({ at }) => at !== "run"))("$name", async (fault) => {
    await expect(openLocal(fault)).rejects.toMatchObject({
      code: "LANE_TIMEOUT",
      message: "the workflow did not open within 10000 ms: its thread was ended",
    });
  });
});

const HEAP_MB = 128;
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A thread that is gone is there again, at once or, on a machine that is slow to start it, a moment later. */
async function wellAgain(workflow: Workflow): Promise<void> {
  await vi.waitFor(async () => expect(await once(workflow, 0)).toEqual([1]), PATIENCE);
}

async function openLocal(fault: Fault): Promise<Workflow> {
  const outputs = { out: { type: "DynamicOutputDefinition" } };
  const sick = { type: "DynamicInputDefinition", selector_types: ["generic"], value_types: ["any"] };
  const code = fault.at === "init" ? { init_function_code: initSourceOf(fault) } : {};
  const block = codeBlock("Sick", sourceOf(fault), { inputs: { sick }, outputs, code });
  const document = {
    ...documentOf([{ type: "Sick", name: "s", sick: "$inputs.sick" }], { out: "$steps.s.out" }),
    inputs: [{ type: "WorkflowParameter", name: "sick" }],
    dynamic_blocks_definitions: [block],
  };
  const settings = { mode: "local", python: "python3", isolatedLevel: "process" } as const;
  const { plan, issues } = check(document, openLibrary({ allowCode: true, code: settings }));
  if (plan === null) throw new Error(issues.map(({ message }) => message).join("\n"));
  const arena = createArena({ sizeBytes: 2 ** 20, configKey: "frame_memory_mb" });
  const inference = { providers: ["cpu"], sessions: 1, maxBatch: 1, maxWaitMs: 0 } as const;
  const report = () => {};
  const models = modelStores.openModels({ arena: arena.memory, descriptions: new Map(), inference, report });
  onTestFinished(() => models.close());
  // Threads that are opened from here on have a heap that fills in moments.
  setFlagsFromString(`--max-old-space-size=${HEAP_MB}`);
  onTestFinished(() => setFlagsFromString("--max-old-space-size=0"));
  const workflow = await workflows.openWorkflow({
    plan,
    models,
    arena: arena.memory,
    parameters: {},
    onError: "isolate",
    concurrency: 1,
    timeoutMs: 600,
    writer: { publish: null, outputs: true, picture: null },
  });
  onTestFinished(() => workflow.close(0));
  return workflow;
}

/** Its output, or the codes of what failed. A failure without a code is the end of the thread, for the pipeline as well. */
async function once(workflow: Workflow, sick: number): Promise<unknown[]> {
  try {
    const [result] = await workflow.once(1, { sick });
    const faults = result?.faults ?? [];
    return faults.length > 0 ? faults.map(({ code }) => code) : [result?.outputs?.["out"]];
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    return [code.startsWith("LANE_") ? code : "LANE_DIED"];
  }
}

describe("the table of faults", () => {
  it("stands in the documentation, with what was measured of each", () => {
    const text = readFileSync("docs/faults.md", "utf8");
    const rates = ratesIn(text);
    expect(text).toContain(faultsTable(FAULTS, rates));
    const odd = FAULTS.filter((fault) => !/^(\d+ %|none for [\d.]+ s)$/.test(rates.get(nameOf(fault)) ?? ""));
    expect(odd.map(nameOf)).toEqual([]);
  });

  it("names each fault once", () => {
    const names = FAULTS.map(nameOf);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
