import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Block } from "../../src/blocks/contract/block.ts";

const FOLDER = fileURLToPath(new URL("../../src/blocks", import.meta.url));
const WITHOUT = ["contract", "registry", "reference"];

it("a block is of the category that its folder is named after", async () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders.filter((entry) => !WITHOUT.includes(entry.name))) {
    const files = readdirSync(`${FOLDER}/${name}`, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((path) => path.endsWith(".ts"))) {
      const module = (await import(`${FOLDER}/${name}/${file}`)) as Record<string, unknown>;
      const blocks = Object.values(module).filter(isBlock);
      expect(blocks.map(({ type, category }) => [type, category])).toEqual(blocks.map(({ type }) => [type, name]));
    }
  }
});

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && "schema" in value && "runMany" in value;
}
