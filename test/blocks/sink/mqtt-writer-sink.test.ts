import { connect } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { mqttWriterSinkV1 } from "../../../src/blocks/sink/mqtt-writer-sink.ts";
import { openEmbeddedBroker } from "../../../src/demo/broker.ts";
import { openSink } from "./open-sink.ts";

async function openBroker() {
  const broker = await openEmbeddedBroker(() => {});
  onTestFinished(() => broker.close());
  const { hostname, port } = new URL(broker.url);
  return { url: broker.url, host: hostname, port: Number(port) };
}

test("messages reach the broker that the step names, over one connection", async () => {
  const { url, host, port } = await openBroker();
  const client = connect(url);
  onTestFinished(() => void client.end(true));
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    client.on("message", (topic, payload, { retain }) => {
      received.push(`${topic} ${payload.toString()} ${retain}`);
      if (received.length === 3) resolve();
    });
  });
  await client.subscribeAsync("plant/#", { qos: 1 });
  const sink = openSink(mqttWriterSinkV1, { host, port, topic: "plant/door", timeout: 20 });
  for (const [qos, message] of ["zero", "one", "two"].entries()) {
    expect(await sink.run({ message, qos })).toEqual({ error_status: false, message: "published" });
  }
  await all;
  expect(received.toSorted()).toEqual(["plant/door one false", "plant/door two false", "plant/door zero false"]);
});

test("a broker that is away is an error in the outputs, and costs no time until it is asked again", async () => {
  const sink = openSink(mqttWriterSinkV1, { host: "127.0.0.1", port: 9, topic: "t", message: "m", timeout: 0.5004 });
  expect(await sink.run()).toMatchObject({ error_status: true });
  expect((await sink.run())["message"]).toMatch(/^the broker is away, the next attempt is in/);
  expect(sink.events.map((event) => "code" in event && event.code)).toEqual(["PUBLISH_FAILED", "PUBLISH_AWAY"]);
});

test("a delivery that MQTT does not have is refused", async () => {
  const sink = openSink(mqttWriterSinkV1, {
    host: "127.0.0.1",
    port: 9,
    topic: "t",
    message: "m",
    qos: 3,
    timeout: 0.1234,
  });
  expect(await sink.run()).toEqual({ error_status: true, message: '"qos" is 3, expected 0, 1 or 2' });
});
