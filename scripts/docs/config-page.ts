import { code, type JsonSchema, prose, table, words } from "./schema-words.ts";

/** docs/reference/config.md: every key, from the schema. */
export function configPage(schema: JsonSchema): string {
  return [
    "# Config file",
    "",
    "`millrace start --config FILE` reads one YAML file; [config/example.yaml](../../config/example.yaml) shows every key.",
    `Unknown keys are faults. \`\${NAME}\` in a text is replaced by that environment variable. Paths are meant from the folder of the`,
    "file. `millrace schema config` prints the JSON Schema for editors; `millrace doctor --config FILE` checks a file and all it names.",
    "",
    ...sections("", schema),
  ].join("\n");
}

/** One table for an object, then those of the objects in it. */
function sections(path: string, schema: JsonSchema): string[] {
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {});
  const rows = entries.map(([key, property]) => [
    `\`${key}\``,
    nested(property) === null ? words(property) : "see below",
    defaultOf(key, property, required),
    prose(property.description),
  ]);
  const title = path === "" ? [] : [`## \`${path}\``, ""];
  const below = entries.flatMap(([key, property]) => {
    const inner = nested(property);
    if (inner === null) return [];
    const name = path === "" ? key : `${path}.${key}`;
    return sections(`${name}${inner.below}`, inner.schema);
  });
  return [...title, table(["Key", "Takes", "Default", ""], rows), "", ...below];
}

function defaultOf(key: string, property: JsonSchema, required: ReadonlySet<string>): string {
  if (required.has(key)) return "required";
  if (property.default === undefined || nested(property) !== null) return "";
  return code(property.default);
}

/** The object that a key holds, one of many by id, or one of a list. */
function nested(schema: JsonSchema): { schema: JsonSchema; below: "" | ".<id>" | "[]" } | null {
  const object = schema.anyOf?.find((choice) => choice.properties !== undefined) ?? schema;
  if (object.properties !== undefined) return { schema: object, below: "" };
  const { additionalProperties: inner, items } = object;
  if (typeof items === "object" && items.properties !== undefined) return { schema: items, below: "[]" };
  return typeof inner === "object" && inner.properties !== undefined ? { schema: inner, below: ".<id>" } : null;
}
