import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { decodeText } from "../../base/decode-text.ts";
import { fileFault } from "../../base/file-fault.ts";
import type { Issue } from "../../base/issue.ts";

export interface CodeFiles {
  /** The document with the code of each file in its place. */
  document: unknown;
  /** Absolute paths, in the order of the blocks. */
  files: readonly string[];
  issues: readonly Issue[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads what `run_function_file` of blocks in a document names, meant from the folder of the definition. */
export async function readCodeFiles(document: unknown, folder: string): Promise<CodeFiles> {
  const blocks = isFields(document) ? document["dynamic_blocks_definitions"] : null;
  if (!isFields(document) || !Array.isArray(blocks)) return { document, files: [], issues: [] };
  const files: string[] = [];
  const issues: Issue[] = [];
  const read = await Promise.all(
    blocks.map(async (block: unknown, i): Promise<unknown> => {
      const code = isFields(block) ? block["code"] : null;
      const file = isFields(code) ? code["run_function_file"] : null;
      if (!isFields(block) || !isFields(code) || typeof file !== "string" || file === "") return block;
      const path = resolve(folder, file);
      files.push(path);
      const found = "run_function_code" in code ? { fault: BOTH } : await textIn(path);
      if ("fault" in found) {
        issues.push({
          ...FAULT,
          path: `/dynamic_blocks_definitions/${i}/code/run_function_file`,
          message: `"${file}": ${found.fault}`,
        });
        return block;
      }
      return { ...block, code: { ...code, run_function_code: found.text } };
    }),
  );
  return { document: { ...document, dynamic_blocks_definitions: read }, files, issues };
}

const FAULT = { code: "DYNAMIC_CODE_FILE", class: "DynamicBlockError" } as const;
const BOTH = "a block has its code in run_function_file or in run_function_code, not in both";

async function textIn(path: string): Promise<{ text: string } | { fault: string }> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    return { fault: fileFault(error) };
  }
}

/** An issue of code that lies in a file, with the file and its line in place of a line of the code. */
export function inCodeFile(issue: Issue, document: unknown): Issue {
  const [, index, field] = /^\/dynamic_blocks_definitions\/(\d+)\/code\/(run_function_code)$/.exec(issue.path) ?? [];
  const blocks = isFields(document) ? document["dynamic_blocks_definitions"] : null;
  const block: unknown = Array.isArray(blocks) && index !== undefined ? blocks[Number(index)] : null;
  const code = isFields(block) ? block["code"] : null;
  const file = isFields(code) ? code["run_function_file"] : null;
  if (field === undefined || typeof file !== "string") return issue;
  const message = issue.message.replace(/\bline (\d+)(?:, column (\d+))?/, (_, line: string, column?: string) =>
    [file, line, ...(column === undefined ? [] : [column])].join(":"),
  );
  return { ...issue, path: issue.path.replace(field, "run_function_file"), message };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
