import { importNames } from "./module-imports.ts";

/** The parts of a block's code as JavaScript. */
export interface Script {
  source: string;
  initSource: string | null;
}

const FUNCTION_NAME = /^[A-Za-z_$][\w$]*$/;

/** True for text that can name a function. */
export function isFunctionName(name: string): boolean {
  return FUNCTION_NAME.test(name);
}

/** Names that code of a block has beside its own: `console` and the modules that it imports. */
export function parameterNames(imports: readonly string[]): string[] {
  return ["console", ...importNames(imports)];
}

/** Run and init code are in one function, each from the first column of a line of its own. */
export function joinParts({ source, initSource }: Script): string {
  return `${source}\n;\n${initSource ?? ""}\n;\n`;
}
