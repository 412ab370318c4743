import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where a worker thread starts: the compiled file, or the TypeScript source with its loader in development. */
export function workerEntry(name: "lane-worker" | "session-worker"): { filename: string; execArgv: string[] } {
  const isSource = import.meta.url.endsWith(".ts");
  const filename = fileURLToPath(new URL(`./${name}.${isSource ? "ts" : "js"}`, import.meta.url));
  if (!isSource) return { filename, execArgv: [] };
  // On worker threads tsx does nothing by itself; it has to be asked to register.
  const tsx = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(tsx)).href;
  return {
    filename,
    execArgv: ["--import", `data:text/javascript,import{register}from${JSON.stringify(loader)};register()`],
  };
}
