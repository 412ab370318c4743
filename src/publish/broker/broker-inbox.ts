import type { MqttClient } from "mqtt";
import { messageOf } from "../../base/errors.ts";
import type { Report } from "../report/report.ts";

/** A message from another client. */
export interface Received {
  topic: string;
  payload: Uint8Array;
  /** Where and with what an answer is expected, MQTT 5. */
  responseTopic?: string;
  correlationData?: Uint8Array;
}

/** What to listen for. Retained messages are not passed on: a command is meant for the moment it is given. */
export interface Inbox {
  topics: readonly string[];
  receive(message: Received): void;
}

/** Subscribes a connected client; refusals are reported. Resolves when the broker has answered for every topic, or the connection is lost. */
export async function openInbox(client: MqttClient, { topics, receive }: Inbox, report: Report): Promise<void> {
  client.on("message", (topic, payload, { retain, properties = {} }) => {
    const { responseTopic, correlationData } = properties;
    if (retain) return;
    receive({
      topic,
      payload,
      ...(responseTopic === undefined ? {} : { responseTopic }),
      ...(correlationData === undefined ? {} : { correlationData }),
    });
  });
  await Promise.all(topics.map((topic) => subscribe(client, topic, report)));
}

function subscribe(client: MqttClient, topic: string, report: Report): Promise<void> {
  return new Promise((resolve) => {
    client.subscribe(topic, { qos: 1, nl: true }, (error, granted) => {
      resolve();
      const refused = granted?.some(({ qos }) => qos >= 128);
      if (!client.connected || (error === null && !refused)) return;
      report({ type: "subscription_refused", topic, message: error === null ? "refused" : messageOf(error) });
    });
  });
}
