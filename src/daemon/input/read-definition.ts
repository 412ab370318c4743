import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { decodeText } from "../../base/decode-text.ts";
import { CompileError } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";
import type { Issue } from "../../base/issue.ts";
import { jsonFault, jsonPlaces } from "../../definition/json-places.ts";
import { inCodeFile, readCodeFiles } from "./code-files.ts";
import { placedAt } from "./placed.ts";

/** A definition as it is written in a file. */
export interface DefinitionFile {
  /** With the code of other files in it. */
  document: unknown;
  /** Paths of the files that hold code of its blocks. */
  files: readonly string[];
  /** Issues of the document with line, column and the line itself. */
  placed(issues: readonly Issue[]): Issue[];
}

/** The JSON document in a file; throws `CompileError` with line and column when it is none. */
export async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  const bytes = await readFile(path).catch((error) => {
    throw new CompileError("DEFINITION_FILE", [{ code: "DEFINITION_FILE", path: "", message: fileFault(error) }], path);
  });
  const decoded = decodeText(bytes);
  if ("fault" in decoded) {
    throw new CompileError("DEFINITION_FILE", [{ code: "DEFINITION_FILE", path: "", message: decoded.fault }], path);
  }
  const { text } = decoded;
  const { document, files, issues } = await readCodeFiles(parsed(text, path), dirname(resolve(path)));
  if (issues.length > 0) throw new CompileError("DYNAMIC_CODE_FILE", placed(issues, text), path);
  const ofFiles = (found: readonly Issue[]) => found.map((issue) => inCodeFile(issue, document));
  return { document, files, placed: (found) => placed(ofFiles(found), text) };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CompileError("DEFINITION_JSON", [jsonIssue(text, error)], path);
  }
}

function jsonIssue(text: string, error: unknown): Issue {
  const fault = jsonFault(text) ?? { offset: 0, what: `is no JSON: ${String(error)}` };
  const { offset, what, hint } = fault;
  const issue: Issue = {
    code: "DEFINITION_JSON",
    class: "WorkflowSyntaxError",
    path: "",
    message: `the document ${what}`,
    ...(hint === undefined ? {} : { hint }),
  };
  return placedAt(issue, text, offset);
}

/** A missing value has no place, so its parent's place is reported. */
function placed(issues: readonly Issue[], text: string): Issue[] {
  if (issues.length === 0) return [];
  const places = jsonPlaces(text);
  return issues.map((issue) => {
    let at = issue.path;
    while (at !== "" && !places.has(at)) at = at.slice(0, at.lastIndexOf("/"));
    return placedAt(issue, text, places.get(at) ?? 0);
  });
}
