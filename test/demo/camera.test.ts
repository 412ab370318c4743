import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSimulatedCamera } from "../../src/demo/camera.ts";
import type { CameraSource, DrawnSource } from "../../src/demo/camera-source.ts";
import { clipArguments } from "../../src/demo/encoder-arguments.ts";
import { openRtspServer, type RtspServer } from "../../src/demo/rtsp/rtsp-server.ts";
import { ffmpegPrograms, startCamera } from "../helpers/camera.ts";
import { PICTURE, pull, watch } from "../helpers/ffmpeg-client.ts";

const GREY_PER_FRAME = 4;
const CYCLE = 60;

/** Every frame a little lighter than the one before, black again after a cycle. */
function greyFrames(beforeDrawing: (index: number) => void = () => {}): DrawnSource {
  const draw = (index: number, rgb: Uint8Array) => {
    beforeDrawing(index);
    rgb.fill((index % CYCLE) * GREY_PER_FRAME);
  };
  return { kind: "drawn", ...PICTURE, fps: 10, draw };
}

/** How many indexes lie between what `greyFrames` drew in two decoded frames, beyond what is expected: -30 to 29. */
function indexesBetween(earlier: Buffer | undefined, later: Buffer | undefined, expected = 0): number {
  const [first, second] = [earlier, later].map((frame) => Math.round((frame?.at(-80) ?? 0) / GREY_PER_FRAME));
  return (((second ?? 0) - (first ?? 0) - expected + 2.5 * CYCLE) % CYCLE) - CYCLE / 2;
}

function block(timeMs: number): void {
  const end = performance.now() + timeMs;
  while (performance.now() < end);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(ffmpegPrograms)("a camera encoded by $name", ({ path: ffmpegPath }) => {
  let server: RtspServer;
  const folder = mkdtempSync(join(tmpdir(), "millrace-camera-"));
  const open = (source: CameraSource) => openSimulatedCamera({ server, path: "/camera", source, ffmpegPath });
  beforeAll(async () => {
    server = await openRtspServer();
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("shows drawn frames in their order, from a keyframe on for a client that joins late", async () => {
    const camera = await open(greyFrames());
    const { frames } = await pull(ffmpegPath, camera.url, { count: 12, transport: "tcp" });
    await camera.close();
    const steps = frames.slice(1).map((frame, i) => indexesBetween(frames[i], frame));
    expect(steps).toHaveLength(11);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(indexesBetween(frames[0], frames[11])).toBeGreaterThan(6);
  });

  it("keeps the time of the wall when drawing is late", async () => {
    const drawn: number[] = [];
    const camera = await open(
      greyFrames((index) => {
        drawn.push(index);
        if (drawn.length === 20) block(650);
      }),
    );
    const { frames } = await pull(ffmpegPath, camera.url, { count: 40, transport: "tcp" });
    await camera.close();
    expect((drawn[20] ?? 0) - (drawn[19] ?? 0)).toBeGreaterThanOrEqual(6);
    // Only repeated frames lag behind, and no ten of them follow each other.
    const leads = frames.map((frame, i) => indexesBetween(frames[0], frame, i));
    const drift = Math.max(...leads.slice(-10)) - Math.max(...leads.slice(0, 10));
    expect(Math.abs(drift)).toBeLessThanOrEqual(3);
  });

  it("plays a file over and over", async () => {
    const file = join(folder, "clip.mp4");
    const picture = "testsrc2=size=160x120:rate=20:duration=0.5";
    execFileSync(ffmpegPath, ["-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "mpeg4", file]);
    const camera = await open({ kind: "file", file });
    const { frames, code } = await pull(ffmpegPath, camera.url, { count: 25, transport: "tcp" });
    await camera.close();
    expect({ code, count: frames.length }).toEqual({ code: 0, count: 25 });
  });

  it("plays an encoded file over and over as it is, for a client that joins late", async () => {
    const [file, path] = [join(folder, "bars.mp4"), join(folder, "bars.mkv")];
    execFileSync(ffmpegPath, ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=20:duration=0.5", file]);
    const video = { file, fps: 20, seconds: 1 };
    execFileSync(ffmpegPath, clipArguments(video, { path, bitrateKbps: 1000, groupS: 0.5 }));
    const camera = await open({ kind: "encoded", file: path });
    for (const count of [45, 5]) {
      const { frames, code } = await pull(ffmpegPath, camera.url, { count, transport: "tcp" });
      expect({ code, count: frames.length }).toEqual({ code: 0, count });
      // A picture that is decoded from its keyframe on has all its colours.
      expect(new Set(frames.map((frame) => new Set(frame).size > 50))).toEqual(new Set([true]));
    }
    await camera.close();
  });

  it("tells why its encoder does not start", async () => {
    const opening = open({ kind: "file", file: join(folder, "absent.mp4") });
    await expect(opening).rejects.toThrow(/the encoder ended \(exit code 1\).*absent.mp4: No such file or directory/s);
    expect(server.streamAt("/camera")).toBeUndefined();
  });
});

const ffmpegPath = ffmpegPrograms[0]?.path ?? "ffmpeg";

describe("a simulated camera", () => {
  it("opens and closes a server of its own", async () => {
    const camera = await openSimulatedCamera({ path: "/own", source: greyFrames(), ffmpegPath });
    expect(camera.url).toBe(`rtsp://127.0.0.1:${camera.server.port}/own`);
    expect((await pull(ffmpegPath, camera.url, { count: 2, transport: "udp" })).frames).toHaveLength(2);
    expect(isAlive(camera.encoderPid)).toBe(true);
    await camera.close();
    expect(isAlive(camera.encoderPid)).toBe(false);
    const reused = await openRtspServer({ port: camera.server.port });
    await reused.close();
  });

  it("reports an encoder that dies, and disconnects its clients", async () => {
    const server = await openRtspServer();
    let failed = (_: string) => {};
    const failure = new Promise<string>((resolve) => {
      failed = resolve;
    });
    const settings = { server, path: "/camera", source: greyFrames(), ffmpegPath };
    const camera = await openSimulatedCamera({ ...settings, report: ({ message }) => failed(message) });
    const client = watch(ffmpegPath, camera.url, ["-rtsp_transport", "tcp"]);
    expect(await client.received(2)).toBe(true);
    process.kill(camera.encoderPid, "SIGKILL");
    expect(await failure).toContain("the encoder ended (SIGKILL)");
    await client.ended;
    expect(server.streamAt("/camera")).toBeUndefined();
    await server.close();
  });

  it("reports a drawing function that fails", async () => {
    const source = greyFrames(() => {
      throw new RangeError("no such brush");
    });
    const opening = openSimulatedCamera({ path: "/camera", source, ffmpegPath });
    await expect(opening).rejects.toThrow("drawing failed: no such brush");
  });

  it("shares a server with others", async () => {
    const first = await startCamera({ path: "/first" });
    const second = await startCamera({ path: "/second", server: first.server, source: greyFrames() });
    await first.stop();
    expect((await pull(ffmpegPath, second.url, { count: 3, transport: "tcp" })).frames).toHaveLength(3);
    await second.close();
    await first.close();
  });
});
