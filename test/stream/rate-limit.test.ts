import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { earlyS, rateLimitFilter } from "../../src/stream/ffmpeg/rate-limit-filter.ts";
import { RateLimit } from "../../src/stream/rate-limit.ts";
import { ffmpegPrograms } from "../helpers/camera.ts";

/** Frames a few milliseconds before or after their time, and a gap of three seconds. */
const JITTER = "settb=1/1000,setpts='PTS+10*sin(N)+3000*gt(N,300)'";

/** Stamps of the frames of a test picture behind filters, as ffmpeg has them. */
async function stampsBehind(path: string, filters: readonly string[]): Promise<number[]> {
  const graph = ["testsrc2=s=16x16:r=30:d=20", JITTER, ...filters, "showinfo"].join(",");
  const { stderr } = await promisify(execFile)(path, ["-f", "lavfi", "-i", graph, "-f", "null", "-"]);
  return [...stderr.matchAll(/ pts: *(\d+) /g)].map(([, ticks]) => Number(ticks) / 1000);
}

describe.each(ffmpegPrograms)("with $name", ({ path }) => {
  test.each([
    [0.7, undefined],
    [2, undefined],
    [7.5, undefined],
    [10, undefined],
    [29.97, undefined],
    [2, 0.2],
    [0.7, 0.4],
  ])(
    "%d frames a second are those that the decoder itself would leave of a file, few of them decoded: %s",
    async (maxFps, decodedEveryS) => {
      const choice = { isLive: false, earlyS: earlyS({ maxFps, ...(decodedEveryS && { decodedEveryS }) }) };
      const all = await stampsBehind(path, []);
      const left = await stampsBehind(path, [rateLimitFilter(maxFps, choice)]);
      const limit = new RateLimit({ ...choice, maxFps, nowS: () => 0 });
      expect(all.length).toBe(600);
      expect(all.filter((pts) => limit.passes(pts))).toEqual(left);
    },
  );
});

describe("of a live stream", () => {
  /** How many of 300 frames in ten seconds pass, by their stamps. */
  const passing = (stamp: (n: number) => number) => {
    let nowS = 1000;
    const limit = new RateLimit({ isLive: true, earlyS: null, maxFps: 5, nowS: () => nowS });
    return Array.from({ length: 300 }, (_, n) => {
      nowS = 1000 + n / 30;
      return limit.passes(stamp(n));
    });
  };

  test("frames pass by their stamps, the first one always", () => {
    const passed = passing((n) => 77 + n / 30).flatMap((isLeft, n) => (isLeft ? [n] : []));
    expect(passed).toEqual(Array.from({ length: 50 }, (_, n) => 6 * n));
  });

  test.each([
    ["hardly grow", (n: number) => n * 1e-5],
    ["run away", (n: number) => n * 100],
    ["stand still", () => 3],
    ["run backwards", (n: number) => -n],
    ["are not there", () => Number.NaN],
  ])("stamps that %s give way to arrival", (_, stamp) => {
    const count = passing(stamp).filter(Boolean).length;
    // Ten seconds, but for the half that the clock may be ahead or behind.
    expect(count).toBeGreaterThanOrEqual(47);
    expect(count).toBeLessThanOrEqual(53);
  });
});
