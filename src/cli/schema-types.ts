import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { blockTypes } from "../daemon/commands/block-types.ts";
import { refuse, withPlugins } from "./flags.ts";
import { print } from "./output.ts";

interface Options {
  block?: string;
  language?: string;
}

const EXAMPLES = `
For JavaScript and TypeScript it prints a .d.ts with the namespace "millrace"; for Python a .pyi.

  millrace schema types flow.json --block Counter > millrace.d.ts      # beside the code, for tsc and editors
  millrace schema types flow.json --block Snake > __builtins__.pyi     # beside the code, as pyright reads it
  millrace schema types --language python                              # what all blocks in Python have`;

/** `millrace schema types`: completion for the code of blocks. */
export function withSchemaTypes(schema: Command): void {
  withPlugins(schema.command("types"))
    .description("print types for editors: what the code of a block gets and returns")
    .argument("[file]", "definition with the block; without it the types that all blocks share")
    .option("--block <type>", "block_type of the block, if the definition has several")
    .option("--language <name>", "javascript (also for TypeScript) or python; a block has its own")
    .addHelpText("after", EXAMPLES)
    .action(async (definition: string | undefined, { block, language }: Options) => {
      refuse(faults(definition, { block, language }));
      const isPython = language === "python";
      const text = await blockTypes({ definition: definition ?? null, block, isPython });
      print(text.trimEnd());
    });
}

function faults(
  definition: string | undefined,
  { block, language }: { [K in keyof Options]: Options[K] | undefined },
): Issue[] {
  const issues: Issue[] = [];
  if (language !== undefined && !["javascript", "typescript", "python"].includes(language)) {
    const message = `--language is "${language}", expected javascript, typescript or python`;
    issues.push({ code: "FLAG_VALUE", path: "", message });
  }
  if (definition !== undefined && language !== undefined) {
    const message = "--language is given, but a block has its own language";
    issues.push({ code: "FLAG_VALUE", path: "", message, hint: "leave out --language or the file" });
  }
  if (definition === undefined && block !== undefined) {
    const message = `--block is "${block}", but no definition is named that brings it`;
    issues.push({ code: "FLAG_VALUE", path: "", message, hint: `millrace schema types FILE --block ${block}` });
  }
  return issues;
}
