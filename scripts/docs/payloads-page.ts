import { commandSchema, VERBS, type Verb } from "../../src/publish/messages/commands.ts";
import { rulesOf } from "../../src/publish/messages/message-class.ts";
import { PAYLOAD_NAMES, type PayloadName, payloadSchema, schemaName } from "../../src/publish/messages/schemas.ts";
import { PUBLISHED, type Published, VERB_WORDS } from "../../src/publish/published.ts";
import { type JsonSchema, prose, table, words } from "./schema-words.ts";

/** docs/reference/payloads.md: topics, delivery and fields of everything published. */
export function payloadsPage(): string {
  return [
    "# MQTT topics and payloads",
    "",
    "Ids in topics are of `[a-z0-9_-]{1,64}`. Consumers must ignore fields they do not know; the major number of `schema`",
    "changes when a field is taken away or changes its meaning. `millrace schema NAME` prints the JSON Schema of a payload; the",
    "same files lie in [schemas](../../schemas), with an AsyncAPI document of all topics, [asyncapi.json](../../schemas/asyncapi.json).",
    "",
    table(["Topic", "Payload", "QoS", "Retained", "While the broker is away"], PUBLISHED.map(topicRow)),
    "",
    "Spooled messages are kept for up to `mqtt.spool_days` and `mqtt.spool_mb`, on disk when the config names a `state_dir`, and are",
    "sent with `replayed: true` when the broker is back. Dropped messages are counted in `stats`.",
    "",
    "With `mqtt.home_assistant`, `<prefix of Home Assistant>/device/<id>/config` hold a document for the box and one for each camera, with QoS 1, retained.",
    "",
    "With `mqtt.formats`, events are published in the forms of other programs as well, outside of these schemas: on `frigate/events`,",
    "`<prefix>/<device>/camera/<camera>/deepstream` and `<prefix>/<device>/onvif-ej/…`.",
    "",
    ...COMMANDS_INTRO,
    table(["Topic", "Payload", ""], COMMAND_ROWS),
    "",
    ...PAYLOAD_NAMES.flatMap(section),
    ...VERBS.flatMap(commandSection),
  ].join("\n");
}

/** Path of a command's schema file. */
export function commandSchemaPath(verb: Verb): string {
  return `schemas/command-${verb}-1.0.json`;
}

/** Path of a payload's schema file. */
export function schemaPath(name: PayloadName): string {
  return `schemas/${name}-1.0.json`;
}

const AWAY = {
  will: "the broker says `offline`",
  drop_counted: "dropped, counted",
  latest: "the latest is kept",
  spool: "spooled",
};

function topicRow({ class: of, address, payload }: Published): string[] {
  const { qos, retained, away } = rulesOf(of);
  const shown = address.replace(/\{(\w+)\}/g, "<$1>");
  return [
    `\`${shown}\``,
    payload === null ? "JPEG" : `[${payload}](#${payload})`,
    String(qos),
    retained ? "yes" : "no",
    AWAY[away],
  ];
}

const COMMANDS_INTRO = [
  "## Commands",
  "",
  "What others may ask for, as far as `mqtt.commands` allows it, with QoS 1 and not retained: a retained command is not executed. Each",
  "gets a [result](#result) on `<prefix>/<device>/result/<id>`, or on the response topic of MQTT 5, with its correlation data. Who may",
  "send them is a matter of the broker's access list:",
  "",
  "```text",
  "# mosquitto.conf: acl_file",
  "user millrace",
  "topic readwrite millrace/#",
  "user reader",
  "topic read millrace/#",
  "user operator",
  "topic read millrace/#",
  "topic write millrace/+/camera/+/enabled/set",
  "topic write millrace/+/cmd/#",
  "```",
  "",
];

const COMMAND_ROWS = [
  [
    "`<prefix>/<device>/camera/<camera>/enabled/set`",
    "`ON`, `OFF`",
    "Switches a camera; the result is on `result/enabled`",
  ],
  ...VERBS.map((verb) => [`\`<prefix>/<device>/cmd/${verb}\``, `[JSON](#command-${verb})`, VERB_WORDS[verb]]),
];

function commandSection(verb: Verb): string[] {
  const link = `[Schema](../../${commandSchemaPath(verb)}). ${VERB_WORDS[verb]}.`;
  return [
    `## command ${verb}`,
    "",
    link,
    "",
    table(["Field", "", ""], fields("", commandSchema(verb) as JsonSchema)),
    "",
  ];
}

function section(name: PayloadName): string[] {
  const schema = payloadSchema(name) as JsonSchema;
  const title = [`## ${name}`, ""];
  if (schema.properties === undefined) return [...title, `${words(schema)}. ${schema.description ?? ""}.`, ""];
  const link = `\`${schemaName(name)}\`, [schema](../../${schemaPath(name)}).`;
  return [...title, link, "", table(["Field", "", ""], fields("", schema)), ""];
}

/** A row for each field; those of inner objects follow their own, `?` marks fields that may be absent. */
function fields(prefix: string, schema: JsonSchema): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = `${prefix}${key}`;
    const optional = schema.required?.includes(key) ? "" : "?";
    return [[`\`${path}\`${optional}`, words(property), prose(property.description)], ...below(path, property)];
  });
}

function below(path: string, property: JsonSchema): string[][] {
  const object = property.anyOf?.find((choice) => choice.properties !== undefined) ?? property;
  if (object.properties !== undefined) return fields(`${path}.`, object);
  if (object.items && object.items.properties !== undefined) return fields(`${path}[].`, object.items);
  const values = object.additionalProperties;
  return typeof values === "object" && values.properties !== undefined ? fields(`${path}.*.`, values) : [];
}
