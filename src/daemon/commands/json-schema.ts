import { ConfigError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import { CORE } from "../../blocks/registry/core.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import { knownHere } from "../../expansion/open-library.ts";
import { commandSchema, VERBS } from "../../publish/messages/commands.ts";
import { PAYLOAD_NAMES, payloadSchema } from "../../publish/messages/schemas.ts";
import { ConfigSchema } from "../config/schema/config-schema.ts";
import { asyncApi } from "./asyncapi.ts";
import { definitionSchema, inputSchema } from "./definition-schema.ts";

export const SCHEMA_NAMES: readonly string[] = [
  "definition",
  "config",
  "asyncapi",
  ...PAYLOAD_NAMES,
  ...VERBS.map((verb) => `command-${verb}`),
];

/** JSON Schema by name, that of definitions with the types of the blocks; throws `ConfigError` for a name that is none. */
export function schemaOf(name: string, installed: Installed = CORE): unknown {
  if (name === "definition") return definitionSchema(knownHere(installed));
  if (name === "config") return inputSchema(ConfigSchema);
  if (name === "asyncapi") return asyncApi();
  const payload = PAYLOAD_NAMES.find((known) => known === name);
  if (payload !== undefined) return payloadSchema(payload);
  const verb = VERBS.find((known) => name === `command-${known}`);
  if (verb !== undefined) return commandSchema(verb);
  const hint = suggest(name, SCHEMA_NAMES) ?? `the schemas are ${SCHEMA_NAMES.join(", ")}`;
  throw new ConfigError("SCHEMA", [
    { code: "SCHEMA_UNKNOWN", path: "", message: `there is no schema "${name}"`, hint },
  ]);
}
