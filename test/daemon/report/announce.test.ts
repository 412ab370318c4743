import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openAnnouncer, type Present } from "../../../src/daemon/report/announce.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";
import { openPublisher } from "../../../src/publish/publisher.ts";
import { topicsOf } from "../../../src/publish/topics/topics.ts";
import { type Broker, lacksBroker, startBroker, until } from "../../helpers/broker.ts";
import { subscribe } from "../../helpers/subscriber.ts";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const BOTH: Present = {
  cameras: ["gate", "yard"],
  off: [],
  plain: {},
  elsewhere: [],
  models: ["coco/1"],
  workflows: ["people"],
};

async function start() {
  const folder = await mkdtemp(join(tmpdir(), "millrace-announce-"));
  closers.push(() => rm(folder, { recursive: true }));
  const broker = await startBroker();
  closers.push(broker.close);
  return { broker, retainedFile: join(folder, "retained.json") };
}

/** A daemon's announcements from start to end. */
function announcing({ broker, retainedFile }: { broker: Broker; retainedFile: string }, device = "dock") {
  const settings = { url: broker.url, prefix: "millrace", device, retry: { firstMs: 20, longestMs: 50 } };
  const publisher = openPublisher({ broker: settings, retainedFile, report: () => {} });
  closers.push(() => publisher.close(500));
  const sender = { device, boot: "b001", sequence: openSequence() };
  return { publisher, announcer: openAnnouncer(sender, topicsOf("millrace", device), publisher) };
}

function opened(model: string): DaemonEvent {
  return { type: "model_opened", model, provider: "cpu", via: null, refusals: [], sessions: 1, ms: 1 };
}

/** What the broker holds, by topic below the prefix; of JSON the state. */
async function held({ broker }: { broker: Broker }): Promise<Record<string, string>> {
  const subscriber = await subscribe(broker.url, "millrace/#");
  await subscriber.publish("millrace/end", "");
  await subscriber.count("millrace/end", 1);
  await subscriber.close();
  const retained = subscriber.heard.filter(({ packet }) => packet.retain);
  const states = retained.map(({ topic, text }) => [topic.replace("millrace/", ""), stateOf(text)]);
  return Object.fromEntries(states);
}

function stateOf(text: string): string {
  if (!text.startsWith("{")) return text;
  const { state = "told" } = JSON.parse(text) as { state?: string };
  return state;
}

async function delivered({ publisher }: ReturnType<typeof announcing>, statuses: number): Promise<void> {
  await until(() => publisher.stats().classes.camera_status?.published === statuses, "all is delivered");
}

describe.skipIf(lacksBroker())("announcements", () => {
  test("after a stop no retained state says that something runs", async () => {
    const place = await start();
    const { publisher, announcer } = announcing(place);
    announcer.info(BOTH);
    announcer.cameraStarting("gate");
    announcer.observe({ type: "source_ended", camera: "yard" } as DaemonEvent);
    announcer.observe(opened("coco/1"));
    announcer.stopped();
    await until(() => publisher.connected, "it is connected");
    await publisher.close(5000);
    expect(await held(place)).toEqual({
      "dock/status": "offline",
      "dock/info": "told",
      "dock/camera/gate/enabled": "ON",
      "dock/camera/gate/status": "offline",
      "dock/camera/yard/enabled": "ON",
      "dock/camera/yard/status": "ended",
    });
  });

  test("what a killed run has left of cameras and models that are gone is cleared by the next", async () => {
    const place = await start();
    const killed = announcing(place);
    killed.announcer.info(BOTH);
    for (const id of BOTH.cameras) killed.announcer.cameraStarting(id);
    killed.announcer.observe(opened("coco/1"));
    await delivered(killed, 2);
    await until(() => killed.publisher.stats().classes.engine?.published === 1, "the model is reported");
    await killed.publisher.close(2000);
    expect(Object.keys(await held(place))).toContain("dock/engine/coco-1");
    const next = announcing(place);
    next.announcer.info({
      cameras: ["gate"],
      off: ["gate"],
      plain: {},
      elsewhere: [],
      models: [],
      workflows: ["people"],
    });
    next.announcer.cameraStarting("gate");
    await until(() => next.publisher.stats().classes.cleared?.published === 3, "the others are cleared");
    await until(() => next.publisher.stats().classes.camera_enabled?.published === 1, "the switch is published");
    expect(await held(place)).toEqual({
      "dock/camera/gate/enabled": "OFF",
      "dock/camera/gate/status": "starting",
      "dock/info": "told",
      "dock/status": "online",
    });
  });

  test("under another name nothing is left under the old one", async () => {
    const place = await start();
    const before = announcing(place);
    before.announcer.info(BOTH);
    before.announcer.cameraStarting("gate");
    await delivered(before, 1);
    await before.publisher.close(2000);
    const renamed = announcing(place, "quay");
    renamed.announcer.info(BOTH);
    await until(() => renamed.publisher.stats().classes.cleared?.published === 5, "the old tree is cleared");
    const topics = Object.keys(await held(place));
    expect(topics.toSorted()).toEqual([
      "quay/camera/gate/enabled",
      "quay/camera/yard/enabled",
      "quay/info",
      "quay/status",
    ]);
  });

  test("a camera that leaves a running daemon is reported as ended, and its topic holds nothing", async () => {
    const place = await start();
    const subscriber = await subscribe(place.broker.url, "millrace/#");
    closers.push(subscriber.close);
    const { publisher, announcer } = announcing(place);
    await until(() => publisher.connected, "it is connected");
    announcer.info(BOTH);
    announcer.cameraStarting("yard");
    announcer.info({ ...BOTH, cameras: ["gate"] });
    await subscriber.count("millrace/dock/camera/yard/status", 3);
    expect(subscriber.texts("millrace/dock/camera/yard/status").map(stateOf)).toEqual(["starting", "ended", ""]);
    expect(Object.keys(await held(place))).not.toContain("dock/camera/yard/status");
  });

  test("when the clock was set, states are published again with times of the new one, and info says so", async () => {
    const place = await start();
    const subscriber = await subscribe(place.broker.url, "millrace/#");
    closers.push(subscriber.close);
    const { publisher, announcer } = announcing(place);
    await until(() => publisher.connected, "it is connected");
    announcer.info(BOTH);
    announcer.cameraStarting("gate");
    announcer.observe({ type: "clock_stepped", byMs: 3_600_000 });
    await subscriber.count("millrace/dock/camera/gate/status", 2);
    await subscriber.count("millrace/dock/info", 2);
    const [before, after] = subscriber.texts("millrace/dock/camera/gate/status").map((text) => JSON.parse(text));
    expect(Date.parse(after.since) - Date.parse(before.since)).toBe(3_600_000);
    const infos = subscriber.texts("millrace/dock/info").map((text) => JSON.parse(text).clock);
    expect(infos).toEqual([undefined, { stepped_s: 3600, at: expect.any(String) }]);
  });
});
