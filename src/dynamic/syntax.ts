import { compileFunction } from "node:vm";
import { messageOf } from "../base/errors.ts";
import type { CodeDefinition } from "../definition/dynamic-block.ts";

/** A syntax error in the code of a block, found without running it. */
export function syntaxFault(code: CodeDefinition): { field: string; what: string } | null {
  for (const field of ["run_function_code", "init_function_code"] as const) {
    const source = code[field];
    const what = source === null ? null : compileFault(source);
    if (what !== null) return { field, what };
  }
  const name = code.run_function_name;
  if (new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`).test(code.run_function_code)) return null;
  return { field: "run_function_code", what: `has no function "${name}"` };
}

function compileFault(source: string): string | null {
  try {
    compileFunction(source, [], { filename: "code.js" });
    return null;
  } catch (error) {
    const line = (error instanceof Error ? error.stack : "")?.match(/code\.js:(\d+)/)?.[1];
    return `does not compile: ${line ? `line ${line}: ` : ""}${messageOf(error)}`;
  }
}
