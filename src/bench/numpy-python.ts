import { findPython } from "../dynamic/process/child-python.ts";

/** A Python with numpy: the one that MILLRACE_BENCH_PYTHON names, else that of the program; null where neither has it. */
export function findNumpyPython(configured = process.env["MILLRACE_BENCH_PYTHON"]): string | null {
  const candidates = [...(configured ? [configured] : []), "python3"];
  return candidates.map(numpyPython).find((command) => command !== null) ?? null;
}

function numpyPython(command: string): string | null {
  try {
    const { executable, numpy } = findPython(command);
    return numpy === null ? null : executable;
  } catch {
    return null;
  }
}
