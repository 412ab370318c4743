import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import type { Block } from "../../src/blocks/contract/block.ts";
import { declarationFaults } from "../../src/kit/block-faults.ts";
import { literalsAndInputsDiffer, runExample } from "../../src/kit/run-example.ts";

// What holds for every block, whoever writes it.

const FOLDER = fileURLToPath(new URL("../../src/blocks", import.meta.url));

describe("the catalogue", () => {
  it("has no type or alias twice", () => {
    const names = BLOCKS.flatMap(({ type, aliases }) => [type, ...aliases]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("holds every block that a file of a category declares", async () => {
    const declared: unknown[] = [];
    for (const file of filesOfCategories()) {
      if (!/^export const \w+ = (defineBlock|askingBlock)\(/m.test(readFileSync(file, "utf8"))) continue;
      const module = (await import(file)) as Record<string, unknown>;
      const blocks = Object.values(module).filter(isBlock);
      expect(blocks, `${file} exports what it declares`).not.toEqual([]);
      declared.push(...blocks);
    }
    expect(typesOf(declared)).toEqual(typesOf(BLOCKS));
  });
});

describe.each(BLOCKS.map((block) => [block.type, block] as const))("%s", (type, block) => {
  const schema = z.toJSONSchema(block.schema, { io: "input", unrepresentable: "any" });

  it("is declared as every block has to be", () => {
    expect(declarationFaults(block)).toEqual([]);
  });

  it("shows an example that its JSON schema accepts", () => {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const step = { type, name: "step", ...block.example };
    expect(validate(step) ? [] : validate.errors).toEqual([]);
  });

  it("runs its example on any values of the kinds it takes, gives the kinds it declares and changes nothing", async () => {
    const { wrong, failures } = await runExample(block);
    expect(wrong).toEqual([]);
    // What other services answer is not known here.
    const [first = []] = failures;
    if (!block.needs.includes("http") && failures.every((failure) => failure.length > 0)) expect(first).toEqual([]);
  });

  it("does the same with literals and with inputs that bring them", async () => {
    if (block.dynamicOutputs !== null) return;
    expect(await literalsAndInputsDiffer(block)).toBeNull();
  });
});

function filesOfCategories(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("/") && name.endsWith(".ts"))
    .map((name) => `${FOLDER}/${name}`);
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && "schema" in value && "ports" in value && "runMany" in value;
}

function typesOf(blocks: readonly unknown[]): string[] {
  return blocks
    .filter(isBlock)
    .map(({ type }) => type)
    .toSorted();
}
