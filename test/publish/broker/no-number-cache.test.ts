import { expect, test } from "vitest";
import { packetLibrary } from "../../../src/publish/broker/packet-library.ts";
import { probeBroker } from "../../../src/publish/broker/probe.ts";
import { startBroker } from "../../helpers/broker.ts";

test("a connection keeps no buffer for each number of two bytes", async () => {
  const broker = await startBroker();
  await probeBroker({ url: broker.url, prefix: "millrace", device: "dock-3" }, "#");
  await broker.close();
  const { cache } = packetLibrary("mqtt-packet/numbers") as { cache: object };
  expect(Object.keys(cache)).toEqual([]);
});
