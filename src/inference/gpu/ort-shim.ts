import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ModelError } from "../../base/errors.ts";
import { programFile } from "../../base/program-files.ts";
import { MARK_START } from "./runtime-files.ts";

const SOURCES = ["inference/gpu/ort-shim.c", "inference/gpu/ort-table.h"];
const FLAGS = ["-shared", "-fPIC", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror"];

/** What the compiled library is recognised by: another release or another source gives another mark. */
export async function shimMark(release: string): Promise<string> {
  const hash = createHash("sha256");
  for (const path of SOURCES) hash.update(await readFile(programFile(path)));
  return `${MARK_START}${release}:${hash.digest("hex").slice(0, 16)}:`;
}

/** Compiles the library that stands before the core of ONNX Runtime `release` to the file `to`, which is whole or not there. */
export async function compileShim(release: string, to: string, compiler = process.env["CC"] ?? "cc"): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "millrace-shim-"));
  const made = `${to}.new`;
  try {
    const script = join(work, "exports");
    // The binding asks for the one function by this version.
    await writeFile(script, `VERS_${release} { global: OrtGetApiBase; local: *; };\n`);
    const linking = ["-Wl,-soname,libonnxruntime.so.1", `-Wl,--version-script=${script}`];
    const names = [`-DCORE_VERSION="VERS_${release}"`, `-DSHIM_MARK="${await shimMark(release)}"`];
    const source = fileURLToPath(programFile("inference/gpu/ort-shim.c"));
    await compile(compiler, [...FLAGS, ...names, ...linking, "-o", made, source, "-ldl", "-lpthread"]);
    await rename(made, to);
  } finally {
    await rm(made, { force: true });
    await rm(work, { recursive: true, force: true });
  }
}

async function compile(compiler: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(compiler, args).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
    if (error.code === "ENOENT") {
      const hint = "install one (Debian and Ubuntu: apt-get install gcc libc6-dev), or name it with CC";
      throw new ModelError("GPU_COMPILER", `there is no C compiler "${basename(compiler)}": ${hint}`);
    }
    throw new ModelError("GPU_COMPILER", `${compiler} does not compile ort-shim.c: ${error.stderr || error.message}`);
  });
}
