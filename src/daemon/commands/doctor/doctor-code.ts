import { messageOf } from "../../../base/errors.ts";
import { CODE_LIMITS } from "../../../blocks/contract/code.ts";
import { confinedProgram } from "../../../dynamic/process/child-program.ts";
import { findPython } from "../../../dynamic/process/child-python.ts";
import { callFilter } from "../../../dynamic/sandbox/call-filter.ts";
import type { Confinement } from "../../../dynamic/sandbox/sandbox-launch.ts";
import { isAtLeast, probeSandbox } from "../../../dynamic/sandbox/sandbox-probe.ts";
import type { Config } from "../../config/schema/config-schema.ts";
import type { Finding } from "./doctor.ts";

/** What code blocks need of the machine: an interpreter for Python, and a way to shut processes in. */
export function examineCode(config: Pick<Config, "python" | "isolated_level" | "code_blocks"> | null): Finding[] {
  const { python = "python3", isolated_level: leastLevel = "strong", code_blocks: mode = "local" } = config ?? {};
  return [examinePython(python), examineSandbox(python, leastLevel, mode === "isolated")];
}

function examinePython(command: string): Finding {
  try {
    const { executable, version, numpy, supervision, insteadOf } = findPython(command);
    const libraries = `numpy ${numpy ?? "absent"}, supervision ${supervision ?? "absent"}`;
    const reason = insteadOf === null ? "" : `; ${insteadOf}, the first of the path, lacks numpy`;
    const found = `Python ${version} at ${executable}: ${libraries}${reason}`;
    if (numpy !== null) return { id: "python", status: "ok", found };
    return { id: "python", status: "warning", found, advice: "blocks written in Python want numpy for pictures" };
  } catch (error) {
    const advice = 'for blocks written in Python install it, or name an interpreter with "python" in the config';
    return { id: "python", status: "warning", found: messageOf(error), advice };
  }
}

function examineSandbox(python: string, leastLevel: Config["isolated_level"], isWanted: boolean): Finding {
  const program = confinedProgram({ language: "javascript", limits: CODE_LIMITS, python });
  const confinement = probeSandbox(program);
  const { level, dropsRoot } = confinement;
  const reached = `isolated code blocks reach the level "${level}"${dropsRoot ? ", without the rights of root" : ""}`;
  const found = `${reached}; ${boundOfProcesses(confinement)}`;
  if (isAtLeast(level, leastLevel)) return { id: "sandbox", status: "ok", found };
  const advice = `"${leastLevel}" is wanted: install bubblewrap and allow user namespaces, or lower "isolated_level"`;
  return { id: "sandbox", status: isWanted ? "failed" : "warning", found, advice };
}

/** What bounds the processes of a block, and their memory, as a whole. */
function boundOfProcesses({ filtersCalls }: Pick<Confinement, "filtersCalls">): string {
  if (filtersCalls) return "system calls are filtered, so that a block has one process and its memory one limit";
  if (callFilter() !== null) return "Python filters its own system calls, so that a block has one process";
  return "without a filter of system calls for this processor, each process of a block has a limit of memory of its own";
}
