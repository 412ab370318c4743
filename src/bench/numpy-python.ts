import { findPython } from "../dynamic/child-python.ts";

/** The first Python with numpy: the one that MILLRACE_BENCH_PYTHON names, that of the path, that of the system; null where none has it. */
export function findNumpyPython(configured = process.env["MILLRACE_BENCH_PYTHON"]): string | null {
  const candidates = [...(configured ? [configured] : []), "python3", "/usr/bin/python3", "/usr/local/bin/python3"];
  return candidates.find(hasNumpy) ?? null;
}

function hasNumpy(command: string): boolean {
  try {
    return findPython(command).numpy !== null;
  } catch {
    return false;
  }
}
