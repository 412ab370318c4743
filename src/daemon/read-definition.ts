import { readFile } from "node:fs/promises";
import { CompileError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";

/** The JSON document in a file; throws `CompileError` telling line and column when it is none. */
export async function readDefinitionFile(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const what = error.code === "ENOENT" ? "there is no such file" : `cannot be read (${error.code})`;
    throw new CompileError("DEFINITION_FILE", [{ code: "DEFINITION_FILE", path: "", message: what }], path);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CompileError("DEFINITION_JSON", [jsonIssue(text, error)], path);
  }
}

function jsonIssue(text: string, error: unknown): Issue {
  const found = /position (\d+)/.exec(String(error))?.[1];
  const position = found === undefined ? text.length : Number(found);
  const before = text.slice(0, position).split("\n");
  const shown = text.slice(position, position + 20).split("\n")[0] ?? "";
  const what = shown === "" ? "ends too early" : `is not JSON at "${shown}"`;
  const where = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return {
    code: "DEFINITION_JSON",
    class: "WorkflowSyntaxError",
    path: "",
    message: `${where}: the document ${what}`,
    hint: "definitions are JSON: double quotes, no comments, no comma after the last element",
  };
}
