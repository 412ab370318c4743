import { compileFunction } from "node:vm";
import { messageOf } from "../base/errors.ts";
import type { CodeDefinition } from "../definition/dynamic-block.ts";

/** What is wrong with the code of a block, found without running it. */
export interface SyntaxFault {
  field: keyof CodeDefinition;
  what: string;
  /** Error class of the reference implementation. */
  errorClass: "DynamicBlockError" | "DynamicBlockCodeError";
}

const FUNCTION_NAME = /^[A-Za-z_$][\w$]*$/;

/** The first fault of the code: a function name that is none, text that does not compile, a function that is absent. */
export function syntaxFault(code: CodeDefinition): SyntaxFault | null {
  const { run_function_code: run, init_function_code: init } = code;
  const parts = [{ field: "run_function_code", source: run, nameField: "run_function_name" }] as Part[];
  if (init !== null) parts.push({ field: "init_function_code", source: init, nameField: "init_function_name" });
  for (const part of parts) {
    const fault = partFault(part, code[part.nameField]);
    if (fault !== null) return fault;
  }
  // Both stand in one scope, so a name that both declare is a fault as well.
  const together = init === null ? null : compileFault(`${run}\n;${init}`);
  if (together === null) return null;
  return { field: "init_function_code", what: `does not compile beside the run code: ${together}`, ...CODE };
}

/** True for text that can name a function. */
export function isFunctionName(name: string): boolean {
  return FUNCTION_NAME.test(name);
}

interface Part {
  field: "run_function_code" | "init_function_code";
  source: string;
  nameField: "run_function_name" | "init_function_name";
}

const CODE = { errorClass: "DynamicBlockCodeError" } as const;
const BLOCK = { errorClass: "DynamicBlockError" } as const;

function partFault({ field, source, nameField }: Part, name: string): SyntaxFault | null {
  if (!isFunctionName(name)) return { field: nameField, what: `has "${name}" as a function name`, ...BLOCK };
  const what = compileFault(source);
  if (what !== null) return { field, what: `does not compile: ${what}`, ...CODE };
  const mentions = new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(source);
  return mentions ? null : { field, what: `has no function "${name}"`, ...BLOCK };
}

function compileFault(source: string): string | null {
  try {
    compileFunction(source, [], { filename: "code.js" });
    return null;
  } catch (error) {
    const line = (error instanceof Error ? error.stack : "")?.match(/code\.js:(\d+)/)?.[1];
    return `${line ? `line ${line}: ` : ""}${messageOf(error)}`;
  }
}
