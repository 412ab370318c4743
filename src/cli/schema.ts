import type { Command } from "commander";
import { SCHEMA_NAMES, schemaOf } from "../daemon/commands/json-schema.ts";
import { loadLibrary } from "../daemon/plugins/library.ts";
import { withPlugins } from "./flags.ts";
import { print } from "./output.ts";
import { withSchemaTypes } from "./schema-types.ts";

export function addSchema(program: Command): void {
  const schema = withPlugins(program.command("schema"));
  withSchemaTypes(schema);
  schema
    .description("print a JSON Schema: of definitions, of the config, or of an MQTT payload")
    .argument("<name>", SCHEMA_NAMES.join(", "))
    .action(async (name: string) => {
      const installed = name === "definition" ? (await loadLibrary()).installed : undefined;
      print(JSON.stringify(schemaOf(name, installed), null, 2));
    });
}
