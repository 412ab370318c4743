import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Writes the list of blocks from what the folders of categories export; `npm run docs` runs it first.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BLOCKS = `${ROOT}src/blocks`;
const LIST = `${BLOCKS}/block-list.ts`;
const NOTE = "// Written by scripts/make-catalogue.ts from the folders beside it; `npm run docs` writes it again.\n";

interface Found {
  path: string;
  names: string[];
}

const found: Found[] = [];
for (const path of readdirSync(BLOCKS, { recursive: true, encoding: "utf8" }).toSorted()) {
  if (!/^[^/]+\/.+\.ts$/.test(path)) continue;
  const module = (await import(`${BLOCKS}/${path}`)) as Record<string, unknown>;
  const names = Object.keys(module).filter((name) => isBlock(module[name]));
  if (names.length > 0) found.push({ path, names: names.toSorted() });
}
const imports = found.map(({ path, names }) => `import { ${names.join(", ")} } from "./${path}";\n`);
const list = found.flatMap(({ names }) => names.map((name) => `  ${name},\n`));
const text = `import type { Block } from "./contract/block.ts";\n${imports.join("")}\n/** Every block that runs here, by file. */\nexport const BLOCKS: readonly Block[] = [\n${list.join("")}];\n`;
writeFileSync(LIST, NOTE + text);
const { status } = spawnSync(`${ROOT}node_modules/.bin/biome`, ["check", "--write", LIST], {
  stdio: ["ignore", "ignore", "inherit"],
});
process.exit(status ?? 1);

function isBlock(value: unknown): boolean {
  const { type, schema, run, runMany } = (value ?? {}) as Record<string, unknown>;
  return typeof type === "string" && schema !== undefined && (run !== undefined || runMany !== undefined);
}
