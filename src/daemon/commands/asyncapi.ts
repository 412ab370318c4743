import { commandSchema, VERBS, type Verb } from "../../publish/messages/commands.ts";
import { rulesOf } from "../../publish/messages/message-class.ts";
import { PAYLOAD_NAMES, type PayloadName, PLAIN_PAYLOADS, payloadSchema } from "../../publish/messages/schemas.ts";
import { commandAddress, PUBLISHED, type Published, SWITCH_ADDRESS, VERB_WORDS } from "../../publish/published.ts";
import { VERSION } from "../report/version.ts";

type Tree = Record<string, unknown>;

const IDS: Readonly<Record<string, string>> = {
  prefix: "`mqtt.prefix`, one or two levels",
  device: "`device`",
  camera: "Id of a camera",
  zone: "Zone, `all` for the whole picture",
  class: "Class, `all` for every one",
  output: "Output of the workflow",
  pipeline: "Id of a pipeline",
  model: "Model",
  id: "Id of the command, its verb where it had none",
};

/** The AsyncAPI document of everything that goes over MQTT, with the schemas of the payloads inside. */
export function asyncApi(): Tree {
  const taken = VERBS.map(commandChannel);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "millrace over MQTT",
      version: VERSION,
      description:
        "What a daemon publishes and takes. Consumers must ignore fields they do not know; the major number of `schema` changes when a field is taken away or changes its meaning.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries([...PUBLISHED.map(channelOf), ...taken, switchChannel()]),
    operations: Object.fromEntries([...PUBLISHED.map(sendOf), ...VERBS.map(receiveOf), switchOperation()]),
    components: {
      messages: {
        ...Object.fromEntries(PAYLOAD_NAMES.map((name) => [name, messageOf(name)])),
        jpeg: { name: "jpeg", contentType: "image/jpeg", payload: { type: "string", format: "binary" } },
        ...Object.fromEntries(VERBS.map((verb) => [`command-${verb}`, commandMessage(verb)])),
      },
      schemas: {
        ...Object.fromEntries(PAYLOAD_NAMES.map((name) => [name, inside(payloadSchema(name, "draft-7"))])),
        ...Object.fromEntries(VERBS.map((verb) => [`command-${verb}`, inside(commandSchema(verb, "draft-7"))])),
      },
    },
  };
}

function keyOf({ class: of }: Published): string {
  return of;
}

function channelOf(published: Published): [string, Tree] {
  return [keyOf(published), channel(published.address, published.payload ?? "jpeg")];
}

function commandChannel(verb: Verb): [string, Tree] {
  return [`command_${verb}`, channel(commandAddress(verb), `command-${verb}`)];
}

function switchChannel(): [string, Tree] {
  return ["camera_enabled_set", channel(SWITCH_ADDRESS, "enabled")];
}

function channel(address: string, message: string): Tree {
  const names = Array.from(address.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
  return {
    address,
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
    parameters: Object.fromEntries(names.map((name) => [name, { description: IDS[name] ?? name }])),
  };
}

function sendOf(published: Published): [string, Tree] {
  const { qos, retained } = rulesOf(published.class);
  const bindings = { mqtt: { qos, retain: retained, bindingVersion: "0.2.0" } };
  return [`publish_${keyOf(published)}`, { action: "send", channel: refTo(keyOf(published)), bindings }];
}

function receiveOf(verb: Verb): [string, Tree] {
  return [`take_${verb}`, taking(`command_${verb}`, VERB_WORDS[verb])];
}

function switchOperation(): [string, Tree] {
  return ["take_camera_enabled", taking("camera_enabled_set", "Switches a camera; the result is on `result/enabled`")];
}

function taking(name: string, summary: string): Tree {
  const bindings = { mqtt: { qos: 1, retain: false, bindingVersion: "0.2.0" } };
  return { action: "receive", summary, channel: refTo(name), reply: { channel: refTo("result") }, bindings };
}

function refTo(name: string): Tree {
  return { $ref: `#/channels/${name}` };
}

function messageOf(name: PayloadName): Tree {
  const contentType = PLAIN_PAYLOADS.includes(name) ? "text/plain" : "application/json";
  return { name, contentType, payload: { $ref: `#/components/schemas/${name}` } };
}

function commandMessage(verb: Verb): Tree {
  const name = `command-${verb}`;
  return { name, contentType: "application/json", payload: { $ref: `#/components/schemas/${name}` } };
}

/** A schema within the document names no dialect of its own. */
function inside({ $schema: _, ...schema }: Tree): Tree {
  return schema;
}
