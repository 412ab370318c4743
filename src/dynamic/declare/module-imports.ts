import { createRequire } from "node:module";

// The modules that JavaScript blocks may name in `imports`: they compute and reach nothing outside.

const ALLOWED: readonly string[] = [
  "assert",
  "buffer",
  "crypto",
  "events",
  "path",
  "querystring",
  "string_decoder",
  "url",
  "util",
];

/** Names in `imports` that a JavaScript block may not have, and what it may. */
export function refusedImports(imports: readonly string[]): { refused: string[]; allowed: string } {
  const refused = imports.filter((name) => !ALLOWED.includes(bareName(name)));
  return { refused, allowed: ALLOWED.map((name) => `node:${name}`).join(", ") };
}

/** The variables that hold the modules: `node:crypto` is `crypto`. */
export function importNames(imports: readonly string[]): string[] {
  return [...new Set(imports.map(bareName))];
}

export function importedModules(imports: readonly string[]): unknown[] {
  const load = createRequire(import.meta.url);
  return importNames(imports).map((name) => load(`node:${name}`));
}

function bareName(name: string): string {
  return name.replace(/^node:/, "");
}
