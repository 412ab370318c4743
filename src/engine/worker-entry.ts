import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Where a worker thread starts: the compiled file, or the TypeScript source with its loader in development.
 * The file lies beside the module `from`.
 */
export function workerEntry(name: `${string}-worker`, from: string = import.meta.url) {
  const isSource = from.endsWith(".ts");
  const filename = fileURLToPath(new URL(`./${name}.${isSource ? "ts" : "js"}`, from));
  if (!isSource) return { filename, execArgv: [] };
  // On worker threads tsx does nothing by itself; it has to be asked to register.
  const tsx = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(tsx)).href;
  return {
    filename,
    execArgv: ["--import", `data:text/javascript,import{register}from${JSON.stringify(loader)};register()`],
  };
}
