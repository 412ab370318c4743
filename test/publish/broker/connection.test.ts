import { spawnSync } from "node:child_process";
import { subscribe as subscribeChannel, unsubscribe as unsubscribeChannel } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, connect as openSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Inbox } from "../../../src/publish/broker/broker-inbox.ts";
import type { BrokerSettings } from "../../../src/publish/broker/broker-settings.ts";
import { type ConnectionHooks, openConnection } from "../../../src/publish/broker/connection.ts";
import { probeBroker } from "../../../src/publish/broker/probe.ts";
import type { PublishReport } from "../../../src/publish/report/report.ts";
import { type Broker, type BrokerOptions, freePort, lacksBroker, startBroker, until } from "../../helpers/broker.ts";
import { subscribe } from "../../helpers/subscriber.ts";
import { openWire, sendsAtOnce, type Wire } from "../../helpers/wire.ts";

const STATUS = "millrace/dock-3/status";
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function broker(options?: BrokerOptions): Promise<Broker> {
  const started = await startBroker(options);
  closers.push(started.close);
  return started;
}

async function listen(url: string) {
  const subscriber = await subscribe(url);
  closers.push(subscriber.close);
  return subscriber;
}

function connection(settings: Partial<BrokerSettings> & { url: string }, hooks: Partial<ConnectionHooks> = {}) {
  const reports: PublishReport[] = [];
  const report = (event: PublishReport) => void reports.push(event);
  const retry = { firstMs: 20, longestMs: 100 };
  const opened = openConnection({ prefix: "millrace", device: "dock-3", retry, ...settings }, { report, ...hooks });
  closers.push(() => opened.close(500));
  const reported = (type: PublishReport["type"]) =>
    until(() => reports.some((event) => event.type === type), `${type} is reported`);
  return { ...opened, opened, reports, reported };
}

async function wire(port: number): Promise<Wire> {
  const opened = await openWire(port);
  closers.push(opened.close);
  return opened;
}

function lacksOpenssl(): boolean {
  const lacking = spawnSync("openssl", ["version"]).error !== undefined;
  if (lacking) process.stderr.write("skipped: openssl not found\n");
  return lacking;
}

async function makeCertificate(): Promise<{ folder: string; pem: string }> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-certificate-"));
  closers.push(() => rm(folder, { recursive: true }));
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${folder}/key.pem`];
  spawnSync("openssl", ["req", "-x509", "-days", "2", ...key, "-out", `${folder}/cert.pem`, ...names]);
  return { folder, pem: await readFile(`${folder}/cert.pem`, "utf8") };
}

describe.skipIf(lacksBroker())("connection", () => {
  test("says online when it is connected, and stopping and offline when it is closed", async () => {
    const { url } = await broker();
    const subscriber = await listen(url);
    const { opened, announce, close, reported, reports } = connection({ url });
    await reported("broker_connected");
    await subscriber.count(STATUS, 1);
    announce("stopping");
    await close(2000);
    await subscriber.count(STATUS, 3);
    expect(subscriber.texts(STATUS)).toEqual(["online", "stopping", "offline"]);
    expect(opened.connected).toBe(false);
    expect(reports).toEqual([{ type: "broker_connected", url, protocolVersion: 5, attempts: 1 }]);
  });

  test("its status is retained for whoever comes later", async () => {
    const { url } = await broker();
    const { reported } = connection({ url });
    await reported("broker_connected");
    const late = await listen(url);
    await late.count(STATUS, 1);
    expect(late.heard[0]).toMatchObject({ text: "online", packet: { retain: true, qos: 1 } });
  });

  test.each([4, 5] as const)("the broker says offline when the connection is cut (protocol %i)", async (protocol) => {
    const { url, port } = await broker();
    const subscriber = await listen(url);
    const line = await wire(port);
    const { reported } = connection({ url: line.url, protocol, willDelayS: 1 });
    await reported("broker_connected");
    await subscriber.count(STATUS, 1);
    line.close();
    await subscriber.count(STATUS, 2);
    expect(subscriber.texts(STATUS)).toEqual(["online", "offline"]);
    await reported("broker_lost");
  });

  test("falls back to MQTT 3.1.1 where MQTT 5 is refused", async () => {
    const { url } = await broker({ protocolV3Only: true });
    const { reported, reports } = connection({ url });
    await reported("broker_connected");
    expect(reports).toMatchObject([{ type: "broker_connected", protocolVersion: 4, attempts: 1 }]);
  });

  test("a refusal of the only version asked for is a protocol fault", async () => {
    const { url } = await broker({ protocolV3Only: true });
    const { opened, reported, reports } = connection({ url, protocol: 5 });
    await reported("broker_refused");
    expect(reports[0]).toMatchObject({ kind: "protocol", code: "PUBLISH_PROTOCOL_UNSUPPORTED" });
    expect(opened.connected).toBe(false);
  });

  test("falls back to MQTT 3.1.1 where a broker hangs up on MQTT 5", async () => {
    const { port } = await broker();
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", (hello: Buffer) => {
        if (hello[hello.indexOf("MQTT") + 4] === 5) {
          socket.destroy();
          return;
        }
        const behind = openSocket(port, "127.0.0.1");
        behind.on("error", () => socket.destroy());
        behind.write(hello);
        socket.pipe(behind).pipe(socket);
      });
    }).listen(0, "127.0.0.1");
    closers.push(() => server.close());
    await once(server, "listening");
    const { reported, reports } = connection({
      url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    });
    await reported("broker_connected");
    expect(reports[0]).toMatchObject({ protocolVersion: 4 });
  });

  test.each([4, 5] as const)(
    "a wrong password is reported as such and never counts as connected (%i)",
    async (protocol) => {
      const { url, port } = await broker({ credentials: { username: "dock", password: "right" } });
      let ups = 0;
      const settings = { url: `mqtt://dock:wr%C3%B6ng@127.0.0.1:${port}`, protocol };
      const { opened, reported, reports } = connection(settings, { up: () => void ups++ });
      await reported("broker_refused");
      await until(() => reports.length >= 3, "it tried again");
      expect(reports[0]).toMatchObject({ kind: "not_authorized", code: "PUBLISH_NOT_AUTHORIZED", url });
      expect(JSON.stringify(reports)).not.toMatch(/wröng|wr%C3/);
      expect([opened.connected, ups]).toEqual([false, 0]);
    },
  );

  test("the right password connects", async () => {
    const { url } = await broker({ credentials: { username: "dock", password: "right" } });
    const { reported } = connection({ url, username: "dock", password: "right" });
    await reported("broker_connected");
  });

  test("starts while the broker is down, and connects when it comes", async () => {
    const port = await freePort();
    const { reported, reports } = connection({ url: `mqtt://127.0.0.1:${port}` });
    await reported("broker_refused");
    expect(reports[0]).toMatchObject({ kind: "unreachable", attempts: 1, retryInMs: expect.any(Number) });
    await broker({ port });
    await reported("broker_connected");
  });

  test("comes back when the broker was away, and what was in flight is settled as lost", async () => {
    const { url, stop, start, pause } = await broker();
    const { send, reported, reports } = connection({ url });
    await reported("broker_connected");
    pause();
    const outcomes: string[] = [];
    send({ topic: "t", payload: "x", qos: 1, retained: false }, (outcome) => outcomes.push(outcome));
    await stop();
    await reported("broker_lost");
    expect(outcomes).toEqual(["lost"]);
    await start();
    await until(() => reports.at(-1)?.type === "broker_connected", "it is connected again");
  });

  test("a plain broker on a TLS address is a TLS fault or no answer, not a crash", async () => {
    const { port } = await broker();
    const { reported, reports } = connection({ url: `mqtts://127.0.0.1:${port}` });
    await reported("broker_refused");
    expect(["tls", "refused"]).toContain((reports[0] as { kind: string }).kind);
  });

  test("speaks through WebSocket", async () => {
    const port = await freePort();
    await broker({ config: [`listener ${port} 127.0.0.1`, "protocol websockets"] });
    const { reported } = connection({ url: `ws://127.0.0.1:${port}/mqtt` });
    await reported("broker_connected");
  });

  test("the reason a broker gives for a disconnect is reported", async () => {
    const [accepted, takenOver] = [Buffer.from([0x20, 3, 0, 0, 0]), Buffer.from([0xe0, 2, 0x8e, 0])];
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => {
        socket.write(accepted);
        socket.once("data", () => socket.end(takenOver));
      });
    }).listen(0, "127.0.0.1");
    closers.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { reported, reports } = connection({ url: `mqtt://127.0.0.1:${port}` });
    await reported("broker_lost");
    expect(reports[1]).toMatchObject({
      kind: "refused",
      message: expect.stringContaining('the same client id "millrace-dock-3"'),
    });
  });

  test.each([4, 5] as const)(
    "two boxes of one name: a take-over is reported with the client id (%i)",
    async (protocol) => {
      const told = 'look for another client with the id "millrace-dock-3"';
      const { url } = await broker();
      const first = connection({ url, protocol, retry: { firstMs: 60_000 } });
      await first.reported("broker_connected");
      const second = connection({ url, protocol });
      await second.reported("broker_connected");
      await first.reported("broker_lost");
      expect(first.reports.at(-1)).toMatchObject({ message: expect.stringContaining(told) });
    },
  );

  test("messages leave at once, without waiting for the acknowledgement of earlier ones", async () => {
    const { url } = await broker();
    const sockets: Socket[] = [];
    const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
    subscribeChannel("net.client.socket", note);
    closers.push(() => unsubscribeChannel("net.client.socket", note));
    const { reported } = connection({ url });
    await reported("broker_connected");
    expect(sockets.map(sendsAtOnce)).toEqual([true]);
  });

  test("a probe tells the version or the fault, and leaves no status behind", async () => {
    const { url } = await broker({ credentials: { username: "dock", password: "right" } });
    const settings = { url, prefix: "millrace", device: "dock-3" };
    await expect(probeBroker(settings, "dock/doctor")).rejects.toMatchObject({ kind: "not_authorized" });
    expect(await probeBroker({ ...settings, username: "dock", password: "right" }, "dock/doctor")).toEqual({
      version: 5,
      refusal: null,
    });
  });

  test("no more is in flight than the broker allows", async () => {
    const { url } = await broker({ config: ["max_inflight_messages 3"] });
    const { opened, send, reported } = connection({ url });
    await reported("broker_connected");
    await until(() => opened.room === 3, "the status is acknowledged");
    const done = Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        return new Promise<string>((resolve) => {
          send({ topic: "t", payload: String(i), qos: 1, retained: false }, resolve);
        });
      }),
    );
    expect(opened.room).toBe(0);
    expect(new Set(await done)).toEqual(new Set(["acknowledged"]));
  });

  test("commands of others arrive, retained ones do not", async () => {
    const { url } = await broker();
    const subscriber = await listen(url);
    await subscriber.publish("millrace/dock-3/cmd/old", "long ago", true);
    const received: string[] = [];
    const inbox: Inbox = {
      topics: ["millrace/dock-3/cmd/+"],
      receive: ({ topic, payload }) => void received.push(`${topic} ${Buffer.from(payload)}`),
    };
    const { reported } = connection({ url }, { inbox: () => inbox });
    await reported("broker_connected");
    await until(async () => {
      await subscriber.publish("millrace/dock-3/cmd/reload", "now");
      return received.length > 0;
    }, "a command arrives");
    expect(new Set(received)).toEqual(new Set(["millrace/dock-3/cmd/reload now"]));
  });

  test("a short cut is not told to anybody on MQTT 5", async () => {
    const { url, port } = await broker();
    const subscriber = await listen(url);
    const line = await wire(port);
    const { reports, reported } = connection({ url: line.url, willDelayS: 1 });
    await reported("broker_connected");
    line.drop();
    await until(() => reports.filter(({ type }) => type === "broker_connected").length === 2, "it is connected again");
    const other = await wire(port);
    const gone = connection({ url: other.url, device: "dock-4", willDelayS: 2 });
    await gone.reported("broker_connected");
    other.close();
    await until(() => subscriber.texts("millrace/dock-4/status").includes("offline"), "a later will is published");
    expect(subscriber.texts(STATUS)).toEqual(["online", "online"]);
  });

  test.skipIf(lacksOpenssl())(
    "a certificate of an unknown authority is a TLS fault, of a known one it connects",
    async () => {
      const { folder, pem } = await makeCertificate();
      const files = [`certfile ${folder}/cert.pem`, `keyfile ${folder}/key.pem`];
      const { port } = await broker({ config: files });
      const url = `mqtts://127.0.0.1:${port}`;
      const stranger = connection({ url });
      await stranger.reported("broker_refused");
      expect(stranger.reports[0]).toMatchObject({ kind: "tls", code: "PUBLISH_TLS_FAILED" });
      const { reported } = connection({ url, device: "dock-4", tls: { ca: pem } });
      await reported("broker_connected");
    },
  );

  test("a close with a frozen broker ends within its bound", async () => {
    const { url, pause } = await broker();
    const { opened, reported, close } = connection({ url });
    await reported("broker_connected");
    pause();
    await close(200);
    expect(opened.connected).toBe(false);
  });
});

describe("connection settings", () => {
  test.each(["localhost:1883", "http://broker", "mqtt://"])("%s is no address of a broker", (url) => {
    expect(() => openConnection({ url, prefix: "millrace", device: "d" }, { report: () => {} })).toThrow(
      expect.objectContaining({ code: "PUBLISH_BAD_URL" }),
    );
  });
});
