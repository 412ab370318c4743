import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Block } from "../src/blocks/contract/block.ts";

// Writes the list of blocks, and how each is loaded, from what the folders of categories export; `npm run docs` runs it first.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BLOCKS = `${ROOT}src/blocks`;
const LIST = `${BLOCKS}/block-list.ts`;
const LOADERS = `${BLOCKS}/block-loaders.ts`;
const NOTE = "// Written by scripts/make-catalogue.ts from the folders beside it; `npm run docs` writes it again.\n";

interface Found {
  path: string;
  names: string[];
  /** Type and aliases of each, by the name of its export. */
  types: Record<string, string[]>;
}

const found: Found[] = [];
for (const path of readdirSync(BLOCKS, { recursive: true, encoding: "utf8" }).toSorted()) {
  if (!/^[^/]+\/.+\.ts$/.test(path) || path.startsWith("registry/")) continue;
  const module = (await import(`${BLOCKS}/${path}`)) as Record<string, unknown>;
  const names = Object.keys(module).filter((name) => isBlock(module[name]));
  const types = Object.fromEntries(names.map((name) => [name, typesOf(module[name] as Block)]));
  if (names.length > 0) found.push({ path, names: names.toSorted(), types });
}
const imports = found.map(({ path, names }) => `import { ${names.join(", ")} } from "./${path}";\n`);
const list = found.flatMap(({ names }) => names.map((name) => `  ${name},\n`));
const text = `import type { Block } from "./contract/block.ts";\n${imports.join("")}\n/** Every block that runs here, by file. */\nexport const BLOCKS: readonly Block[] = [\n${list.join("")}];\n`;
writeFileSync(LIST, NOTE + text);
const loaders = found.flatMap(({ path, names, types }) =>
  names.map((name) => `  [${JSON.stringify(types[name])}, async () => (await import("./${path}")).${name}],\n`),
);
const loadersText = `import type { Block } from "./contract/block.ts";\n\n/** How each block that runs here is loaded, with its type and aliases: a daemon needs few of them. */\nexport const BLOCK_LOADERS: readonly (readonly [names: readonly string[], load: () => Promise<Block>])[] = [\n${loaders.join("")}];\n`;
writeFileSync(LOADERS, NOTE + loadersText);
const { status } = spawnSync(`${ROOT}node_modules/.bin/biome`, ["check", "--write", LIST, LOADERS], {
  stdio: ["ignore", "ignore", "inherit"],
});
process.exit(status ?? 1);

function typesOf({ type, aliases }: Block): string[] {
  return [type, ...aliases];
}

function isBlock(value: unknown): boolean {
  const { type, schema, run, runMany } = (value ?? {}) as Record<string, unknown>;
  return typeof type === "string" && schema !== undefined && (run !== undefined || runMany !== undefined);
}
