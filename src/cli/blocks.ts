import type { Command } from "commander";
import { ConfigError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { suggest } from "../base/suggest.ts";
import { type BlockEntry, listBlocks } from "../daemon/commands/block-list.ts";
import { testBlock } from "../daemon/commands/test-block.ts";
import { loadLibrary } from "../daemon/plugins/library.ts";
import { withBlocksNew } from "./blocks-new.ts";
import { collect, refuse, withPlugins } from "./flags.ts";
import { print, printJson, sayOutput } from "./output.ts";

export function addBlocks(program: Command): void {
  const blocks = withPlugins(program.command("blocks"))
    .description("list the known block types and whether they run here, or show one")
    .argument("[type]", "type id or alias")
    .option("--json", "as JSON")
    .action(async (type: string | undefined, options: { json?: boolean }) => {
      const { installed } = await loadLibrary();
      const all = listBlocks(installed);
      const chosen = type === undefined ? all : all.filter((block) => namesOf(block).includes(type));
      if (type !== undefined && chosen.length === 0) throw unknownType(type, all);
      if (options.json) printJson(chosen);
      else print(type === undefined ? chosen.map(oneLine).join("\n") : JSON.stringify(chosen[0], null, 2));
    });
  addTest(blocks);
  withBlocksNew(blocks);
}

interface TestOptions {
  block?: string;
  input: string[];
  isolated?: boolean;
}

/** One line of JSON for each call; what the code prints goes to standard error. */
function addTest(blocks: Command): void {
  withPlugins(blocks.command("test"))
    .description("run one block of a definition alone, on given values")
    .argument("<file>", "definition, a JSON file")
    .option("--block <type>", "type of the block, if the definition has several")
    .option("--input <json>", "values of its inputs; repeat it for further calls with the same variables", collect, [])
    .option("--isolated", "in a process of its own, as with code_blocks: isolated")
    .action(async (definition: string, { block, input, isolated = false }: TestOptions) => {
      const issues: Issue[] = [];
      const calls = (input.length === 0 ? ["{}"] : input).map((text) => readCall(text, issues));
      refuse(issues);
      for (const outputs of await testBlock({ definition, block, calls, isIsolated: isolated, report: sayOutput })) {
        printJson(outputs);
      }
    });
}

function readCall(text: string, issues: Issue[]): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  const message = `--input is ${JSON.stringify(text.slice(0, 80))}, expected an object in JSON`;
  issues.push({ code: "FLAG_FORM", path: "", message, hint: `such as '{"value": 3, "image": "picture.jpg"}'` });
  return {};
}

/** The source prefix of a core type may be left out. */
function namesOf({ type, aliases }: BlockEntry): string[] {
  return [type, type.replace("roboflow_core/", ""), ...aliases];
}

function oneLine({ type, summary, reason }: BlockEntry): string {
  return `${type.padEnd(58)} ${summary}${reason === undefined ? "" : ` (cannot run here: ${reason})`}`;
}

function unknownType(type: string, all: readonly BlockEntry[]): ConfigError {
  const hint = suggest(type, all.flatMap(namesOf)) ?? "millrace blocks lists the types that are";
  const message = `block type "${type}" is not known`;
  return new ConfigError("BLOCKS", [{ code: "BLOCKS_UNKNOWN", path: "", message, hint }]);
}
