import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import type { BlockFault } from "../declare/interface.ts";
import { pythonCheck } from "../hosts/host-text.ts";
import { excerpt } from "../report/excerpt.ts";
import type { SandboxLevel } from "../sandbox/sandbox-launch.ts";
import { isAtLeast, probeSandbox } from "../sandbox/sandbox-probe.ts";
import { confinedProgram } from "./child-program.ts";
import { findPython, runPython } from "./child-python.ts";

/** Why code cannot run in a process on this machine; empty for code that can, or that runs in the workflow's thread. */
export function processFaults(code: BlockCode, leastLevel: SandboxLevel): BlockFault[] {
  if (code.language !== "python" && code.mode !== "isolated") return [];
  try {
    return [...pythonFaults(code), ...sandboxFaults(code, leastLevel)];
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const hint = 'install Python 3, or name an interpreter with "python" in the config';
    const what = "is in Python, which was not checked, as none runs here";
    return [{ at: "/code/type", what, unavailable: error.message, ...BLOCK, hint }];
  }
}

const BLOCK = { errorClass: "DynamicBlockError" } as const;

function sandboxFaults(code: BlockCode, leastLevel: SandboxLevel): BlockFault[] {
  if (code.mode !== "isolated") return [];
  const { level } = probeSandbox(confinedProgram(code));
  if (isAtLeast(level, leastLevel)) return [];
  const what = `has to be shut in to the level "${leastLevel}", but on this machine no more than "${level}" works`;
  const hint = `install bubblewrap and allow user namespaces, or accept "isolated_level: ${level}" in the config`;
  return [{ at: "/code", what, ...BLOCK, hint }];
}

const Verdict = z.object({
  part: z.enum(["imports", "run", "init"]),
  line: z.number().nullable(),
  column: z.number().nullable(),
  message: z.string().nullable(),
  /** That is imported, but not installed. */
  module: z.string().optional(),
  /** It fails as it is loaded. */
  at_load: z.boolean().optional(),
  /** The function never returns a value. */
  silent: z.boolean().optional(),
});

const FIELDS = { imports: "imports", run: "run_function_code", init: "init_function_code" } as const;

/** Syntax, and whether the functions are there, as the interpreter itself sees it. */
function pythonFaults(code: BlockCode): BlockFault[] {
  if (code.language !== "python") return [];
  const { imports, source, initSource, runName, initName } = code;
  const question = { imports, source, init_source: initSource, run_name: runName, init_name: initName };
  const { executable } = findPython(code.python);
  const text = { code: pythonCheck(), input: JSON.stringify(question), timeoutMs: CHECK_MS };
  const { stdout, stderr } = runPython(executable, text);
  if (stdout.trim() === "null") return [];
  const verdict = Verdict.safeParse(parse(stdout)).data;
  if (verdict === undefined)
    throw new StepError("DYNAMIC_PYTHON", `it does not check code: ${stderr.trim().slice(-200)}`);
  const { part, line, column, message, module, silent } = verdict;
  const place = line === null ? "" : `line ${line}${column === null ? "" : `, column ${column}`}: `;
  const faulty = { imports: imports.join("\n"), run: source, init: initSource ?? "" }[part];
  const shown = line === null ? {} : { excerpt: excerpt(faulty, { line, column }) };
  if (module !== undefined) {
    const what = `cannot be loaded: ${place}imports "${module}", which is not installed for ${executable}`;
    const hint = 'install it there, or name another interpreter with "python" in the config';
    return [{ at: `/code/${FIELDS[part]}`, what, errorClass: "DynamicBlockCodeError", ...shown, hint }];
  }
  if (silent === true) {
    if (code.outputs.length === 0) return [];
    const what = `never returns a value from "${runName}", so all its outputs stay empty`;
    const hint = `return {${code.outputs.map((name) => `"${name}": …`).join(", ")}}`;
    return [
      { at: "/code/run_function_code", what, errorClass: "DynamicBlockCodeError", ...shown, hint, isWarning: true },
    ];
  }
  if (message === null) {
    const [field, name] = part === "run" ? ["run_function_name", runName] : ["init_function_name", initName];
    return [{ at: `/code/${field}`, what: `has no function "${name}"`, ...BLOCK }];
  }
  const what = `${verdict.at_load === true ? "cannot be loaded" : "does not compile"}: ${place}${message}`;
  return [{ at: `/code/${FIELDS[part]}`, what, errorClass: "DynamicBlockCodeError", ...shown }];
}

const CHECK_MS = 20_000;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
