import { type ChildProcess, spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { PAYLOAD_NAMES, type PayloadName, payloadSchema } from "../../src/publish/messages/schemas.ts";
import { type Broker, freePort, lacksBroker, startBroker } from "../helpers/broker.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import {
  baseConfig,
  descendants,
  isAlive,
  sceneSource,
  startDaemon,
  type TestDaemon,
  trackingWorkflow,
  within,
} from "../helpers/daemon.ts";
import { openIds } from "../helpers/open-ids.ts";
import { type Heard, subscribe } from "../helpers/subscriber.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 150_000, hookTimeout: 90_000 });

const folder = useFolder();
const SECRETS = { camera: "pl4nted-camera-secret", broker: "pl4nted-broker-secret" };
const variable = (name: string) => `\${${name}}`;
const ENVIRONMENT = { CAMERA_PASSWORD: SECRETS.camera, BROKER_PASSWORD: SECRETS.broker };

describe.skipIf(lacksBroker())("the daemon between a camera and a broker", () => {
  let broker: Broker;
  let camera: TestCamera;
  let watcher: Awaited<ReturnType<typeof subscribe>>;
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    broker = await startBroker({ credentials: { username: "dock", password: SECRETS.broker } });
    camera = await startCamera({ credentials: { user: "viewer", password: SECRETS.camera }, source: sceneSource() });
    await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
  });
  afterAll(async () => {
    await camera.close();
    await broker.close();
  });
  beforeEach(async () => {
    watcher = await subscribe(broker.url.replace("//", `//dock:${SECRETS.broker}@`));
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
    await forget();
    await watcher.close();
  });

  function config(changes: object = {}, transport = "tcp") {
    return {
      ...baseConfig,
      mqtt: { url: broker.url, username: "dock", password: variable("BROKER_PASSWORD") },
      cameras: { belt: belt(transport) },
      pipelines: { count: { workflow: "track.json", cameras: ["belt"], publish: { frames: true } } },
      ...changes,
    };
  }

  function belt(transport = "tcp") {
    return { url: camera.server.url("/camera"), username: "viewer", password: variable("CAMERA_PASSWORD"), transport };
  }

  async function start(changes: object = {}, transport?: string): Promise<TestDaemon> {
    daemon = await startDaemon(folder.path("millrace.yaml"), config(changes, transport), ENVIRONMENT);
    return daemon;
  }

  /** Takes away what the broker keeps for the next test. */
  async function forget(): Promise<void> {
    const retained = new Set(watcher.heard.map(({ topic }) => topic));
    for (const topic of retained) await watcher.publish(topic, "", true);
  }

  const payloads = (topic: string) =>
    watcher
      .texts(`millrace/dock/${topic}`)
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  const heard = (topic: string, least = 1) =>
    within(
      () => payloads(topic).length >= least,
      () => `${least} messages on ${topic}\n${daemon?.output().slice(-2000)}`,
    );

  test.each(["tcp", "udp"])(
    "a session over %s is published as the schemas say, and nothing is lost without being counted",
    async (transport) => {
      const daemon = await start({}, transport);
      await heard("camera/belt/detections", 60);
      await within(
        () => phases(payloads("camera/belt/events")).has("update"),
        () => "a track is updated",
      );
      expect(await daemon.stop()).toEqual({ code: 0, signal: null });
      await within(
        () => watcher.texts("millrace/dock/status").at(-1) === "offline",
        () => "the device is offline",
      );

      expect(watcher.texts("millrace/dock/status")).toEqual(["online", "stopping", "offline"]);
      expect(payloads("camera/belt/status").map(({ state }) => state)).toEqual(["starting", "online", "offline"]);
      expect(payloads("info")[0]).toMatchObject({ cameras: ["belt"], workflows: ["count"], device: "dock" });
      expect(payloads("engine/shapes-1")[0]).toMatchObject({ model: "shapes/1", state: "ready", provider: "cpu" });
      expectValid(watcher.heard);
      expectEveryStartToEnd(payloads("camera/belt/events"), payloads("camera/belt/tracks"));
      expectSums(payloads("stats").at(-1), payloads("camera/belt/detections"));
      expect(payloads("workflow/count/output/frames").map(({ value }) => value)).toEqual(
        Array.from({ length: payloads("camera/belt/detections").length }, (_, i) => i + 1),
      );
      expectNoSecrets(daemon, watcher.heard);
    },
  );

  test("a client that comes later learns the state of the device from what the broker keeps", async () => {
    await start();
    await heard("camera/belt/detections", 1);
    const login = ["-p", `${broker.port}`, "-u", "dock", "-P", SECRETS.broker];
    const client = spawn("mosquitto_sub", [...login, "-t", "millrace/#", "--retained-only", "-W", "2", "-F", "%t %r"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = (await textOf(client)).trim().split("\n").toSorted();
    const plain = lines.filter((line) => /\/(count|value)\b/.test(line));
    expect(plain).toContain("millrace/dock/camera/belt/count/all/all 1");
    expect(plain).toContain("millrace/dock/camera/belt/output/frames/value 1");
    expect(lines.filter((line) => !plain.includes(line))).toEqual([
      "millrace/dock/camera/belt/enabled 1",
      "millrace/dock/camera/belt/status 1",
      "millrace/dock/engine/shapes-1 1",
      "millrace/dock/info 1",
      "millrace/dock/status 1",
    ]);
  });

  test("while the broker is away events wait on disk and detections are dropped and counted", async () => {
    const daemon = await start({ state_dir: folder.path("state") });
    await heard("camera/belt/events", 1);
    await broker.stop();
    await daemon.logged("broker_lost");
    const before = watcher.heard.length;
    await daemon.frames("belt", 60);
    await broker.start();
    await within(
      () => payloads("camera/belt/events").some(({ replayed }) => replayed),
      () => "an event is replayed",
    );
    const told = payloads("stats").length;
    await within(
      () => payloads("stats").length > told && payloads("stats").at(-1).outbox.spool.depth === 0,
      () => "the spool is empty",
    );
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    await within(
      () => watcher.texts("millrace/dock/status").at(-1) === "offline",
      () => "the device is offline",
    );

    expect(watcher.heard.length).toBeGreaterThan(before);
    const sequence = unique(payloads("camera/belt/events").map(({ seq }) => seq as number)).toSorted((a, b) => a - b);
    expect(sequence).toEqual(Array.from({ length: sequence.length }, (_, i) => i + 1));
    expectEveryStartToEnd(payloads("camera/belt/events"), payloads("camera/belt/tracks"));
    const stats = payloads("stats").at(-1);
    expect(sum(stats.outbox.dropped.detections)).toBeGreaterThan(0);
    expect(stats.outbox.spool).toMatchObject({ storage: "disk" });
    const { processed } = stats.cameras.belt;
    expect(stats.outbox.published.detections + sum(stats.outbox.dropped.detections)).toBe(processed);
    expectValid(watcher.heard);
  });

  test("a broker that is not there at the start is waited for", async () => {
    await broker.stop();
    const daemon = await start({ state_dir: folder.path("late") });
    await daemon.logged("first_detection");
    await daemon.logged("broker_refused", ({ msg }) => /refused|ECONNREFUSED/.test(msg));
    await broker.start();
    await heard("camera/belt/events", 1);
    expect(payloads("camera/belt/events")[0]).toMatchObject({ phase: "start", replayed: true, seq: 1 });
    await heard("info");
    expect(watcher.texts("millrace/dock/status")).toContain("online");
    expectNoSecrets(daemon, watcher.heard);
  });

  test("events of a daemon that was killed reach the broker from the next one", async () => {
    const state = { state_dir: folder.path("killed") };
    const first = await start(state);
    await heard("camera/belt/events", 1);
    await broker.stop();
    await first.logged("broker_lost");
    const boot = payloads("info")[0].boot;
    await first.frames("belt", 60);
    await first.stop("SIGKILL");
    await broker.start();
    await start(state);
    await within(
      () => payloads("camera/belt/events").some((event) => event.boot === boot && event.replayed),
      () => "an event of the first daemon arrives",
    );
    const ofFirst = () => payloads("camera/belt/events").filter(({ id }) => id.includes(boot));
    await within(
      () => openIds(ofFirst()).length === 0 && ofFirst().some(({ reason }) => reason === "daemon_lost"),
      () => "the second daemon ends what the first left open",
    );
  });

  test("a daemon that is killed leaves no ffmpeg behind, and the broker says that it is gone", async () => {
    const daemon = await start();
    await heard("camera/belt/detections", 1);
    const decoders = descendants(daemon.pid, "ffmpeg");
    expect(decoders).toHaveLength(1);
    await daemon.stop("SIGKILL");
    await within(
      () => !decoders.some(isAlive),
      () => "ffmpeg is gone",
    );
    await within(
      () => watcher.texts("millrace/dock/status").at(-1) === "offline",
      () => "the will is published",
    );
  });

  test("a daemon that waits for its broker and hangs in a block still stops when asked", async () => {
    await writeFile(folder.path("hangs.json"), JSON.stringify(trackingWorkflow("function run() { for (;;); }")));
    const pipelines = { hang: { workflow: "hangs.json", cameras: ["belt"], timeout_ms: 60_000 } };
    const daemon = await start({ pipelines, mqtt: { url: `mqtt://127.0.0.1:${await freePort()}` } });
    await daemon.logged("source_started");
    const decoders = descendants(daemon.pid, "ffmpeg");
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    expect(decoders.some(isAlive)).toBe(false);
  });

  test("SIGHUP takes a changed config, and refuses a broken one while everything goes on", async () => {
    const daemon = await start();
    await heard("camera/belt/detections", 1);
    await writeFile(
      daemon.config,
      JSON.stringify(config({ pipelines: { count: { workflow: "nowhere.json", cameras: ["belt"] } } })),
    );
    daemon.signal("SIGHUP");
    const refused = await daemon.logged("config_refused");
    expect(refused.msg).toContain("the new config is not applied");
    expect(refused.msg).toContain("nowhere.json: there is no such file");
    const soFar = payloads("camera/belt/detections").length;
    await heard("camera/belt/detections", soFar + 5);

    await writeFile(
      daemon.config,
      JSON.stringify(config({ pipelines: { recount: { workflow: "track.json", cameras: ["belt"] } } })),
    );
    daemon.signal("SIGHUP");
    await heard("workflow/recount/output/frames", 3);
    expect(payloads("info").at(-1)).toMatchObject({ workflows: ["recount"] });
    expect(new Set(payloads("info").map(({ boot }) => boot)).size).toBe(1);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    await rm(daemon.config);
  });
});

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map<PayloadName, ValidateFunction>(
  PAYLOAD_NAMES.map((name) => [name, ajv.compile(payloadSchema(name))]),
);

/** Every payload against the schema that it names itself by. */
function expectValid(messages: readonly Heard[]): void {
  for (const { topic, text } of messages) {
    if (text === "" || /dock\/status$|\/enabled$|\/count\/|\/value$/.test(topic)) continue;
    const payload = JSON.parse(text) as { schema: string };
    const name = payload.schema.replace(/^millrace\.|\/.*$/g, "") as PayloadName;
    const validate = validators.get(name);
    expect({ topic, valid: validate?.(payload), errors: validate?.errors }).toEqual({
      topic,
      valid: true,
      errors: null,
    });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: payloads are checked against their schemas
type Json = any;

function expectEveryStartToEnd(events: readonly Json[], tracks: readonly Json[]): void {
  const of = (phase: string) =>
    unique(events.filter((event) => event.phase === phase).map(({ id }) => id as string)).toSorted();
  expect(of("start").length).toBeGreaterThan(2);
  expect(of("end")).toEqual(of("start"));
  expect(unique(tracks.map(({ id }) => id as string)).toSorted()).toEqual(of("start"));
  for (const record of tracks)
    expect(record).toMatchObject({
      class: expect.stringMatching(/^(circle|square|triangle)$/),
      duration_s: expect.any(Number),
    });
}

/** The last statistics against each other and against what arrived. */
function expectSums(stats: Json, detections: readonly Json[]): void {
  const { decoded, processed, dropped } = stats.cameras.belt;
  expect(decoded).toBe(processed + sum(dropped));
  const ids = detections.map(({ frame }) => frame.id as number);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(ids).size).toBe(processed);
  expect(stats.outbox.published.detections).toBe(processed);
}

function expectNoSecrets(daemon: TestDaemon, messages: readonly Heard[]): void {
  for (const secret of Object.values(SECRETS)) {
    expect(daemon.output()).not.toContain(secret);
    for (const { text } of messages) expect(text).not.toContain(secret);
  }
}

function phases(events: readonly Json[]): Set<string> {
  return new Set(events.map(({ phase }) => phase as string));
}

function sum(counts: Record<string, number> = {}): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) text += chunk;
  return text;
}
