import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { FULL_RGB } from "../../src/kinds/frame.ts";
import { openIntake } from "../../src/stream/batch.ts";
import { probeFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { ffmpegPrograms, startCamera } from "../helpers/camera.ts";
import { collect, createStream, STRETCHED } from "./open-cameras.ts";

const credentials = { user: "viewer", password: "geheim/1" };

async function startSimulated(settings: Parameters<typeof startCamera>[0] = {}) {
  const simulated = await startCamera(settings);
  onTestFinished(() => simulated.close());
  return simulated;
}

const bare = (url: string) => url.replace(/\/\/[^@/]*@/, "//");

const transports = (["tcp", "udp"] as const).flatMap((transport) =>
  ffmpegPrograms.map((program) => ({ ...program, transport })),
);

test.each(transports)("$name gives the frames of a camera over $transport, stamped on arrival", async (options) => {
  const { path, transport } = options;
  const simulated = await startSimulated({ credentials });
  const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system"), renditions: [STRETCHED, FULL_RGB] });
  const access = { username: credentials.user, password: credentials.password };
  const camera = stream.open({ url: bare(simulated.url), transport, ...access, slots: 8 });
  const before = Date.now();
  const { frames, until } = collect(camera);
  await until(() => frames.length === 5);
  await camera.stop(0);
  const frame = frames[4]!;
  expect(frame).toMatchObject({ sequence: 5, timestampSource: "arrival", width: 160, height: 120, fps: 20 });
  expect(frame.renditions.map((rendition) => rendition.width)).toEqual([32, 160]);
  expect(frame.timestamp).toBeGreaterThanOrEqual(before);
  expect(frame.measuredFps).toBeGreaterThan(0);
  expect([camera.delivery, stream.failures()]).toEqual(["newest", []]);
});

test.each(ffmpegPrograms)("$name tells an unknown path and a wrong password apart", async ({ path }) => {
  const simulated = await startSimulated({ credentials });
  const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
  const url = bare(simulated.url);
  const cameras = [
    stream.open({ id: "path", url: `${url}-unknown`, username: "viewer", password: "geheim/1", retry: false }),
    stream.open({ id: "password", url, username: "viewer", password: "falsch", retry: false }),
    stream.open({ id: "anonymous", url, retry: false }),
  ];
  await Promise.all(cameras.map((camera) => collect(camera).until(() => camera.statistics().state === "failed")));
  const causes = Object.fromEntries(stream.failures().map(({ camera, cause }) => [camera, cause]));
  expect(causes).toEqual({ path: "not_found", password: "unauthorised", anonymous: "unauthorised" });
  expect(JSON.stringify(stream.events)).not.toMatch(/falsch|geheim/);
});

test.each(ffmpegPrograms)("$name: a recorder that serves no further viewer is reported as that", async ({ path }) => {
  const full = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (request: Buffer) => {
      const [, sequence = "1"] = /CSeq: (\d+)/i.exec(request.toString()) ?? [];
      const isAsked = request.toString().startsWith("OPTIONS");
      socket.write(`RTSP/1.0 ${isAsked ? "200 OK" : "453 Not Enough Bandwidth"}\r\nCSeq: ${sequence}\r\n\r\n`);
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void full.close());
  await once(full, "listening");
  const { port } = full.address() as { port: number };
  const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
  const camera = stream.open({ url: `rtsp://127.0.0.1:${port}/live`, retry: false });
  await collect(camera).until(() => camera.statistics().state === "failed");
  expect(stream.failures()).toMatchObject([
    { cause: "busy", message: expect.stringContaining("453 Not Enough Bandwidth") },
  ]);
});

test("a camera that is switched off and on again is found again, and its frames count on", async () => {
  const simulated = await startSimulated();
  const stream = await createStream();
  const camera = stream.open({ url: simulated.url, slots: 200 });
  const { frames, states, until } = collect(camera);
  await until(() => frames.length >= 3);
  await simulated.restart();
  await until(() => states.includes("retrying"));
  stream.clock.turn(30_000);
  await until(() => states.filter((state) => state === "running").length === 2);
  await camera.stop(0);
  expect(stream.failures()[0]?.cause).toBe("ended");
  expect(frames.map((frame) => frame.sequence)).toEqual(frames.map((_, index) => index + 1));
});

test.each(ffmpegPrograms)(
  "$name gives the first frame with the first keyframe, however late the second",
  async (program) => {
    const simulated = await startSimulated({ groupS: 1000, joins: "with_group" });
    const stream = await createStream({ ffmpeg: await probeFfmpeg(program.path, "system") });
    const camera = stream.open({ url: simulated.url, connectTimeoutMs: 60_000 });
    const { frames, until } = collect(camera);
    await until(() => frames.length >= 1);
    await camera.stop(0);
    expect([camera.statistics().stream?.fps, stream.failures()]).toEqual([20, []]);
  },
);

test.each(ffmpegPrograms)("$name that waits in vain tells whether packets came", async ({ path }) => {
  const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
  const simulated = await startSimulated({ groupS: 1000, joins: "anywhere" });
  const silent = await startSimulated({ path: "/silent" });
  silent.freeze();
  const cameras = [simulated, silent].map(({ url }, index) =>
    stream.open({ id: `${index}`, url, connectTimeoutMs: 4000, keyframeTimeoutMs: 4000, retry: false }),
  );
  await Promise.all(cameras.map((camera) => collect(camera).until(() => camera.statistics().state === "failed")));
  const told = Object.fromEntries(stream.failures().map(({ camera, cause, message }) => [camera, [cause, message]]));
  expect(told).toEqual({
    0: ["timeout", expect.stringMatching(/: \d+ packets came within \d+ s, and no keyframe to begin with/)],
    1: ["timeout", expect.stringMatching(/: nothing came within \d+ s$/)],
  });
});

test("a camera that keeps the connection and sends nothing is stalled", async () => {
  const simulated = await startSimulated();
  const stream = await createStream();
  const camera = stream.open({ url: simulated.url, stallTimeoutMs: 400 });
  const { frames, states, until } = collect(camera);
  await until(() => frames.length >= 2);
  simulated.freeze();
  await until(() => states.includes("retrying"));
  expect(stream.failures()).toMatchObject([{ cause: "stalled", attempts: 1 }]);
  await camera.stop(0);
});

test("one subscriber gets batches of two cameras, and every frame is accounted for", async () => {
  const simulated = await startSimulated();
  const stream = await createStream();
  const cameras = ["a", "b"].map((id) => stream.open({ id, url: simulated.url, slots: 4 }));
  const { ledger } = stream;
  const intake = openIntake({ cameras, ledger, batchSize: 2, batchWaitMs: 200, credits: 1, keepOpen: () => true });
  const pairs = await new Promise<number>((resolve) => {
    let count = 0;
    intake.batches$.subscribe(({ id, frames }) => {
      if (frames.length === 2) count++;
      for (const frame of frames) {
        ledger.published(frame);
        intake.release(frame);
      }
      if (count === 5) resolve(count);
      else intake.done({ id });
    });
  });
  await intake.close(1000);
  expect(pairs).toBe(5);
  for (const { decoded, published, dropped, inFlight } of Object.values(ledger.snapshot())) {
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect([inFlight, decoded]).toEqual([0, published + lost]);
  }
  expect(stream.arena.usedBytes).toBe(0);
});
