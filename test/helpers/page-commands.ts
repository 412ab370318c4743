import { readFileSync } from "node:fs";
import { ROOT } from "./cli.ts";

/** The commands of a page's shell blocks, in order, without comments; one that goes on in the next line is one command. */
export function pageCommands(page: string): string[] {
  const text = readFileSync(ROOT + page, "utf8");
  const blocks = Array.from(text.matchAll(/^```sh\n(.*?)^```/gms), ([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}
