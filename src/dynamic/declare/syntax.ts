import { compileFunction } from "node:vm";
import { messageOf } from "../../base/errors.ts";
import type { CodeDefinition } from "../../definition/dynamic-block.ts";
import { excerpt } from "../report/excerpt.ts";
import { isFunctionName, joinParts, parameterNames, type Script } from "./code-parts.ts";
import { refusedImports } from "./module-imports.ts";
import { type SourceFault, stripTypes } from "./typescript.ts";

/** What is wrong with the code of a block, found without running it. */
export interface SyntaxFault {
  field: keyof CodeDefinition;
  what: string;
  /** Error class of the reference implementation. */
  errorClass: "DynamicBlockError" | "DynamicBlockCodeError";
  hint?: string;
  /** Lines of the text around the fault. */
  excerpt?: string;
}

/** JavaScript for the code of a block written in JavaScript or TypeScript, or its first fault. */
export function readScript(code: CodeDefinition): Script | SyntaxFault {
  const imported = importFault(code);
  if (imported !== null) return imported;
  const source = readPart(code, RUN_PART);
  if (typeof source !== "string") return source;
  if (code.init_function_code === null) return { source, initSource: null };
  const initSource = readPart(code, INIT_PART);
  if (typeof initSource !== "string") return initSource;
  return togetherFault(code, { source, initSource }) ?? { source, initSource };
}

interface Part {
  field: "run_function_code" | "init_function_code";
  nameField: "run_function_name" | "init_function_name";
}

const RUN_PART: Part = { field: "run_function_code", nameField: "run_function_name" };
const INIT_PART: Part = { field: "init_function_code", nameField: "init_function_name" };

function importFault({ imports }: CodeDefinition): SyntaxFault | null {
  const { refused, allowed } = refusedImports(imports);
  if (refused.length === 0) return null;
  const what = `imports ${refused.map((name) => `"${name}"`).join(" and ")}, which blocks may not have`;
  return { field: "imports", what, errorClass: "DynamicBlockError", hint: `they may have ${allowed}` };
}

function readPart(code: CodeDefinition, { field, nameField }: Part): string | SyntaxFault {
  const name = code[nameField];
  if (!isFunctionName(name)) {
    return { field: nameField, what: `has "${name}" as a function name`, errorClass: "DynamicBlockError" };
  }
  const written = code[field] ?? "";
  const stripped = code.type === "TypeScriptCode" ? stripTypes(written) : { code: written };
  if (!("code" in stripped)) return compileIssue(field, stripped, written);
  const fault = compileFault(stripped.code, code.imports);
  if (fault !== null) return compileIssue(field, fault, written);
  if (mentions(stripped.code, name)) return stripped.code;
  return { field, what: `has no function "${name}"`, errorClass: "DynamicBlockError" };
}

/** Both parts share one scope, so a name that both declare is a fault as well. */
function togetherFault(code: CodeDefinition, script: Script): SyntaxFault | null {
  const fault = compileFault(joinParts(script), code.imports);
  if (fault === null) return null;
  const runLines = script.source.split("\n").length + 1;
  const line = fault.line !== null && fault.line > runLines ? fault.line - runLines : fault.line;
  const what = `does not compile beside the run code: ${textOf({ ...fault, line })}`;
  const shown = shownAt(code.init_function_code ?? "", { ...fault, line });
  return { field: "init_function_code", what, errorClass: "DynamicBlockCodeError", ...shown };
}

/** Whether a name occurs in the text as a word. */
export function mentions(source: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(source);
}

function compileFault(source: string, imports: readonly string[]): SourceFault | null {
  try {
    compileFunction(source, parameterNames(imports), { filename: "code.js" });
    return null;
  } catch (error) {
    // The stack of a syntax error shows the place: file and line, the text of the line, a caret below it.
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const [, line, caret] = /code\.js:(\d+)(?:\n.*\n([ \t]*)\^)?/.exec(stack) ?? [];
    const [where, column] = [line ? Number(line) : null, caret === undefined ? null : caret.length + 1];
    return { line: where, column, what: messageOf(error) };
  }
}

function compileIssue(field: Part["field"], fault: SourceFault, text: string): SyntaxFault {
  const hint = HINTS.find(([pattern]) => pattern.test(fault.what))?.[1];
  const what = `does not compile: ${textOf(fault)}`;
  const more = { ...(hint === undefined ? {} : { hint }), ...shownAt(text, fault) };
  return { field, what, errorClass: "DynamicBlockCodeError", ...more };
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/'export'/, "the code of a block is no module: leave out the export"],
  [/types are left out/, "use what JavaScript has: a constant object, a field set in the constructor"],
  [/import statement/, 'the code of a block is no module: name "node:crypto" and the like in "imports"'],
];

function shownAt(text: string, { line, column }: SourceFault): Pick<SyntaxFault, "excerpt"> {
  return line === null ? {} : { excerpt: excerpt(text, { line, column }) };
}

function textOf({ line, column, what }: SourceFault): string {
  if (line === null) return what;
  return `line ${line}${column === null ? "" : `, column ${column}`}: ${what}`;
}
