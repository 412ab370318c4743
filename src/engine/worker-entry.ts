import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Where a worker thread starts: the compiled file, or the TypeScript source with its loader in development.
 * The file is next to the module `from`.
 */
export function workerEntry(name: `${string}-worker`, from: string = import.meta.url) {
  const isSource = from.endsWith(".ts");
  const filename = fileURLToPath(new URL(`./${name}.${isSource ? "ts" : "js"}`, from));
  if (!isSource) return { filename, execArgv: [] };
  // On worker threads tsx must be registered explicitly.
  const tsx = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(tsx)).href;
  return {
    filename,
    execArgv: ["--import", `data:text/javascript,import{register}from${JSON.stringify(loader)};register()`],
  };
}
