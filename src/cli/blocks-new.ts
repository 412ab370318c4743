import type { Command } from "commander";
import { type NewBlock, newBlock } from "../daemon/commands/new-block/new-block.ts";
import { refuse } from "./flags.ts";
import { say } from "./output.ts";

const LANGUAGES = ["python", "javascript", "typescript"] as const;

type Options = Partial<Record<(typeof LANGUAGES)[number], true>> & { dir?: string };

/** `millrace blocks new`: a block of code to begin with. */
export function withBlocksNew(blocks: Command): void {
  blocks
    .command("new")
    .description("write a new block of code: its definition, code, test case and types for editors")
    .argument("<name>", "type of the block, such as DarkPicture")
    .option("--python", "in Python, the default")
    .option("--javascript", "in JavaScript")
    .option("--typescript", "in TypeScript")
    .option("--dir <folder>", "folder to write; one of the block's name by default")
    .action(async (name: string, { dir, ...flags }: Options) => {
      const chosen = LANGUAGES.filter((language) => flags[language]);
      if (chosen.length > 1) {
        const message = `${chosen.map((language) => `--${language}`).join(" and ")} are given, expected one language`;
        refuse([{ code: "FLAG_VALUE", path: "", message }]);
      }
      const written = await newBlock({ name, language: chosen[0] ?? "python", folder: dir });
      say(`written: ${written.files.join(", ")}`);
      say(["next:", ...nextSteps(written)].join("\n  "));
    });
}

function nextSteps({ definition, cases, picture }: NewBlock): string[] {
  return [
    `millrace validate ${quoted(definition)}`,
    `millrace test ${quoted(cases)}`,
    `millrace run ${quoted(definition)} --image ${quoted(`image=${picture}`)}`,
  ];
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
