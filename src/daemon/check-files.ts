import { UserError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { check } from "../compiler/compile.ts";
import { loadLibrary } from "./library.ts";
import { readDefinitionFile } from "./read-definition.ts";

/** The verdict on one definition file, as `millrace validate --json` prints it. */
export interface FileVerdict {
  file: string;
  ok: boolean;
  issues: Issue[];
  /** Block types that are known but cannot run here. */
  unsupported: string[];
}

export async function checkFile(file: string): Promise<FileVerdict> {
  try {
    const document = await readDefinitionFile(file);
    const { library } = await loadLibrary();
    const { issues, unsupported } = check(document, library);
    return { file, ok: issues.length === 0, issues, unsupported };
  } catch (error) {
    if (error instanceof UserError) return { file, ok: false, issues: [...error.issues], unsupported: [] };
    throw error;
  }
}
