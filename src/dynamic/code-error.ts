import { messageOf, StepError } from "../base/errors.ts";
import type { BlockCode } from "../blocks/code.ts";

/** Under this name the code of a block stands in stacks. */
export function fileName({ blockType }: BlockCode): string {
  return `block:${blockType}/run.js`;
}

/** What code threw, at the user's line and column: `Error in line 3, column 9, in run: TypeError: …`. */
export function codeError(code: BlockCode, error: unknown, where: string): StepError {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = stack.split(`${fileName(code)}:`)[1]?.match(/^(\d+)(?::(\d+))?/);
  const name = error instanceof Error ? `${error.name}: ` : "";
  const [line, column] = [at?.[1] ? lineOf(code, Number(at[1])) : null, at?.[2] ? Number(at[2]) : null];
  const place = line === null ? "" : ` ${line.text}${column === null ? "" : `, column ${column}`}${line.part},`;
  const message = `dynamic block "${code.blockType}": Error in${place}${place && " in"} ${where}: ${name}${messageOf(error)}`;
  const context =
    line === null ? null : linesAround(line.part === "" ? code.source : (code.initSource ?? ""), line.number);
  return new StepError("DYNAMIC_CODE", message, { line: line?.number ?? null, column, context }, { cause: error });
}

const AROUND = 10;

/** Lines of the user's text around one of them, the first one's number before them. */
function linesAround(text: string, line: number): { first: number; lines: string[] } {
  const first = Math.max(1, line - AROUND);
  return { first, lines: text.split("\n").slice(first - 1, line + AROUND) };
}

/** A fault of the code that no line is to blame for. */
export function codeFault({ blockType }: BlockCode, what: string): StepError {
  return new StepError("DYNAMIC_CODE", `dynamic block "${blockType}": ${what}`);
}

/** The init code stands behind the run code and a line between them, but is counted from its own first line. */
function lineOf({ source }: BlockCode, line: number): { number: number; text: string; part: string } {
  const number = line - source.split("\n").length - 1;
  if (number > 0) return { number, text: `line ${number}`, part: " of the init code" };
  return { number: line, text: `line ${line}`, part: "" };
}
