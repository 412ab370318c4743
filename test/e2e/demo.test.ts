import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Summary } from "../../src/daemon/report/summary.ts";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 90_000 });

const folder = useFolder();

describe("the demo", () => {
  test("shows the main job for some seconds and ends with a summary whose sums agree", async () => {
    const { code, stdout, stderr } = await millrace(["demo", "--seconds", "6", "--json"], { limitMs: 85_000 });
    expect(code, stderr).toBe(0);
    expectSummary(JSON.parse(stdout) as Summary);
    for (const line of [
      /^broker {3}mqtt:\/\/127\.0\.0\.1:\d+ \(embedded\)$/m,
      /^live {5}http:\/\/127\.0\.0\.1:\d+\/$/m,
      /^device {3}online$/m,
      /camera {3}belt is online$/m,
      /event {4}start {2}(circle|square|triangle) /m,
      /output {3}crossed = \d+$/m,
      /track {4}(circle|square|triangle) track \d+ was seen for /m,
      /^device {3}offline$/m,
    ]) {
      expect(stderr).toMatch(line);
    }
    expect(stderr).not.toMatch(/ (warn|error) /);
  });

  test("runs with the embedded ffmpeg where the system has none, and says its summary in words to a person", async () => {
    const bin = folder.path("bin");
    await mkdir(bin);
    await symlink(process.execPath, join(bin, "node"));
    await symlink(["/usr/bin/mkfifo", "/bin/mkfifo"].find(existsSync) as string, join(bin, "mkfifo"));
    const env = { PATH: bin, HOME: dirname(bin) };
    const { code, stdout, stderr } = await millrace(["demo", "--seconds", "3"], { env, limitMs: 85_000 });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^camera {3}rtsp:\/\/.* \(simulated, H\.264 by embedded ffmpeg .*\)$/m);
    expect(stderr).toMatch(/^decoded {4}[1-9]\d+ frames in \d+\.\d s$/m);
    expect(stderr).toMatch(/^sums {7}\d+ \+ \d+ = \d+ agree$/m);
  });
});

function expectSummary(summary: Summary): void {
  const { decoded, published, dropped, fps, latency_ms: latency, seconds } = summary;
  expect(Object.keys(summary)).toEqual(["decoded", "published", "dropped", "fps", "latency_ms", "seconds"]);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(decoded).toBe(published + lost);
  expect(published).toBeGreaterThan(10);
  expect(fps).toBeGreaterThan(1);
  expect(seconds).toBeGreaterThan(1);
  expect(latency.p50).toBeGreaterThan(0);
  expect(latency.p99).toBeGreaterThanOrEqual(latency.p50 ?? Number.POSITIVE_INFINITY);
}
