import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isSource, programFile } from "../base/program-files.ts";

/**
 * Where a worker thread starts: the compiled file, or the TypeScript source with its loader in development.
 * `module` is its path below `src`; the build makes a file of its own for each module with such a name.
 */
export function workerEntry(module: `${string}-worker`) {
  const filename = fileURLToPath(programFile(`${module}.ts`));
  if (!isSource) return { filename, execArgv: [] };
  // On worker threads tsx must be registered explicitly.
  const tsx = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(tsx)).href;
  return {
    filename,
    execArgv: ["--import", `data:text/javascript,import{register}from${JSON.stringify(loader)};register()`],
  };
}
