/** The parts of JSON Schema that our schemas use. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  kinds?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema | false;
  prefixItems?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** What a value may be, in a few words: `selector of image`, `number 0 to 1`, `list of text`. */
export function words(schema: JsonSchema): string {
  if (schema.kinds !== undefined) return `selector of ${schema.kinds.map((kind) => `\`${kind}\``).join(" or ")}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(words))].join(", or ");
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.type === "array") return listWords(schema);
  if (schema.type === "object") return mapWords(schema);
  if (schema.type === "number" || schema.type === "integer") return `${NAMES[schema.type]}${range(schema)}`;
  if (schema.format === "date-time") return "time, ISO 8601";
  if (schema.pattern?.startsWith("^\\$steps")) return "step (`$steps.name`)";
  if (Array.isArray(schema.type)) return schema.type.map((type) => words({ ...schema, type })).join(", or ");
  return schema.type === undefined ? "anything" : (NAMES[schema.type] ?? schema.type);
}

/** A value as a cell of a table shows it. */
export function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** A description as text, in which nothing is taken for a tag. */
export function prose(description = ""): string {
  return description.replaceAll("<", "&lt;");
}

/** Rows as a Markdown table; bars inside of cells are escaped. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

const NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "true or false",
  null: "null",
};

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const top = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const bottom = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  if (bottom !== undefined && top !== undefined) return ` ${bottom} to ${top}`;
  const from =
    bottom !== undefined ? ` from ${bottom}` : exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : "";
  return top === undefined ? from : `${from} up to ${top}`;
}

function listWords({ items, prefixItems }: JsonSchema): string {
  if (prefixItems !== undefined) {
    const parts = prefixItems.map(words);
    return parts.every((part) => part === parts[0])
      ? `list of ${parts.length} × ${parts[0]}`
      : `list of ${parts.join("; ")}`;
  }
  return items ? `list of ${words(items)}` : "list";
}

function mapWords({ additionalProperties, properties }: JsonSchema): string {
  if (properties !== undefined || typeof additionalProperties !== "object") return "object";
  return `map of name to ${words(additionalProperties)}`;
}
