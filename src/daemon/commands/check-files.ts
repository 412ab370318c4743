import { UserError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { check, type Verdict } from "../../compiler/compile.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { openConfigLibrary } from "../plugins/config-library.ts";
import { digestOf } from "../plugins/known-definitions.ts";

/** The verdict on one definition file, as `millrace validate --json` prints it. */
export interface FileVerdict {
  file: string;
  ok: boolean;
  issues: Issue[];
  /** What is in order and most likely not meant. */
  warnings: Issue[];
  /** Block types that are known but cannot run here. */
  unsupported: string[];
  /** How many steps have such a type. */
  unsupportedSteps: number;
  /** Of a config: what is doubtful, and which models would be downloaded. */
  notes?: string[];
}

/** Strictly, warnings are faults, and so are steps that cannot run here. A YAML file is a config. */
export async function checkFile(file: string, isStrict = false): Promise<FileVerdict> {
  if (/\.ya?ml$/i.test(file)) {
    // Definitions alone need none of it.
    const { checkConfig } = await import("./check-config.ts");
    const { issues, warnings: notes } = await checkConfig(file, isStrict);
    const none = { warnings: [], unsupported: [], unsupportedSteps: 0 };
    return { file, ok: issues.length === 0, issues: [...issues], ...none, notes: [...notes] };
  }
  try {
    const { document, placed } = await readDefinitionFile(file);
    const found = await verdictOn(document, isStrict);
    const issues = placed(isStrict ? [...found.issues, ...found.warnings] : found.issues);
    const rest = { unsupported: found.unsupported, unsupportedSteps: found.unsupportedSteps.length };
    return { file, ok: issues.length === 0, issues, warnings: isStrict ? [] : placed(found.warnings), ...rest };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { file, ok: false, issues: [...error.issues], warnings: [], unsupported: [], unsupportedSteps: 0 };
  }
}

/** Strictly, steps that cannot run here are among the issues. */
async function verdictOn(document: unknown, isStrict: boolean): Promise<Omit<Verdict, "plan" | "blocks">> {
  const library = await openConfigLibrary();
  const verdict = await library.judge(document, digestOf(document));
  if (verdict.plan !== null || isStrict) return verdict;
  const { loadLibrary } = await import("../plugins/library.ts");
  return check(document, (await loadLibrary()).library);
}
