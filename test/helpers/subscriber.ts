import { connectAsync, type IPublishPacket } from "mqtt";
import { until } from "./broker.ts";

export interface Heard {
  topic: string;
  text: string;
  packet: IPublishPacket;
}

/** A client that keeps everything published under `filter`; it comes back when the broker was away. */
export async function subscribe(url: string, filter = "#") {
  const heard: Heard[] = [];
  const client = await connectAsync(url, { reconnectPeriod: 50, protocolVersion: 5 });
  let subscriptions = 0;
  client.on("message", (topic, payload, packet) => heard.push({ topic, text: payload.toString(), packet }));
  client.on("connect", () => {
    client.subscribe(filter, { qos: 1, rap: true }, () => {
      subscriptions += 1;
    });
  });
  await client.subscribeAsync(filter, { qos: 1, rap: true });
  return {
    heard,
    texts: (topic: string) => heard.filter((message) => message.topic === topic).map((message) => message.text),
    /** Waits until a topic has had so many messages. */
    async count(topic: string, least: number) {
      const enough = () => heard.filter((message) => message.topic === topic).length >= least;
      await until(
        enough,
        `${least} messages on ${topic}, heard ${JSON.stringify(heard.map((m) => m.text)).slice(0, 500)}`,
      );
    },
    /** Waits for the next subscription after a reconnect. */
    resubscribed: () => until(() => subscriptions > 0, "the subscriber is back"),
    publish: (topic: string, text: string, retain = false) => client.publishAsync(topic, text, { qos: 1, retain }),
    close: () => client.endAsync(true),
  };
}
