import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../helpers/cli.ts";

/** Whether what is to be tested can be made here. */
export const hasCompiler = process.platform === "linux" && spawnSync("cc", ["--version"]).status === 0;
if (!hasCompiler) process.stderr.write("skipped: the way to a GPU, as there is no C compiler on this Linux machine\n");

export const RELEASE: string = JSON.parse(
  readFileSync(`${ROOT}/node_modules/onnxruntime-node/package.json`, "utf8"),
).version;

/** Where the binding and its core lie in a copy of the package. */
export const BINDING = `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}`;

const FLAGS = ["-fPIC", "-Wall", "-Wextra", "-Werror", `-I${ROOT}/src/inference/gpu`];

/** Compiles a C file of this folder. */
export async function compile(source: string, to: string, ...more: string[]): Promise<void> {
  await promisify(execFile)("cc", [...FLAGS, "-o", to, `${ROOT}/test/inference/gpu/${source}`, ...more, "-ldl"]);
}

/** Compiles a library that exports functions without effect, and may need another library that is not there. */
export async function compileStub(to: string, names: readonly string[], ...more: string[]): Promise<void> {
  const text = names.map((name) => `void ${name}(void); void ${name}(void) {}\n`).join("");
  const done = promisify(execFile)("cc", ["-shared", "-fPIC", "-o", to, "-x", "c", "-", "-x", "none", ...more]);
  done.child.stdin?.end(text);
  await done;
}

/** What a program writes to its standard output. */
export async function outputOf(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args);
  return stdout;
}

/** Copies the package of the runtime, for this processor alone, to where a program in `folder` finds it; the checkout's stays as it is. */
export function copyRuntime(folder: string): string {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  const filter = (path: string) => !/\/bin\/napi-v6\/(?!linux)|\/linux\/(?!x64|arm64)/.test(path) && isOwn(path);
  cpSync(`${ROOT}/node_modules/onnxruntime-node`, join(modules, "onnxruntime-node"), { recursive: true, filter });
  symlinkSync(`${ROOT}/node_modules/onnxruntime-common`, join(modules, "onnxruntime-common"));
  return join(folder, BINDING);
}

function isOwn(path: string): boolean {
  const [, architecture] = /\/linux\/([^/]+)/.exec(path) ?? [];
  return architecture === undefined || architecture === process.arch;
}
