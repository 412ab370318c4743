import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Broker, lacksBroker, startBroker } from "../helpers/broker.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import {
  baseConfig,
  descendants,
  sceneSource,
  startDaemon,
  type TestDaemon,
  trackingWorkflow,
  within,
} from "../helpers/daemon.ts";
import { openIds } from "../helpers/open-ids.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 150_000, hookTimeout: 90_000 });

const folder = useFolder();
const CREDENTIALS = { user: "viewer", password: "pl4nted-secret" };

// biome-ignore lint/suspicious/noExplicitAny: payloads are read by tests that say what they must be
type Json = any;

describe.skipIf(lacksBroker())("the daemon and its cameras", () => {
  let broker: Broker;
  let belt: TestCamera;
  let yard: TestCamera;
  let watcher: Awaited<ReturnType<typeof subscribe>>;
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    broker = await startBroker();
    belt = await startCamera({ path: "/belt", credentials: CREDENTIALS, source: sceneSource() });
    yard = await startCamera({ path: "/yard", server: belt.server, source: sceneSource(99) });
  });
  afterAll(async () => {
    await yard.close();
    await belt.close();
    await broker.close();
  });
  beforeEach(async () => {
    watcher = await subscribe(broker.url);
  });
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
    daemon = undefined;
    // The will of one that was killed comes late; it must not come into the next test.
    const status = () => watcher.texts("millrace/dock/status").at(-1);
    await within(
      () => status() === undefined || status() === "offline",
      () => "the daemon is gone",
    );
    for (const topic of new Set(watcher.heard.map((message) => message.topic))) await watcher.publish(topic, "", true);
    await watcher.close();
  });

  const address = (path: string, password = CREDENTIALS.password) => {
    return { url: belt.server.url(path), username: CREDENTIALS.user, password };
  };

  async function start(cameras: object, pipeline: object = {}, code?: string): Promise<TestDaemon> {
    await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow(code)));
    const pipelines = {
      count: { workflow: "track.json", cameras: Object.keys(cameras), publish: { frames: true }, ...pipeline },
    };
    const config = { ...baseConfig, mqtt: { url: broker.url }, cameras, pipelines };
    daemon = await startDaemon(folder.path("millrace.yaml"), config);
    return daemon;
  }

  const payloads = (topic: string): Json[] =>
    watcher
      .texts(`millrace/dock/${topic}`)
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  /** Without repetitions: every attempt is reported. */
  const states = (camera: string) => {
    const told = payloads(`camera/${camera}/status`).map(({ state }) => state as string);
    return told.filter((state, i) => state !== told[i - 1]);
  };
  const last = (topic: string) => payloads(topic).at(-1);
  const ids = (camera: string): number[] => payloads(`camera/${camera}/detections`).map(({ frame }) => frame.id);
  const heard = (topic: string, least: number) =>
    within(
      () => payloads(topic).length >= least,
      () => `${least} messages on ${topic}\n${daemon?.output().slice(-3000)}`,
    );
  const becomes = (camera: string, ...wanted: string[]) =>
    within(
      () => states(camera).join().endsWith(wanted.join()),
      () => `${camera} is ${wanted}, was ${states(camera)}\n${daemon?.output().slice(-3000)}`,
    );

  async function sums(): Promise<Json> {
    expect(await daemon?.stop()).toEqual({ code: 0, signal: null });
    await within(
      () => watcher.texts("millrace/dock/status").at(-1) === "offline",
      () => "the device is offline",
    );
    const { cameras, latency } = last("stats");
    const processed = sumOf(Object.values<Json>(cameras).map((camera) => camera.processed));
    for (const counts of [latency.total, ...Object.values<number[]>(latency.parts)]) {
      expect(sumOf(counts)).toBe(processed);
    }
    for (const [camera, { decoded, processed, dropped }] of Object.entries<Json>(cameras)) {
      const lost = sumOf(Object.values<number>(dropped));
      expect({ camera, settled: processed + lost }).toEqual({ camera, settled: decoded });
      expect(new Set(ids(camera)).size).toBe(processed);
    }
    return cameras;
  }

  test("cameras that refuse the password or are not there are reported by code, and the others go on", async () => {
    const cameras = { belt: address("/belt"), locked: address("/belt", "guessed"), gone: address("/nowhere") };
    const daemon = await start(cameras);
    await heard("camera/belt/detections", 20);
    await becomes("locked", "retrying");
    await becomes("gone", "retrying");
    expect(last("camera/locked/status")).toMatchObject({
      state: "retrying",
      error: { code: "STREAM_UNAUTHORISED", message: expect.any(String) },
      attempts: expect.any(Number),
      next_retry: expect.stringMatching(/Z$/),
    });
    expect(last("camera/gone/status").error.code).toBe("STREAM_NOT_FOUND");
    const health = await daemon.health();
    expect([health.ok, health.status]).toEqual([false, "degraded"]);
    expect(health.cameras).toMatchObject({
      belt: { state: "online", error: null },
      locked: { state: "retrying", error: last("camera/locked/status").error.message },
    });
    expect(daemon.output()).not.toContain(CREDENTIALS.password);
    expect(daemon.output()).not.toContain("guessed");
    expect(watcher.heard.map(({ text }) => text).join("\n")).not.toMatch(/pl4nted-secret|guessed/);
    await sums();
  });

  test("a camera that goes away and comes back is retried until it is online, and its frames are counted on", async () => {
    await start({ belt: address("/belt") });
    await heard("camera/belt/detections", 10);
    await within(
      () => openIds(payloads("camera/belt/events")).length > 1,
      () => "two parcels are followed",
    );
    await belt.stop();
    await becomes("belt", "starting", "online", "retrying")
      .then(() =>
        within(
          () => openIds(payloads("camera/belt/events")).length === 0,
          () => "what was followed has ended while no frame comes",
        ),
      )
      .finally(() => belt.restart());
    const reasons = payloads("camera/belt/events").map(({ reason }) => reason);
    expect(reasons).toContain("camera_lost");
    const before = Math.max(...ids("belt"));
    await becomes("belt", "online");
    await heard("camera/belt/detections", ids("belt").length + 10);
    expect(ids("belt")).toEqual(ids("belt").toSorted((a, b) => a - b));
    expect(ids("belt").filter((id) => id > before).length).toBeGreaterThanOrEqual(10);
    await sums();
  });

  test("a decoder that is killed is restarted, and no frame is lost without being counted", async () => {
    const daemon = await start({ belt: address("/belt") });
    await heard("camera/belt/detections", 10);
    const [first = 0] = descendants(daemon.pid, "ffmpeg");
    process.kill(first, "SIGKILL");
    await becomes("belt", "starting", "online", "retrying", "online");
    const failure = payloads("camera/belt/status").find(({ state }) => state === "retrying");
    expect(failure.error.code).toBe("STREAM_DECODER_FAILED");
    await heard("camera/belt/detections", ids("belt").length + 10);
    const [second] = descendants(daemon.pid, "ffmpeg");
    expect(second).not.toBe(first);
    await sums();
  });

  test("frames of two cameras in one pipeline keep the order of their camera", async () => {
    await start({ belt: address("/belt"), yard: { url: yard.url } });
    await heard("camera/belt/detections", 30);
    await heard("camera/yard/detections", 30);
    const cameras = await sums();
    expect(Object.keys(cameras).toSorted()).toEqual(["belt", "yard"]);
    for (const camera of ["belt", "yard"]) expect(ids(camera)).toEqual(ids(camera).toSorted((a, b) => a - b));
    const tracks = payloads("camera/yard/events").map(({ camera, id }) => `${camera} ${id.split("-")[0]}`);
    expect(new Set(tracks)).toEqual(new Set(["yard yard"]));
  });

  test("a block that never returns ends its thread after the time-out; the frames are counted and the rest go on", async () => {
    const code =
      "let frames = 0;\nfunction run() {\n  frames++;\n  if (frames === 20) for (;;);\n  return { frames };\n}\n";
    const daemon = await start({ belt: address("/belt") }, { timeout_ms: 1500 }, code);
    const failure = await daemon.logged("pipeline_failed");
    expect(failure).toMatchObject({ level: "error", pipeline: "count", code: "LANE_TIMEOUT" });
    expect(failure.msg).toContain("did not finish a batch within 1500 ms: its thread was ended and its state is lost");
    const before = Math.max(...ids("belt"));
    await within(
      () => ids("belt").filter((id) => id > before).length >= 10,
      () => `frames go on\n${daemon.output()}`,
    );
    const { belt: counts } = await sums();
    expect(counts.dropped.timeout).toBeGreaterThan(0);
    const events = payloads("camera/belt/events");
    const idsOf = (phase: string) => events.filter((event) => event.phase === phase).map(({ id }) => id);
    expect(idsOf("end").toSorted()).toEqual(idsOf("start").toSorted());
    expect(new Set(events.filter(({ phase }) => phase === "end").map(({ reason }) => reason))).toContain("reset");
  });

  test("a block that fails on some frames is reported, with its own words, and the other frames are fine", async () => {
    const code =
      'let frames = 0;\nfunction run() {\n  frames++;\n  if (frames % 5 === 0) throw new Error("no fifth");\n  return { frames };\n}\n';
    const daemon = await start({ belt: address("/belt") }, { publish: { frames: true, outputs: "every_frame" } }, code);
    await heard("workflow/count/output/frames", 25);
    expect(await daemon.logged("step_failed")).toMatchObject({ step: "counter", blockType: "Counter", camera: "belt" });
    const { msg, report } = await daemon.logged("step_failed");
    expect(msg).toContain("Error in line 4, column 31, in run: Error: no fifth");
    expect(report).toContain('> 4 |   if (frames % 5 === 0) throw new Error("no fifth");');
    await within(
      () => last("stats")?.failures.count?.counter?.DYNAMIC_CODE > 0,
      () => `the failures are counted: ${JSON.stringify(last("stats"))}`,
    );
    const { belt: counts } = await sums();
    const usual = ["shutdown", "newest_wins", "opening"];
    expect(Object.keys(counts.dropped).filter((reason) => !usual.includes(reason))).toEqual([]);
    const values = payloads("workflow/count/output/frames").map(({ value }) => value as number | null);
    expect(values).toEqual(values.map((_, i) => ((i + 1) % 5 === 0 ? null : i + 1)));
  });
});

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
