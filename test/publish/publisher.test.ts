import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { packetSize } from "../../src/publish/broker/packet-size.ts";
import type { Message } from "../../src/publish/messages/message-class.ts";
import { framePayloads } from "../../src/publish/messages/payload.ts";
import { openSequence } from "../../src/publish/messages/sequence.ts";
import { outboxFields } from "../../src/publish/outbox/outbox-fields.ts";
import { openPublisher, type PublisherSettings } from "../../src/publish/publisher.ts";
import type { PublishReport } from "../../src/publish/report/report.ts";
import { freePort, lacksBroker, startBroker, until } from "../helpers/broker.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { openWire } from "../helpers/wire.ts";

const EVENTS = "millrace/dock-3/camera/gate/events";
const DETECTIONS = "millrace/dock-3/camera/gate/detections";
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "millrace-outbox-"));
  closers.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function broker(options?: Parameters<typeof startBroker>[0]) {
  const started = await startBroker(options);
  closers.push(started.close);
  return started;
}

async function listen(url: string) {
  const subscriber = await subscribe(url);
  closers.push(subscriber.close);
  return subscriber;
}

function settingsOf(url: string) {
  return { url, prefix: "millrace", device: "dock-3", retry: { firstMs: 20, longestMs: 50 } };
}

function publishing(url: string, settings: Partial<PublisherSettings> = {}) {
  const reports: PublishReport[] = [];
  const publisher = openPublisher({
    broker: settingsOf(url),
    report: (event) => void reports.push(event),
    ...settings,
  });
  closers.push(() => publisher.close(500));
  const connected = () => until(() => publisher.connected, "it is connected");
  const away = () => until(() => !publisher.connected, "the broker is away");
  return { publisher, reports, connected, away };
}

function message(name: Message["class"], topic: string, payload: string): Message {
  return { class: name, topic, payload };
}

function enveloped(value: number): string {
  const stamp = {
    camera: "gate",
    sequence: value,
    pts: 0,
    timestamp: 0,
    clockS: 0,
    timestampSource: "file",
    width: 8,
    height: 8,
  };
  const payloads = framePayloads({ device: "dock-3", boot: "7f2c", sequence: openSequence() });
  return payloads.output({ ...stamp, timestampSource: "file" }, { name: "n", value }, {});
}

function values(texts: string[]) {
  return texts.map((text) => {
    const { value, replayed } = JSON.parse(text) as { value: number; replayed: boolean };
    return { value, replayed };
  });
}

const sequence = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe.skipIf(lacksBroker())("publisher", () => {
  test("delivers each class with its QoS, retention, content type and expiry", async () => {
    const { url } = await broker();
    const subscriber = await listen(url);
    const { publisher, connected } = publishing(url);
    await connected();
    const send = (name: Message["class"]) => publisher.publish(message(name, `t/${name}`, "{}"));
    const classes: Message["class"][] = ["detections", "events", "camera_status", "snapshot"];
    classes.forEach(send);
    for (const name of classes) await subscriber.count(`t/${name}`, 1);
    const seen = subscriber.heard.filter(({ topic }) => topic.startsWith("t/"));
    const facts = seen.map(({ topic, packet }) => [
      topic,
      packet.qos,
      packet.retain,
      packet.properties?.contentType,
      packet.properties?.messageExpiryInterval,
    ]);
    expect(facts.toSorted()).toEqual([
      ["t/camera_status", 1, true, "application/json", undefined],
      ["t/detections", 0, false, "application/json", 10],
      ["t/events", 1, false, "application/json", 604800],
      ["t/snapshot", 0, true, "application/json", undefined],
    ]);
  });

  test("while the broker is away events are kept, then delivered in order as replayed; detections are dropped and counted", async () => {
    const { url, port, stop, start } = await broker();
    const wire = await openWire(port);
    closers.push(wire.close);
    const subscriber = await listen(url);
    const { publisher, connected, away } = publishing(wire.url, { spoolDirectory: await folder() });
    await connected();
    publisher.publish(message("output_event", EVENTS, enveloped(0)));
    await subscriber.count(EVENTS, 1);
    await stop();
    await away();
    wire.close();
    for (const value of sequence(1, 300)) publisher.publish(message("output_event", EVENTS, enveloped(value)));
    for (const _ of sequence(0, 7)) publisher.publish(message("detections", DETECTIONS, "{}"));
    expect(publisher.stats()).toMatchObject({
      classes: {
        detections: { published: 0, dropped: { not_connected: 7 } },
        output_event: { published: 1, spooled: 299 },
      },
      spool: { depth: 299, storage: "disk" },
    });
    await start();
    // The subscriber has to be back first: a broker drops messages without subscribers.
    await subscriber.resubscribed();
    await wire.open();
    await subscriber.count(EVENTS, 300);
    await until(() => publisher.stats().spool.depth === 0, "everything is acknowledged");
    publisher.publish(message("output_event", EVENTS, enveloped(300)));
    await subscriber.count(EVENTS, 301);
    const expected = sequence(0, 301).map((value) => ({ value, replayed: value !== 0 && value !== 300 }));
    expect(values(subscriber.texts(EVENTS))).toEqual(expected);
    expect(subscriber.texts(DETECTIONS)).toEqual([]);
    expect(publisher.stats().classes.output_event).toEqual({ published: 301, dropped: {}, spooled: 299 });
  });

  test("events that a killed process had spooled are delivered by the next one", async () => {
    const directory = await folder();
    const port = await freePort();
    const script = fileURLToPath(new URL("../helpers/spool-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script, directory, `mqtt://127.0.0.1:${port}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    closers.push(() => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    const { url } = await broker({ port });
    const subscriber = await listen(url);
    const { publisher } = publishing(url, { spoolDirectory: directory });
    await until(() => publisher.connected && publisher.stats().spool.depth === 0, "the rest of the other is delivered");
    const topic = "millrace/dock-3/workflow/w/output/n";
    await subscriber.count(topic, 100);
    const heard = values(subscriber.texts(topic));
    expect(heard).toEqual(sequence(0, heard.length).map((value) => ({ value, replayed: true })));
    expect(JSON.parse(subscriber.texts(topic)[0]!)).toMatchObject({ boot: "dead" });
  });

  test("states are sent again to a broker that has lost them, the latest of each topic alone", async () => {
    const { url, stop, start } = await broker();
    const { publisher, connected, away } = publishing(url);
    await connected();
    publisher.publish(message("info", "t/info", "birth"));
    await until(() => publisher.stats().classes.info?.published === 1, "it is delivered");
    await stop();
    await away();
    for (const text of ["a", "b", "c"]) publisher.publish(message("camera_status", "t/camera", text));
    expect(publisher.stats().classes.camera_status).toEqual({ published: 0, dropped: { superseded: 2 }, spooled: 0 });
    await start();
    await until(() => publisher.stats().classes.camera_status?.published === 1, "the state is delivered");
    const late = await listen(url);
    await late.count("t/camera", 1);
    await late.count("t/info", 1);
    expect([late.texts("t/info"), late.texts("t/camera")]).toEqual([["birth"], ["c"]]);
  });

  test("another broker gets every state and all that waited, and the old one that the device is gone", async () => {
    const [one, two] = [await broker(), await broker()];
    const [old, heard] = [await listen(one.url), await listen(two.url)];
    const { publisher, connected } = publishing(one.url);
    await connected();
    publisher.publish(message("info", "t/info", "birth"));
    await until(() => publisher.stats().classes.info?.published === 1, "it is delivered");
    for (const value of sequence(0, 50)) publisher.publish(message("events", EVENTS, String(value)));
    const again = { url: two.url, prefix: "millrace", device: "dock-3", retry: { firstMs: 20, longestMs: 50 } };
    await publisher.reconnect(again, 2000);
    publisher.publish(message("events", EVENTS, "50"));
    await until(() => publisher.connected && publisher.stats().spool.depth === 0, "all is delivered");
    await heard.count("t/info", 1);
    await heard.count("millrace/dock-3/status", 1);
    const events = [...old.texts(EVENTS), ...heard.texts(EVENTS)].map(Number);
    expect([...new Set(events)]).toEqual(sequence(0, 51));
    expect(heard.texts("millrace/dock-3/status")).toEqual(["online"]);
    const late = await listen(one.url);
    await late.count("millrace/dock-3/status", 1);
    expect(late.texts("millrace/dock-3/status")).toEqual(["offline"]);
  });

  test("an impossible one is refused, and the old broker stays", async () => {
    const { url } = await broker();
    const { publisher, connected } = publishing(url);
    await connected();
    const wrong = { url: "gopher://127.0.0.1", prefix: "millrace", device: "dock-3" };
    await expect(publisher.reconnect(wrong, 2000)).rejects.toMatchObject({ code: expect.stringMatching(/^PUBLISH_/) });
    await connected();
    publisher.publish(message("events", EVENTS, "1"));
    await until(() => publisher.stats().classes.events?.published === 1, "it is delivered");
  });

  test("a frozen broker makes the outbox keep events and stay within its window", async () => {
    const { url, pause, resume } = await broker();
    const subscriber = await listen(url);
    const { publisher, connected } = publishing(url);
    await connected();
    await until(() => publisher.stats().inFlight === 0, "the start is over");
    pause();
    for (const value of sequence(0, 500)) publisher.publish(message("events", EVENTS, String(value)));
    expect(publisher.stats().inFlight).toBeLessThanOrEqual(20);
    expect(publisher.stats().spool.depth).toBe(500);
    resume();
    await subscriber.count(EVENTS, 500);
    expect(subscriber.texts(EVENTS)).toEqual(sequence(0, 500).map(String));
  });

  test("a frozen broker makes frames' detections drop instead of piling up", async () => {
    const { url, pause } = await broker();
    const { publisher, connected } = publishing(url);
    await connected();
    pause();
    const payload = "x".repeat(100_000);
    for (const _ of sequence(0, 400)) publisher.publish(message("detections", DETECTIONS, payload));
    const { published, dropped } = publisher.stats().classes.detections!;
    expect(dropped.backpressure).toBeGreaterThan(0);
    expect(published + dropped.backpressure!).toBe(400);
  });

  test("large messages that pile up leave room for the small ones of others", async () => {
    const { url, pause, resume } = await broker();
    const { publisher, connected } = publishing(url);
    const subscriber = await listen(url);
    await connected();
    pause();
    for (const _ of sequence(0, 200)) publisher.publish(message("output", "t/large", "x".repeat(300_000)));
    for (const value of sequence(0, 100)) publisher.publish(message("detections", DETECTIONS, String(value)));
    resume();
    await subscriber.count(DETECTIONS, 100);
    expect(publisher.stats().classes.output?.dropped.backpressure).toBeGreaterThan(0);
    expect(publisher.stats().classes.detections).toMatchObject({ published: 100, dropped: {} });
  });

  test("a message without acknowledgement that would hold up all others is not sent, which is reported", async () => {
    const { url } = await broker();
    const { publisher, connected, reports } = publishing(url);
    await connected();
    publisher.publish(message("output", "t/huge", "x".repeat(5_000_000)));
    publisher.publish(message("output", "t/small", "1"));
    expect(publisher.stats().classes.output).toMatchObject({ published: 1, dropped: { too_large: 1 } });
    const why = "it has 5000000 bytes, which is too large";
    expect(reports).toContainEqual({ type: "message_refused", class: "output", topic: "t/huge", message: why });
  });

  test("what it counts fits the stats payload", async () => {
    const { url } = await broker();
    const { publisher, connected } = publishing(url);
    publisher.publish(message("stats", "t/stats", "{}"));
    publisher.publish(message("events", EVENTS, "{}"));
    await connected();
    await until(() => publisher.stats().spool.depth === 0, "the event is delivered");
    expect(outboxFields(publisher.stats())).toEqual({
      published: { stats: 0, events: 1 },
      dropped: { stats: { not_connected: 1 }, events: {} },
      spool: { depth: 0, bytes: 0, storage: "memory", oldest_age_s: null },
    });
  });

  test("a topic that the broker forbids is dropped, counted and told, and holds up nothing", async () => {
    const acl = join(await folder(), "acl");
    await writeFile(acl, "topic readwrite millrace/#\n");
    const { url } = await broker({ config: [`acl_file ${acl}`] });
    const { publisher, connected, reports } = publishing(url);
    await connected();
    publisher.publish(message("events", "forbidden/events", "1"));
    publisher.publish(message("events", EVENTS, "2"));
    await until(() => publisher.stats().spool.depth === 0, "both are settled");
    publisher.publish(message("events", "forbidden/tracks", "3"));
    publisher.publish(message("events", "forbidden/events", "4"));
    await until(() => publisher.stats().classes.events?.dropped.refused === 3, "all are refused");
    expect(publisher.stats().classes.events).toEqual({ published: 1, dropped: { refused: 3 }, spooled: 0 });
    const why = { type: "message_refused", class: "events", message: "Publish error: Not authorized" };
    expect(reports.filter(({ type }) => type === "message_refused")).toEqual([
      { ...why, topic: "forbidden/events" },
      { ...why, topic: "forbidden/tracks" },
    ]);
  });

  test("a message larger than the broker takes is dropped rather than breaking the connection for ever", async () => {
    const { url } = await broker({ config: ["max_packet_size 2000"] });
    const { publisher, connected, reports } = publishing(url);
    await connected();
    publisher.publish(message("events", EVENTS, "x".repeat(3000)));
    publisher.publish(message("events", EVENTS, "small"));
    await until(() => publisher.stats().spool.depth === 0, "both are settled");
    expect(publisher.stats().classes.events).toMatchObject({ published: 1, dropped: { too_large: 1 } });
    expect(reports.map(({ type }) => type)).toEqual(["broker_connected", "message_refused"]);
  });

  test.each([4, 5] as const)(
    "a state larger than the broker takes is given up and told, and everything else is delivered (protocol %i)",
    async (protocol) => {
      const { url } = await broker({ config: ["max_packet_size 2000"] });
      const subscriber = await listen(url);
      const { publisher, reports } = publishing(url, { broker: { ...settingsOf(url), protocol } });
      publisher.publish(message("events", EVENTS, "1"));
      publisher.publish(message("camera_status", "t/large", "x".repeat(3000)));
      publisher.publish(message("camera_status", "t/small", "ok"));
      publisher.publish(message("events", EVENTS, "2"));
      await until(() => reports.some(({ type }) => type === "message_refused"), "the large one is reported");
      await subscriber.count("t/small", 1);
      await until(() => publisher.connected && publisher.stats().spool.depth === 0, "the events are delivered");
      expect(publisher.stats().classes.events?.dropped).toEqual({});
      expect([...new Set(subscriber.texts(EVENTS))]).toEqual(["1", "2"]);
      expect(reports.filter(({ type }) => type === "message_refused")).toMatchObject([{ topic: "t/large" }]);
    },
  );

  test("a message that the broker refuses for its size (PUBACK 149) is reported, and the connection stays", async () => {
    const { url } = await broker({ config: ["message_size_limit 1000"] });
    const { publisher, connected, reports } = publishing(url);
    await connected();
    publisher.publish(message("camera_status", "t/large", "x".repeat(3000)));
    publisher.publish(message("events", EVENTS, "x".repeat(3000)));
    publisher.publish(message("events", EVENTS, "small"));
    await until(() => publisher.stats().spool.depth === 0, "both are settled");
    expect(publisher.stats().classes).toMatchObject({
      camera_status: { dropped: { refused: 1 } },
      events: { published: 1, dropped: { refused: 1 } },
    });
    expect(reports.map(({ type }) => type)).toEqual(["broker_connected", "message_refused", "message_refused"]);
  });

  test.each([
    [0, { published: 1, dropped: {} }],
    [1, { published: 0, dropped: { too_large: 1 } }],
  ])("what fits the broker's limit to the byte is sent, %i byte more is not", async (more, expected) => {
    const limit = 2000;
    const { url } = await broker({ config: [`max_packet_size ${limit}`] });
    const { publisher, connected } = publishing(url);
    await connected();
    const outgoing = { topic: EVENTS, payload: "", qos: 1, contentType: "application/json", expiryS: 1 } as const;
    // The length of a packet this size takes one byte more.
    const room = limit - packetSize(outgoing, 5) - 1;
    publisher.publish(message("events", EVENTS, "x".repeat(room + more)));
    await until(() => publisher.stats().spool.depth === 0, "it is settled");
    expect(publisher.stats().classes.events).toMatchObject(expected);
  });

  test("a message that breaks the connection each time is given up after some attempts", async () => {
    const { url } = await broker({ config: ["max_packet_size 2000"] });
    const { publisher, connected } = publishing(url, {
      broker: { url, prefix: "millrace", device: "dock-3", protocol: 4, retry: { firstMs: 5, longestMs: 10 } },
    });
    await connected();
    publisher.publish(message("events", EVENTS, "x".repeat(3000)));
    publisher.publish(message("events", EVENTS, "small"));
    await until(() => publisher.stats().spool.depth === 0, "both are settled");
    expect(publisher.stats().classes.events).toMatchObject({ published: 1, dropped: { undeliverable: 1 } });
  });

  test("a close delivers what is waiting and takes no more", async () => {
    const { url } = await broker();
    const subscriber = await listen(url);
    const { publisher, connected } = publishing(url);
    await connected();
    for (const value of sequence(0, 200)) publisher.publish(message("events", EVENTS, String(value)));
    const closed = publisher.close(5000);
    publisher.publish(message("events", EVENTS, "late"));
    await closed;
    await subscriber.count("millrace/dock-3/status", 3);
    expect(subscriber.texts(EVENTS)).toEqual(sequence(0, 200).map(String));
    expect(subscriber.texts("millrace/dock-3/status")).toEqual(["online", "stopping", "offline"]);
    expect(publisher.stats().classes.events?.dropped).toEqual({ closed: 1 });
  });

  test("a close while the broker is frozen ends, and the rest is on disk", async () => {
    const { url, pause } = await broker();
    const spoolDirectory = await folder();
    const { publisher, connected } = publishing(url, { spoolDirectory });
    await connected();
    pause();
    for (const value of sequence(0, 50)) publisher.publish(message("events", EVENTS, String(value)));
    await publisher.close(200);
    const { publisher: next } = publishing(`mqtt://127.0.0.1:${await freePort()}`, { spoolDirectory });
    expect(next.stats().spool.depth).toBe(50);
  });
});

describe("publisher without a broker", () => {
  test("keeps the latest state of a bounded number of topics", async () => {
    const { publisher } = publishing(`mqtt://127.0.0.1:${await freePort()}`, { latest: { maxTopics: 3 } });
    for (const topic of ["a", "b", "c", "d"]) publisher.publish(message("count", topic, "1"));
    expect(publisher.stats()).toMatchObject({ latestTopics: 3, classes: { count: { dropped: { overflow: 1 } } } });
  });
});
