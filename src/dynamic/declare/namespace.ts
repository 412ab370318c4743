import { compileFunction } from "node:vm";
import { MillraceError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { codeError, codeFault } from "../report/code-error.ts";
import { fileName } from "../report/code-trace.ts";
import { isFunctionName, joinParts, parameterNames } from "./code-parts.ts";
import { importedModules } from "./module-imports.ts";

/** Names under which code offers its state; fixed, unlike those of run and init. */
export const SAVE = "saveState";
export const LOAD = "loadState";

type Run = (inputs: Record<string, unknown>, self: unknown) => unknown;

/** The variables and functions of a block's code, loaded once. */
export interface Namespace {
  run: Run;
  /** What `init` returned, `{}` without one. */
  initResults: unknown;
  saveState: () => unknown;
  loadState: (value: unknown) => unknown;
}

/** Runs the code from its first line, then its `init`. A failure tells the user's line. */
export function openNamespace(code: BlockCode, console: Console): Namespace {
  const { runName, initName, initSource } = code;
  for (const name of [runName, initName]) {
    if (!isFunctionName(name)) throw codeFault(code, `"${name}" is not a function name`);
  }
  const offered = offeredNames(code);
  let where = "load";
  try {
    const body = `${joinParts(code)}return { ${offered.join(", ")} };`;
    const load = compileFunction(body, parameterNames(code.imports), { filename: fileName(code) });
    const found = load(console, ...importedModules(code.imports)) as Record<string, unknown>;
    for (const name of offered) {
      if (typeof found[name] !== "function") {
        throw codeFault(code, `"${name}" is ${typeof found[name]}, expected a function`);
      }
    }
    const functions = found as Record<string, (...values: unknown[]) => unknown>;
    where = initName;
    const initResults = initSource === null ? {} : functions[initName]?.();
    return {
      run: functions[runName] as Run,
      initResults,
      saveState: () => functions[SAVE]?.(),
      loadState: (value) => functions[LOAD]?.(value),
    };
  } catch (error) {
    throw error instanceof MillraceError ? error : codeError(code, error, where);
  }
}

function offeredNames({ runName, initName, initSource, persist }: BlockCode): string[] {
  return [runName, ...(initSource === null ? [] : [initName]), ...(persist === null ? [] : [SAVE, LOAD])];
}
