import type { Command } from "commander";
import { ConfigError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { type BlockEntry, listBlocks } from "../daemon/block-list.ts";
import { loadLibrary } from "../daemon/library.ts";
import { print, printJson } from "./output.ts";

export function addBlocks(program: Command): void {
  program
    .command("blocks")
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
}

/** The source prefix of a core type may be left out. */
function namesOf({ type, aliases }: BlockEntry): string[] {
  return [type, type.replace("roboflow_core/", ""), ...aliases];
}

function oneLine({ type, summary, reason }: BlockEntry): string {
  return `${type.padEnd(58)} ${summary}${reason === undefined ? "" : ` (cannot run here: ${reason})`}`;
}

function unknownType(type: string, all: readonly BlockEntry[]): ConfigError {
  const hint = suggest(type, all.flatMap(namesOf));
  const message = `block type "${type}" is not known`;
  return new ConfigError("BLOCKS", [{ code: "BLOCKS_UNKNOWN", path: "", message, ...(hint ? { hint } : {}) }]);
}
