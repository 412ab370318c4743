import { describe, expect, test } from "vitest";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { openLog } from "../../../src/daemon/report/log.ts";
import type { StandIn } from "../../../src/engine/batch.ts";
import { HandClock } from "../../stream/hand-clock.ts";

function fault(message: string, step = "count"): DaemonEvent {
  return {
    type: "step_failed",
    pipeline: "p",
    step,
    blockType: "Counter",
    code: "DYNAMIC_CODE",
    message,
    camera: "gate",
  };
}

const listening: DaemonEvent = { type: "http_listening", url: "http://127.0.0.1:8480/" };

describe("the log", () => {
  test("tells the first of many failures at once, and the last of ten seconds with their number", () => {
    const lines: string[] = [];
    const clock = new HandClock();
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line), clock });
    for (let i = 1; i <= 40; i++) report(fault(`no way ${i}`));
    report(fault("another step", "line"));
    expect(lines.map(withoutTime)).toEqual([
      'error pipeline p: step "count": no way 1',
      'error pipeline p: step "line": another step',
    ]);
    clock.turn(10_000);
    expect(lines.slice(2).map(withoutTime)).toEqual([
      'error pipeline p: step "count": no way 40 (and 38 more like it)',
    ]);
  });

  test("says what replaces the outputs of a failed step, and at once that it is suspended", () => {
    const lines: string[] = [];
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line) });
    const told = (standIn: StandIn) => report({ ...fault("no way"), standIn } as DaemonEvent);
    told({ outputs: "empty" });
    told({ outputs: "last", ageMs: 1234, pausedMs: 5000 });
    const message = 'error pipeline p: step "count": no way';
    expect(lines.map(withoutTime)).toEqual([
      `${message}; its outputs are empty`,
      `${message}; its outputs are those of 1.2 s ago; the step is suspended for 5.0 s`,
    ]);
  });

  test("says of a model on a GPU whether it has the options of the config, and why it is not elsewhere", () => {
    const lines: string[] = [];
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line) });
    const refusals = [{ provider: "tensorrt", reason: "libnvinfer.so.10: cannot open" }] as const;
    const opened = { type: "model_opened", model: "m/1", provider: "cuda", refusals, sessions: 1, ms: 5 } as const;
    for (const via of ["shim", "binding"] as const) report({ ...opened, via });
    report({ ...opened, provider: "cpu", refusals: [], via: null });
    expect(lines.map(withoutTime)).toEqual([
      'info  model "m/1" runs on cuda with its options in 1 sessions (not tensorrt: libnvinfer.so.10: cannot open)',
      'info  model "m/1" runs on cuda without its options in 1 sessions (not tensorrt: libnvinfer.so.10: cannot open)',
      'info  model "m/1" runs on cpu in 1 sessions',
    ]);
  });

  test("shows the code below the first of many failures", () => {
    const lines: string[] = [];
    const clock = new HandClock();
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line), clock });
    for (let i = 1; i <= 3; i++) report({ ...fault(`no way ${i}`), report: "    > 1 | run()" } as DaemonEvent);
    clock.turn(10_000);
    expect(lines.map(withoutTime)).toEqual([
      'error pipeline p: step "count": no way 1\n    > 1 | run()',
      'error pipeline p: step "count": no way 3 (and 1 more like it)',
    ]);
  });

  test("tells what it still holds back before it says that the daemon has stopped", () => {
    const lines: string[] = [];
    const report = openLog({ level: "info", format: "json", write: (line) => void lines.push(line) });
    for (let i = 1; i <= 5; i++) report(fault(`no way ${i}`));
    report({ type: "daemon_stopped", ms: 5 });
    expect(lines.map((text) => JSON.parse(text)).map((entry) => [entry.event, entry.left_out])).toEqual([
      ["step_failed", undefined],
      ["step_failed", 3],
      ["daemon_stopped", undefined],
    ]);
  });

  test("tells the first failure of a changed definition at once, and first what it holds back of the one before", () => {
    const lines: string[] = [];
    const report = openLog({ level: "info", format: "json", write: (line) => void lines.push(line) });
    const died = (pipeline: string, message: string): DaemonEvent => ({
      ...{ type: "pipeline_failed", code: "LANE_DIED", frames: 1 },
      ...{ pipeline, message },
    });
    for (const id of ["p", "pq"]) for (let i = 1; i <= 3; i++) report(died(id, `old fault ${i}`));
    report({ type: "workflow_swapped", pipeline: "p", revision: "2" });
    for (const id of ["p", "pq"]) report(died(id, "new fault"));
    expect(lines.map((text) => JSON.parse(text)).map(({ pipeline, msg }) => [pipeline, msg])).toEqual([
      ["p", "pipeline p: old fault 1"],
      ["pq", "pipeline pq: old fault 1"],
      ["p", "pipeline p: old fault 3 (and 1 more like it)"],
      ["p", "pipeline p: runs revision 2 of its definition"],
      ["p", "pipeline p: new fault"],
    ]);
  });

  test("tells a camera that fails in another way at once", () => {
    const lines: string[] = [];
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line) });
    const failed = {
      type: "source_failed",
      camera: "gate",
      attempts: 1,
      nextRetryMs: 500,
      since: 0,
      exitCode: 1,
    } as const;
    for (const cause of ["refused", "refused", "unauthorised"] as const) {
      report({ ...failed, cause, message: cause, signal: null, stderr: [] });
    }
    expect(lines.map(withoutTime)).toEqual([
      "warn  camera gate: refused; next attempt in 0.5 s",
      "warn  camera gate: unauthorised; next attempt in 0.5 s",
    ]);
  });

  test("tells of a camera that comes and goes as seldom as of its failures", () => {
    const lines: string[] = [];
    const clock = new HandClock();
    const report = openLog({ level: "info", format: "text", write: (line) => void lines.push(line), clock });
    const failed = {
      type: "source_failed",
      camera: "gate",
      attempts: 1,
      nextRetryMs: 500,
      since: 0,
      exitCode: 1,
    } as const;
    for (let i = 0; i < 720; i++) {
      report({ ...failed, cause: "ended", message: "the stream ended", signal: null, stderr: [] });
      report({
        type: "source_started",
        camera: "gate",
        codec: "h264",
        width: 64,
        height: 48,
        fps: null,
        decoder: null,
      });
      clock.turn(5000);
    }
    expect(lines.slice(0, 3).map(withoutTime)).toEqual([
      "warn  camera gate: the stream ended; next attempt in 0.5 s",
      "info  camera gate: 64x48 h264",
      "info  camera gate: 64x48 h264",
    ]);
    expect(lines.length).toBeLessThan(25);
  });

  test("leaves out what is below its level", () => {
    for (const format of ["text", "json"] as const) {
      const lines: string[] = [];
      const report = openLog({ level: "warn", format, write: (line) => void lines.push(line) });
      report(listening);
      report(fault("no way"));
      expect(lines).toHaveLength(1);
    }
  });

  test("as JSON has time, level, the event with its facts, and the sentence for people", () => {
    const lines: string[] = [];
    openLog({ level: "info", format: "json", write: (line) => void lines.push(line) })(fault("no way"));
    expect(JSON.parse(lines.join(""))).toEqual({
      level: "error",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      event: "step_failed",
      pipeline: "p",
      step: "count",
      blockType: "Counter",
      code: "DYNAMIC_CODE",
      camera: "gate",
      msg: 'pipeline p: step "count": no way',
    });
  });
});

function withoutTime(line: string): string {
  return line.replace(/^\d\d:\d\d:\d\d /, "").trim();
}

describe("what code, names of classes and cameras say", () => {
  const forged = "ok\n12:00:00 info  all is well\u001b[2J\u009b31m\r\u202e";
  const logged = (format: "text" | "json", event: DaemonEvent) => {
    const lines: string[] = [];
    openLog({ level: "info", format, write: (line) => void lines.push(line) })(event);
    return lines.join("");
  };
  const printed: DaemonEvent = {
    type: "block_output",
    pipeline: "p",
    step: "s",
    blockType: "B",
    source: "gate",
    stream: "stdout",
    text: forged,
  };

  test.each([
    ["prints", printed],
    ["fails with", fault(forged)],
    ["fails with, below", { ...fault("x"), report: forged } as DaemonEvent],
  ])("makes no entry of the log and moves no cursor, when code %s it", (_, event) => {
    const text = logged("text", event);
    expect(text.match(/^\S/gm)).toHaveLength(1);
    expect(text).toContain("\\u001b[2J\\u009b31m\\u000d\\u202e");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    expect(text).not.toMatch(/[\u001b\u009b\r\u202e]/);
  });

  test("is whole in JSON, and nothing to a terminal there either", () => {
    const line = logged("json", printed);
    expect(JSON.parse(line)).toMatchObject({ text: forged });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    expect(line).not.toMatch(/[\u001b\u009b\r\u202e]/);
  });
});
