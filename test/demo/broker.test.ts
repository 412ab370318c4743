import { subscribe as subscribeChannel, unsubscribe as unsubscribeChannel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { openEmbeddedBroker } from "../../src/demo/broker.ts";
import { sendsAtOnce } from "../helpers/wire.ts";

test("the embedded broker passes messages on at once", async () => {
  const broker = await openEmbeddedBroker(() => {});
  onTestFinished(broker.close);
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribeChannel("net.server.socket", note);
  onTestFinished(() => void unsubscribeChannel("net.server.socket", note));
  const client = await connectAsync(broker.url, { protocolVersion: 4 });
  await client.publishAsync("t", "1", { qos: 1 });
  await client.endAsync();
  expect(sockets.map(sendsAtOnce)).toEqual([true]);
});
