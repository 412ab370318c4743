import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isSource, programFile } from "../../base/program-files.ts";

// The programs that processes of code blocks run. They are handed over as text, so that a process reads no file.

const PYTHON_MODULES = ["walls", "ipc", "frames", "values", "masks", "points", "detections", "host"].map(
  (name) => `millrace_${name}`,
);

let python: string | undefined;
let javascript: string | undefined;

/** Program for Python: its modules, in the order in which they are needed. */
export function pythonHost(): string {
  python ??= [
    BOOTSTRAP,
    `for name, text in json.loads(${quoted(PYTHON_MODULES.map(withText))}):`,
    "    add(name, text)",
    'sys.modules["millrace_host"].main()',
    "",
  ].join("\n");
  return python;
}

/** Program for Python that looks for faults in the text of a block. */
export function pythonCheck(): string {
  return pythonText("millrace_check");
}

/** Program for Node: the bundle that the build made, or one made here from the sources in development. */
export function javascriptHost(): string {
  javascript ??= isSource ? bundle() : readFileSync(programFile("dynamic/hosts/javascript-host.bundle"), "utf8");
  return javascript;
}

const BOOTSTRAP = `import json, sys, types
def add(name, text):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, name + ".py", "exec"), module.__dict__)
`;

function withText(name: string): [string, string] {
  return [name, pythonText(name)];
}

function pythonText(name: string): string {
  return readFileSync(programFile(`dynamic/hosts/${name}.py`), "utf8");
}

/** A text of JSON that is a literal of Python as well. */
function quoted(data: unknown): string {
  return JSON.stringify(JSON.stringify(data));
}

interface Bundler {
  buildSync(options: Record<string, unknown>): { outputFiles: readonly { text: string }[] };
}

/** With the bundler that the TypeScript loader of development brings. */
function bundle(): string {
  const loader = createRequire(import.meta.url).resolve("tsx/package.json");
  const { buildSync } = createRequire(loader)("esbuild") as Bundler;
  const entry = fileURLToPath(programFile("dynamic/hosts/javascript-host.ts"));
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
  });
  return outputFiles[0]?.text ?? "";
}
