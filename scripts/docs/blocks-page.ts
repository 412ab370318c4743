import type { BlockEntry } from "../../src/daemon/commands/block-list.ts";
import { code, type JsonSchema, prose, table, words } from "./schema-words.ts";

/** docs/reference/blocks.md: one section for each block, from its declaration. */
export function blocksPage(entries: readonly BlockEntry[]): string {
  const sorted = entries.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const blocks = sorted.filter(({ runs }) => runs);
  const others = sorted.filter(({ runs }) => !runs);
  const contents = blocks.map(({ type, summary }) => [`[\`${type}\`](#${anchor(type)})`, summary]);
  return [
    "# Blocks",
    "",
    `The ${blocks.length} block types that run here, and at the end ${others.length} that are known and do not. \`millrace blocks TYPE\``,
    "prints one of them; `millrace blocks --json` prints all.",
    "A step names its block in `type` and itself in `name`; the other properties are listed below. A selector is",
    "`$inputs.name` or `$steps.name.output`. Blocks written in a definition itself are described in",
    "[decisions](../decisions.md) and shown in [the demo's workflow](../../config/demo-workflow.json).",
    "",
    table(["Type", "Summary"], contents),
    "",
    ...blocks.flatMap(section),
    ...(others.length > 0 ? unsupported(others) : []),
  ].join("\n");
}

function unsupported(blocks: readonly BlockEntry[]): string[] {
  const rows = blocks.map(({ type, reason = "", instead = "" }) => [`\`${type}\``, prose(reason), prose(instead)]);
  const title = "## Known, but not running here";
  return [
    title,
    "",
    "Definitions that use these are type-checked, and refused when they are to run.",
    "",
    table(["Type", "Why", "What serves the purpose"], rows),
    "",
  ];
}

function section({ type, aliases, summary, manifest }: BlockEntry): string[] {
  const schema = manifest.properties as JsonSchema;
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "type" && name !== "name");
  const rows = properties.map(([name, property]) => [
    `\`${name}\``,
    words(property),
    schema.required?.includes(name) ? "required" : code(property.default ?? null),
    prose(property.description),
  ]);
  const outputs = Object.entries(manifest.outputs).map(([name, kinds]) => [
    `\`${name}\``,
    kinds.map((kind) => `\`${kind}\``).join(", "),
  ]);
  return [
    `## ${type}`,
    "",
    summary,
    "",
    ...(aliases.length > 0 ? [`Also known as ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`, ""] : []),
    ...facts(manifest).flatMap((fact) => [fact, ""]),
    table(["Property", "Takes", "Default", ""], rows),
    "",
    ...(outputs.length > 0 ? [table(["Output", "Kinds"], outputs), ""] : []),
    "```json",
    JSON.stringify({ type, name: "step", ...manifest.example }, null, 2),
    "```",
    "",
  ];
}

/** What the tables do not tell of how the block runs. */
function facts({ flow, stateful, outputOffset, acceptsEmpty }: BlockEntry["manifest"]): string[] {
  const found: string[] = [];
  if (flow) found.push("Decides which steps run; it has no outputs.");
  if (stateful) found.push("Keeps state for each step and camera, so frames reach it in order.");
  if (outputOffset === 1)
    found.push("Gives a list for each element: its outputs are one level deeper than its inputs.");
  if (outputOffset === -1) found.push("Takes the elements of a level together: its outputs are one level higher.");
  if (acceptsEmpty) found.push("Also runs on empty values.");
  return found;
}

/** How GitHub names the section of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9_ -]/g, "")
    .replaceAll(" ", "-");
}
