import { z } from "zod";
import { messageOf, StepError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import { SINKS_ARE_OFF } from "./sink-fields.ts";

const text = () => orRef(z.string(), "string");

export const mqttWriterSinkV1 = defineBlock({
  type: "roboflow_enterprise/mqtt_writer_sink@v1",
  aliases: ["mqtt_writer_sink@v1"],
  category: "sink",
  summary: "Publishes a message to an MQTT broker.",
  inputs: () =>
    z.object({
      host: text().describe("Name of the broker, or its address: mqtt:// or mqtts:// in front of it chooses TLS."),
      port: orRef(z.int(), "integer").describe("Port of the broker."),
      topic: text().describe("Topic."),
      message: text().describe("Payload."),
      qos: orRef(z.int(), "integer").default(0).describe("Delivery: 0, 1 or 2."),
      retain: orRef(z.boolean(), "boolean")
        .default(false)
        .describe("Whether the broker keeps it for later subscribers."),
      timeout: orRef(z.number(), "float")
        .default(0.5)
        .describe(
          "Seconds to wait for the broker; one that is away is asked again after a while, and costs no time until then.",
        ),
      username: text().nullable().default(null).describe("User name at the broker."),
      password: text().nullable().default(null).describe("Password at the broker."),
    }),
  outputs: { error_status: "boolean", message: "string" },
  sink: true,
  needs: ["mqtt", "background", "environment"],
  example: {
    host: "broker.local",
    port: 1883,
    topic: "plant/door",
    message: "$steps.text.output",
    qos: 1,
  },
  async run(inputs, { step, services: { mqtt, background, environment } }) {
    if (background.isOff) return { error_status: false, message: SINKS_ARE_OFF };
    const { topic, message: payload, retain, username, password } = inputs;
    if (password !== null) environment.keepSecret(password);
    const login = { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) };
    const timeoutMs = Math.max(1, inputs.timeout * 1000);
    try {
      await background.attend(step, () =>
        mqtt.publish({ url: urlOf(inputs), ...login, topic, payload, qos: qosOf(inputs.qos), retain, timeoutMs }),
      );
      return { error_status: false, message: "published" };
    } catch (error) {
      return { error_status: true, message: messageOf(error) };
    }
  },
});

function urlOf({ host, port }: { host: string; port: number }): string {
  const [, scheme = "mqtt://", name = host] = /^(mqtts?:\/\/|wss?:\/\/)?(.*)$/.exec(host) ?? [];
  return `${scheme}${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`;
}

function qosOf(qos: number): 0 | 1 | 2 {
  if (qos === 0 || qos === 1 || qos === 2) return qos;
  throw new StepError("STEP_INPUT", `"qos" is ${qos}, expected 0, 1 or 2`);
}
