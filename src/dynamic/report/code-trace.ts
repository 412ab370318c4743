import type { BlockCode } from "../../blocks/contract/code.ts";

/** A place in the text of a block: a function of the user that was running. */
export interface UserFrame {
  /** Name of the function, "" for the text beside all functions. */
  function: string;
  part: CodePart;
  /** Counted from 1, in the text of its part. */
  line: number;
  column: number | null;
}

export type CodePart = "run" | "init" | "imports";

/** What messages say behind a line that does not stand in the run code. */
export const PART_NAMES: Readonly<Record<CodePart, string>> = {
  run: "",
  init: " of the init code",
  imports: " of the imports",
};

/** Under this name the code of a block stands in stacks. */
export function fileName({ blockType }: Pick<BlockCode, "blockType">): string {
  return `block:${blockType}/run.js`;
}

/** The user's own functions in the stack of what JavaScript code threw, innermost first. */
export function userFrames(code: BlockCode, error: unknown): UserFrame[] {
  const file = fileName(code);
  const frames: UserFrame[] = [];
  for (const line of stackLines(error)) {
    const place = line.lastIndexOf(file);
    const numbers = place < 0 ? null : /^:(\d+)(?::(\d+))?/.exec(line.slice(place + file.length));
    if (numbers === null) continue;
    const column = numbers[2] === undefined ? null : Number(numbers[2]);
    frames.push({ function: functionOf(line.slice(0, place)), ...placeOf(code, Number(numbers[1])), column });
  }
  return frames.slice(0, MOST_FRAMES);
}

const MOST_FRAMES = 20;
const LONGEST_STACK = 16_384;

/** Those below the message, which may hold anything; the stack of a syntax error begins with its place instead. */
function stackLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const stack = String(error.stack ?? "");
  const message = String(error.message);
  const at = message === "" ? -1 : stack.indexOf(message);
  if (error instanceof SyntaxError && stack.startsWith("block:")) return stack.split("\n", 1);
  const start = at < 0 ? 0 : at + message.length;
  return stack.slice(start, start + LONGEST_STACK).split("\n");
}

/** `    at async Tracker.update (` names `Tracker.update`; the function that holds the text has no name of its own. */
function functionOf(before: string): string {
  const [, name = ""] = /^\s*at (?:async )?(?:new )?(.*?)\s*\($/.exec(before) ?? [];
  return /^(Object\.|Module\.)?(<anonymous>|eval)?$/.test(name) ? "" : name.replace(/^Object\./, "").slice(0, 200);
}

/** The init code stands behind the run code and a line between them, but is counted from its own first line. */
function placeOf({ source }: BlockCode, line: number): { part: CodePart; line: number } {
  const below = line - source.split("\n").length - 1;
  return below > 0 ? { part: "init", line: below } : { part: "run", line };
}
