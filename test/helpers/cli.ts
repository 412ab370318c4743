import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const SHAPES = fileURLToPath(new URL("../../demo/shapes.onnx", import.meta.url));

export interface ProgramOptions {
  cwd?: string;
  /** In place of this process's environment, or beside it when `env` is `{ ...process.env, … }`. */
  env?: NodeJS.ProcessEnv;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the built program as a process of its own. */
export function spawnMillrace(args: readonly string[], { cwd, env }: ProgramOptions = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
}

/** Runs a command of the program to its end; one that hangs is killed after `limitMs` and ends with a signal. */
export async function millrace(
  args: readonly string[],
  { limitMs = 30_000, ...options }: ProgramOptions & { limitMs?: number } = {},
): Promise<Ended> {
  const child = spawnMillrace(args, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, ...output };
}
