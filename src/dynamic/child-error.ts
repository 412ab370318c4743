import { type MillraceError, StepError } from "../base/errors.ts";
import type { BlockCode } from "../blocks/code.ts";

const LONGEST_MESSAGE = 4096;

/** What the process answered instead of a result. Nothing it says is taken to be more than text and numbers. */
export function answerError(header: Readonly<Record<string, unknown>>): StepError {
  const code = header["isValue"] === true ? "DYNAMIC_VALUE" : "DYNAMIC_CODE";
  const line = typeof header["line"] === "number" ? header["line"] : null;
  const column = typeof header["column"] === "number" ? header["column"] : null;
  const part = PARTS[String(header["part"])] ?? "";
  const kind = textOf(header["class"]);
  const place = line === null ? "" : ` line ${line}${column === null ? "" : `, column ${column}`}${part}, in`;
  const where = `Error in${place} ${textOf(header["where"]) || "run"}`;
  const message = textOf(header["told"]) || `${where}: ${kind === "" ? "" : `${kind}: `}${textOf(header["message"])}`;
  const details = { line, column, function: textOf(header["function"]) || null, context: contextOf(header["context"]) };
  return new StepError(code, message, details);
}

/** The same error with the name of the block, and what the code printed in the call. */
export function blockError({ blockType }: BlockCode, error: MillraceError, printed: string): MillraceError {
  const details = { ...error.details, ...(printed === "" ? {} : { output: printed }) };
  const message = `dynamic block "${blockType}": ${error.message}`;
  return new StepError(error.code, message, details, { cause: error });
}

const PARTS: Readonly<Record<string, string>> = { init: " of the init code", imports: " of the imports" };

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST_MESSAGE) : "";
}

/** Lines of the code around the fault, the first one's number before them. */
function contextOf(context: unknown): { first: number; lines: string[] } | null {
  if (typeof context !== "object" || context === null) return null;
  const { first, lines } = context as { first?: unknown; lines?: unknown };
  if (typeof first !== "number" || !Array.isArray(lines)) return null;
  return { first, lines: lines.slice(0, 30).map((text) => textOf(text)) };
}
