import { z } from "zod";
import { FORMAT_NAMES } from "../../../publish/formats/formats.ts";
import { passwordFile } from "./fields.ts";
import { takers } from "./taker.ts";

const HomeAssistant = z.strictObject({
  prefix: z
    .string()
    .regex(/^[^#+/\s]+$/)
    .default("homeassistant")
    .describe("Home Assistant's discovery prefix"),
  name: z.string().min(1).optional().describe("Name of the box; `device` by default"),
  names: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe("Names of cameras, zones, classes and outputs, by their ids"),
  units: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe("Units of outputs and of counts of classes, by their names; `count` for all counts"),
});

/** The broker. */
export const Mqtt = z.strictObject({
  url: z
    .string()
    .regex(/^(mqtts?|wss?):\/\//i, { error: "expected an address such as mqtt://host:1883" })
    .describe("Broker: mqtt://, mqtts://, ws:// or wss://"),
  username: z.string().optional().describe("User name at the broker, instead of one in the address"),
  password: z.string().optional().describe("Password at the broker; better a reference to an environment variable"),
  password_file: passwordFile,
  client_id: z.string().optional().describe("Client id; millrace-<device> by default"),
  prefix: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}(\/[a-z0-9_-]{1,64})?$/)
    .default("millrace")
    .describe("First one or two levels of every topic")
    .register(takers, { taker: "daemon" }),
  protocol: z
    .enum(["auto", "5", "3.1.1"])
    .default("auto")
    .describe("auto: MQTT 5, or 3.1.1 where the broker refuses that"),
  commands: z
    .enum(["none", "cameras", "all"])
    .default("cameras")
    .describe(
      "What may be asked for over MQTT by all whom the broker lets write: the switch and the snapshot of a camera, also parameters, reload and log level, or nothing",
    ),
  home_assistant: z
    .union([z.boolean(), HomeAssistant])
    .default(false)
    .describe(
      "Announce the box and its cameras to Home Assistant: true, or a map with `prefix`, `name`, `names` and `units`",
    ),
  formats: z
    .array(z.enum(FORMAT_NAMES))
    .default([])
    .describe("Forms of other programs in which events are published as well")
    .register(takers, { taker: "reading" }),
  keep_alive_s: z.int().min(5).max(3600).default(30).describe("Seconds between keep-alive packets"),
  ca_file: z.string().optional().describe("PEM file with the broker's certificate authority"),
  cert_file: z.string().optional().describe("PEM file with the client's certificate"),
  key_file: z.string().optional().describe("PEM file with the client's key"),
  verify: z.boolean().default(true).describe("Whether the broker's certificate must be valid"),
  spool_mb: z
    .number()
    .min(0.1)
    .max(10_000)
    .default(64)
    .describe("Most disk space for events that wait for the broker")
    .register(takers, { taker: "daemon" }),
  spool_days: z
    .number()
    .min(0.01)
    .max(365)
    .default(7)
    .describe("Events older than this are dropped")
    .register(takers, { taker: "daemon" }),
});
