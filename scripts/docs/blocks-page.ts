import type { BlockEntry } from "../../src/daemon/commands/block-list.ts";
import { SHEETS } from "./drawing-samples.ts";
import { code, type JsonSchema, prose, table, words } from "./schema-words.ts";

const INDEX = "docs/reference/blocks.md";
const FOLDER = "docs/reference/blocks";
/** Blocks that do not say what they are for. */
const OTHER = "other";

/** An index of the block types, a page for each category and one of the types that do not run here, by path. */
export function blockPages(entries: readonly BlockEntry[]): Map<string, string> {
  const sorted = entries.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const running = sorted.filter(({ runs }) => runs);
  const others = sorted.filter(({ runs }) => !runs);
  const names = [...new Set(running.map(categoryOf))].toSorted();
  const categories = names.map((name) => ({ name, blocks: running.filter((block) => categoryOf(block) === name) }));
  return new Map([
    [INDEX, indexPage(categories, others)],
    ...categories.map((category): [string, string] => [`${FOLDER}/${category.name}.md`, categoryPage(category)]),
    [`${FOLDER}/not-running.md`, otherPage(others)],
  ]);
}

interface Category {
  name: string;
  blocks: readonly BlockEntry[];
}

function categoryOf({ category = OTHER }: BlockEntry): string {
  return category;
}

function indexPage(categories: readonly Category[], others: readonly BlockEntry[]): string {
  const count = categories.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const counts = categories.map(({ name, blocks }) => [`[${name}](blocks/${name}.md)`, String(blocks.length)]);
  return [
    "# Blocks",
    "",
    `The ${count} block types that run here, by category, and [${others.length} that are known and do not](blocks/not-running.md).`,
    "`millrace blocks TYPE` prints one of them; `millrace blocks --json` prints all.",
    "A step names its block in `type` and itself in `name`; the other properties are on the page of the category. A selector is",
    "`$inputs.name` or `$steps.name.output`. Blocks written in a definition itself are described in",
    "[decisions](../decisions.md) and shown in [the demo's workflow](../../config/demo-workflow.json).",
    "",
    table(["Category", "Types"], [...counts, ["[not running here](blocks/not-running.md)", String(others.length)]]),
    "",
    ...categories.flatMap(({ name, blocks }) => [
      `## ${name}`,
      "",
      table(
        ["Type", "Summary"],
        blocks.map(({ type, summary }) => [link(type, `blocks/${name}.md`), summary]),
      ),
      "",
    ]),
  ].join("\n");
}

function categoryPage({ name, blocks }: Category): string {
  const contents = blocks.map(({ type, summary }) => [link(type), summary]);
  return [
    `# Blocks: ${name}`,
    "",
    `The ${blocks.length} types of this category that run here; [all categories](../blocks.md).`,
    "",
    table(["Type", "Summary"], contents),
    "",
    ...(name === "visualization" ? sheets() : []),
    ...blocks.flatMap(section),
  ].join("\n");
}

/** What the drawing blocks make of a picture of the demo; `npm run sheets` draws them. */
function sheets(): string[] {
  return Object.entries(SHEETS).flatMap(([name, samples]) => {
    const types = samples.map(({ type }) => type).join(", ");
    return [`![${types}](../drawing/${name}.webp)`, ""];
  });
}

function otherPage(blocks: readonly BlockEntry[]): string {
  const rows = blocks.map(({ type, reason = "", instead = "" }) => [`\`${type}\``, prose(reason), prose(instead)]);
  return [
    "# Blocks: known, but not running here",
    "",
    `Definitions that use these ${blocks.length} types are type-checked, and refused when they are to run; [what runs](../blocks.md).`,
    "",
    table(["Type", "Why", "What serves the purpose"], rows),
    "",
  ].join("\n");
}

function link(type: string, page = ""): string {
  return `[\`${type}\`](${page}#${anchor(type)})`;
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
