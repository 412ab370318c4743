import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import ffmpegInstaller from "@ffmpeg-installer/ffmpeg";
import { beforeAll, describe, expect, test } from "vitest";
import { steadyMs } from "../../src/base/steady-clock.ts";
import { type FrameHandle, FULL_RGB, LUMINANCE } from "../../src/kinds/frame.ts";
import { probeFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { assetPath, lacksAssets } from "../helpers/assets.ts";
import { ffmpegPrograms } from "../helpers/camera.ts";
import { LEVEL_STEP, useFolder, writeChangingClip, writeNumberedClip, writeResizedClip } from "./clip.ts";
import { collect, createStream, levelOf, STRETCHED } from "./open-cameras.ts";

const folder = useFolder();
const clip = () => folder.path("numbered.mkv");
const frameCount = 60;
beforeAll(() => writeNumberedClip(clip(), frameCount));

describe.each(ffmpegPrograms)("a file read with $name", ({ path }) => {
  test("gives every frame once, in order, with both renditions of the same frame", async () => {
    const ffmpeg = await probeFfmpeg(path, "system");
    const stream = await createStream({ ffmpeg, renditions: [STRETCHED, FULL_RGB] });
    const camera = stream.open({ url: clip() });
    const { frames, states, until } = collect(camera);
    const seen: number[][] = [];
    await until(() => {
      for (const frame of frames.splice(0)) {
        seen.push([frame.sequence, levelOf(stream.arena.memory, frame, 0), levelOf(stream.arena.memory, frame, 1)]);
        stream.ledger.published(frame);
        camera.release(frame);
      }
      return states.includes("ended");
    });
    expect(seen).toEqual(Array.from({ length: frameCount }, (_, n) => [n + 1, n * LEVEL_STEP, n * LEVEL_STEP]));
    expect(stream.ledger.snapshot()).toEqual({
      cam: { decoded: frameCount, published: frameCount, dropped: {}, inFlight: 0 },
    });
    expect(stream.events.map((event) => event.type)).toEqual(["source_started", "source_ended"]);
  });
});

test("the luminance of a frame is one byte a pixel, beside the other renditions, and the limits ride on the frame", async () => {
  const stream = await createStream({ renditions: [STRETCHED, LUMINANCE, FULL_RGB] });
  const reuse = { change: 8, maxAgeS: 2 };
  const camera = stream.open({ url: clip(), reuse, slots: 16 });
  const { frames, until } = collect(camera);
  await until(() => frames.length === 8);
  for (const [n, frame] of frames.slice(0, 8).entries()) {
    const { offset, width, height } = frame.renditions[1]!;
    const luminance = new Uint8Array(stream.arena.memory, offset, width * height);
    // Black is 16 in the picture that the decoder gives, and 0 in a grey one.
    expect(new Set(luminance).size).toBe(1);
    expect(Math.abs(luminance[0]! - n * LEVEL_STEP)).toBeLessThanOrEqual(1);
    expect(levelOf(stream.arena.memory, frame, 2)).toBe(n * LEVEL_STEP);
    expect(frame.reuse).toEqual(reuse);
  }
  await camera.stop(0);
});

test("a limit of the frame rate does not change the clock: it goes by the stamps, and the rate is that of the limit", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: clip(), maxFps: 5, slots: 16 });
  const { frames, states, until } = collect(camera);
  await until(() => states.includes("ended"));
  const times = frames.map(({ clockS, startS }) => Number((clockS - startS).toFixed(6)));
  expect(times).toEqual(frames.map((_, i) => Number((i * 0.2).toFixed(6))));
  expect(frames.map(({ fps }) => fps)).toEqual(frames.map(() => 5));
});

test("a handle tells all about its frame", async () => {
  const stream = await createStream({ renditions: [STRETCHED, FULL_RGB, STRETCHED] });
  const camera = stream.open({ url: clip() });
  const { frames, until } = collect(camera);
  await until(() => frames.length === 3);
  const { timestamp, decodedAt, clockS, startS, ...frame } = frames[2]!;
  expect(clockS - startS).toBeCloseTo(0.08);
  expect(frame).toMatchInlineSnapshot(`
    {
      "camera": "cam",
      "fps": 25,
      "height": 48,
      "measuredFps": null,
      "pts": 0.08,
      "renditions": [
        {
          "fit": "stretch",
          "height": 24,
          "key": "stretch:32x24:rgb24",
          "offset": 23040,
          "pixelFormat": "rgb24",
          "width": 32,
        },
        {
          "fit": "none",
          "height": 48,
          "key": "full:rgb24",
          "offset": 25344,
          "pixelFormat": "rgb24",
          "width": 64,
        },
      ],
      "sequence": 3,
      "slot": 23040,
      "timestampSource": "file",
      "width": 64,
    }
  `);
  expect(timestamp - frames[0]!.timestamp).toBe(80);
  expect(Math.abs(decodedAt - steadyMs())).toBeLessThan(60_000);
  await camera.stop(0);
});

test("reading stops while no slot is free, and goes on with the next frame when one is", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: clip(), slots: 3 });
  const { frames, states, until } = collect(camera);
  for (let next = 0; next < frameCount; next++) {
    await until(() => frames.length > next);
    expect(levelOf(stream.arena.memory, frames[next]!)).toBe(next * LEVEL_STEP);
    expect(camera.statistics().slotsInUse).toBeLessThanOrEqual(3);
    camera.release(frames[next]!);
  }
  await until(() => states.includes("ended"));
  expect(frames).toHaveLength(frameCount);
});

test("a camera that may lose frames counts those without a slot", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: clip(), slots: 2, delivery: "newest" });
  const { frames } = collect(camera);
  await camera.finished;
  expect(frames.map((frame) => frame.sequence)).toEqual([1, 2]);
  expect(stream.ledger.snapshot()["cam"]).toEqual({
    ...{ decoded: frameCount, published: 0, dropped: { no_slot: frameCount - 2 }, inFlight: 2 },
  });
});

test("releasing a frame twice is a bug", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: clip() });
  const { frames, until } = collect(camera);
  await until(() => frames.length === 1);
  camera.release(frames[0]!);
  await camera.stop(0);
  expect(() => camera.release(frames[0]!)).toThrow("is not in use");
});

describe("stopping", () => {
  test("waits for frames in use and gives the memory back", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip() });
    const { frames, until } = collect(camera);
    await until(() => frames.length === 2);
    const stopped = camera.stop(60_000);
    await camera.finished;
    for (const frame of frames) camera.release(frame);
    await stopped;
    expect([stream.arena.usedBytes, camera.statistics().state]).toEqual([0, "stopped"]);
  });

  test("does not wait longer than it may; the memory follows with the last frame", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip() });
    const { frames, until } = collect(camera);
    await until(() => frames.length === 2);
    await camera.stop(1);
    expect(stream.arena.usedBytes).toBeGreaterThan(0);
    for (const frame of frames) camera.release(frame);
    expect(stream.arena.usedBytes).toBe(0);
  });

  test("leaves no process behind", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), loop: true, pace: "realtime" });
    const { frames, until } = collect(camera);
    await until(() => frames.length === 1);
    expect(childPids()).toHaveLength(1);
    await camera.stop(0);
    expect(childPids()).toEqual([]);
  });
});

describe("a source that cannot be read fails with its cause:", () => {
  const broken = [
    ["not_found", () => folder.path("missing.mp4")],
    ["codec", () => folder.path("text.mp4")],
    ["refused", () => "rtsp://127.0.0.1:1/camera"],
    ["refused", () => "http://127.0.0.1:1/video.mjpg"],
    ["not_found", () => "rtsp://no-such-host.invalid/camera"],
    ["not_found", () => "/dev/video99"],
  ] as const;
  beforeAll(() => writeFile(folder.path("text.mp4"), "no video\n"));

  test.each(broken)("%s", async (cause, url) => {
    const stream = await createStream();
    const camera = stream.open({ url: url(), retry: false });
    await collect(camera).until(() => camera.statistics().state === "failed");
    expect(stream.failures()).toMatchObject([{ cause, attempts: 1, nextRetryMs: null }]);
    expect(camera.statistics().lastFailure?.error.code).toBe(`STREAM_${cause.toUpperCase()}`);
  });

  test("timeout, when the other side says nothing", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const stream = await createStream();
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const camera = stream.open({ url: `rtsp://127.0.0.1:${port}/camera`, connectTimeoutMs: 300, retry: false });
    await collect(camera).until(() => camera.statistics().state === "failed");
    server.close();
    expect(stream.failures()).toMatchObject([{ cause: "timeout" }]);
  });

  test("not_found with an old build as well, which would crash on a host name", async () => {
    const ffmpeg = await probeFfmpeg(ffmpegInstaller.path, "embedded");
    const stream = await createStream({ ffmpeg });
    const camera = stream.open({ url: "rtsp://no-such-host.invalid/camera", retry: false });
    await collect(camera).until(() => camera.statistics().state === "failed");
    expect(stream.failures()).toMatchObject([{ cause: "not_found" }]);
    const local = stream.open({ id: "local", url: "rtsp://localhost:1/camera", retry: false });
    await collect(local).until(() => local.statistics().state === "failed");
    expect(stream.failures()).toMatchObject([{}, { cause: "refused" }]);
  });

  test("no_memory, naming the key to raise", async () => {
    const stream = await createStream({ arenaBytes: 1000 });
    const camera = stream.open({ url: clip(), retry: false });
    await collect(camera).until(() => camera.statistics().state === "failed");
    expect(stream.failures()).toMatchObject([
      { cause: "no_memory", message: expect.stringContaining("stream.memory_mb") },
    ]);
  });
});

describe("a run that is disturbed", () => {
  test("by the death of its process starts again, counts on, and the sums agree", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), loop: true, pace: "realtime", slots: 500 });
    const { frames, states, until } = collect(camera);
    await until(() => frames.length === 2);
    process.kill(childPids()[0]!, "SIGKILL");
    await until(() => states.includes("retrying"));
    expect(stream.failures()).toMatchObject([
      { cause: "decoder_failed", signal: "SIGKILL", attempts: 1, nextRetryMs: 500 },
    ]);
    stream.clock.turn(500);
    await until(() => states.filter((state) => state === "running").length === 2);
    await camera.stop(0);
    expect(frames.map((frame) => frame.sequence)).toEqual(frames.map((_, index) => index + 1));
    const { decoded, inFlight } = stream.ledger.snapshot()["cam"]!;
    expect([decoded, inFlight]).toEqual([frames.length, frames.length]);
  });

  test("by a process that stands still is ended as stalled", async () => {
    const stream = await createStream();
    const camera = stream.open({ url: clip(), loop: true, pace: "realtime", stallTimeoutMs: 300, delivery: "newest" });
    const { frames, states, until } = collect(camera);
    await until(() => frames.length === 2);
    process.kill(childPids()[0]!, "SIGSTOP");
    await until(() => states.includes("retrying"));
    expect(stream.failures()).toMatchObject([{ cause: "stalled" }]);
    expect(childPids()).toEqual([]);
    await camera.stop(0);
  });

  test.runIf(process.platform === "linux" && process.arch === "x64")(
    "by a picture of another size ends where ffmpeg cannot go on",
    async () => {
      const url = await writeChangingClip(folder.path("changing.h264"), ["320x240", "160x120"]);
      const ffmpeg = await probeFfmpeg(ffmpegInstaller.path, "embedded");
      const stream = await createStream({ ffmpeg, renditions: [STRETCHED, FULL_RGB] });
      const camera = stream.open({ url, retry: false, slots: 30 });
      const { frames } = collect(camera);
      await camera.finished;
      expect(stream.failures()).toMatchObject([{ cause: "geometry_changed" }]);
      expect(stream.failures()[0]?.message).toContain("the picture changed from 320x240 to 160x120; ffmpeg ");
      expect(new Set(frames.map((frame) => frame.width))).toEqual(new Set([320]));
      expect(frames.length).toBeLessThanOrEqual(10);
    },
  );
});

describe("a file whose picture changes its size", () => {
  // Pictures larger than a pipe.
  const sizes = ["320x240", "160x120", "120x160", "320x240"];
  let url = "";
  beforeAll(async () => {
    url = await writeResizedClip(folder.path("resized.mp4"), sizes);
  });

  test.each([
    ["into much memory", 64e6],
    // Room for the slots of one size and a little.
    ["into little memory", 4 * (320 * 240 + 32 * 24) * 3 + 100],
  ])("gives every frame once, in order, with its own size and pixels, %s", async (_, arenaBytes) => {
    const stream = await createStream({ renditions: [STRETCHED, FULL_RGB], arenaBytes });
    const camera = stream.open({ url });
    const { frames, states, until } = collect(camera);
    const seen: unknown[] = [];
    const times: (number | null)[] = [];
    const level = (frame: FrameHandle, rendition: number) =>
      Math.round(levelOf(stream.arena.memory, frame, rendition) / LEVEL_STEP);
    await until(() => {
      for (const frame of frames.splice(0)) {
        const { sequence, width, height, pts } = frame;
        const full = frame.renditions[1];
        seen.push([sequence, `${width}x${height}`, `${full?.width}x${full?.height}`, level(frame, 0), level(frame, 1)]);
        times.push(pts);
        stream.ledger.published(frame);
        camera.release(frame);
      }
      return states.includes("ended") || states.includes("failed");
    });
    const all = sizes.flatMap((size, part) => Array.from({ length: 10 }, (__, i) => ({ size, n: part * 10 + i })));
    expect(seen).toEqual(all.map(({ size, n }) => [n + 1, size, size, n, n]));
    expect(times.map((time) => Math.round(((time ?? 0) - (times[0] ?? 0)) * 10))).toEqual(all.map(({ n }) => n));
    expect(stream.events.map((event) => event.type)).toEqual([
      "source_started",
      "source_resized",
      "source_resized",
      "source_resized",
      "source_ended",
    ]);
    await camera.stop(0);
    expect(stream.arena.usedBytes).toBe(0);
  });

  test("begins again with the first size when it is played for ever", async () => {
    const stream = await createStream({ renditions: [FULL_RGB] });
    const clip = await writeResizedClip(folder.path("two.mp4"), ["64x48", "32x24"]);
    const camera = stream.open({ url: clip, loop: true });
    const { frames, until } = collect(camera);
    const widths: number[] = [];
    await until(() => {
      for (const frame of frames.splice(0)) {
        widths.push(frame.width);
        camera.release(frame);
      }
      return widths.length >= 40;
    });
    expect(widths.slice(0, 40)).toEqual([64, 32, 64, 32].flatMap((width) => new Array(10).fill(width)));
    await camera.stop(0);
  });
});

test.skipIf(lacksAssets("videos/people-one-by-one.mp4"))("a real video is read to its last frame", async () => {
  const stream = await createStream();
  const camera = stream.open({ url: assetPath("videos/people-one-by-one.mp4")! });
  let count = 0;
  camera.start({
    frame(frame) {
      count++;
      camera.release(frame);
    },
    changed() {},
  });
  await camera.finished;
  expect(count).toBe(1394);
});

/** ffmpeg processes that this test process has started. */
function childPids(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").map(Number);
  return children.filter((pid) => pid > 0 && execFileSync("ps", ["-o", "comm=", "-p", `${pid}`]).includes("ffmpeg"));
}
