import { describe, expect, test } from "vitest";
import { SourceError } from "../../../src/base/errors.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { openLog } from "../../../src/daemon/report/log.ts";
import { keepRunning } from "../../../src/stream/restart.ts";
import { sourceFailed } from "../../../src/stream/stream-event.ts";
import { HandClock } from "../../stream/hand-clock.ts";

const DAY_MS = 24 * 3600 * 1000;
const MB = 1e6;
const STEP_MS = 10_000;

/** The log of a day as JSON lines, in bytes. */
async function dayOf(run: (report: (event: DaemonEvent) => void, clock: HandClock) => Promise<void>): Promise<number> {
  const clock = new HandClock();
  let bytes = 0;
  const report = openLog({
    level: "info",
    format: "json",
    clock,
    write(line) {
      bytes += Buffer.byteLength(line);
    },
  });
  await run(report, clock);
  report({ type: "daemon_stopped", ms: 1 });
  return bytes;
}

const started = (camera: string): DaemonEvent => {
  return { type: "source_started", camera, codec: "h264", width: 1920, height: 1080, fps: 25, decoder: null };
};
/** As long as ffmpeg's last lines ever are. */
const STDERR = Array.from(
  { length: 10 },
  (_, i) => `[rtsp @ 0x55d0c8a1b2c0] ${"method DESCRIBE failed: 404 Not Found ".repeat(3)}${i}`,
);
const CAUSES = ["refused", "timeout", "decoder_failed"] as const;

const failure = (i: number) =>
  new SourceError("SOURCE_FAILED", `"rtsp://192.0.2.20:554/stream1": nothing accepts the connection (${i})`, {
    ...{ cause: CAUSES[i % CAUSES.length], exitCode: 1, signal: null, stderr: STDERR },
  });

describe("the log of a day", () => {
  test("of a healthy box, whose cameras reconnect every hour, is below 1 MB", async () => {
    const bytes = await dayOf(async (report, clock) => {
      for (let hour = 0; hour < 24; hour++) {
        for (let camera = 0; camera < 8; camera++) {
          report(sourceFailed(`camera-${camera}`, { error: failure(1), attempts: 1, nextRetryMs: 400, since: 0 }));
          report(started(`camera-${camera}`));
        }
        const lost = {
          kind: "unreachable",
          code: "PUBLISH_CLOSED",
          message: "the broker closed the connection",
        } as const;
        report({ type: "broker_lost", url: "mqtt://broker", ...lost, retryInMs: 1000 });
        report({ type: "broker_connected", url: "mqtt://broker", protocolVersion: 5, attempts: 1 });
        clock.turn(DAY_MS / 24);
      }
    });
    expect(bytes).toBeLessThan(MB);
  });

  test("of a box with ten dead cameras is below 5 MB, whatever they fail with in turn", async () => {
    let attempts = 0;
    const bytes = await dayOf(async (report, clock) => {
      const stopping = new AbortController();
      const dead = Array.from({ length: 10 }, (_, camera) =>
        keepRunning({
          ...{ clock, random: () => 0.5, signal: stopping.signal },
          run: () => Promise.reject(failure(attempts++)),
          judge: (error) => ({ is: "failure", error: error as SourceError, retry: true }),
          failed: (attempt) => report(sourceFailed(`camera-${camera}`, attempt)),
        }),
      );
      for (let passed = 0; passed < DAY_MS; passed += STEP_MS) {
        await new Promise(setImmediate);
        clock.turn(STEP_MS);
      }
      stopping.abort();
      await Promise.all(dead);
    });
    expect(attempts).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(5 * MB);
  });
});
