import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CODE_LIMITS } from "../../src/blocks/contract/code.ts";
import { check } from "../../src/compiler/compile.ts";
import { examineCode } from "../../src/daemon/commands/doctor/doctor-code.ts";
import { findPython } from "../../src/dynamic/process/child-python.ts";
import { openLibrary } from "../../src/expansion/open-library.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openBlock } from "./child-block.ts";
import { codeBlock } from "./code-in-a-definition.ts";

const python = realpathSync(findPython("python3").executable);
const folders: string[] = [];
const home = process.cwd();
let folder: string;
let trace: string;
/** A name for the interpreter that was not asked for yet. */
let fresh: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-alone-"));
  folders.push(folder);
  trace = join(folder, "trace");
  const spy = `open(${JSON.stringify(trace)}, "a").write(__name__ + "\\n")\nraise ImportError(__name__)\n`;
  for (const name of ["json", "types", "ast", "os", "numpy", "struct", "sitecustomize", "usercustomize"]) {
    writeFileSync(join(folder, `${name}.py`), spy);
  }
  mkdirSync(join(folder, "bin"));
  fresh = join(folder, "bin", "python3");
  symlinkSync(python, fresh);
  process.chdir(folder);
  vi.stubEnv("PYTHONPATH", folder);
  vi.stubEnv("PYTHONSTARTUP", join(folder, "json.py"));
});

afterEach(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
});

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

const SOURCE = "import json\ndef run(self, value):\n    return {'out': json.dumps(value)}";

function faultsOf(code: "local" | "isolated", command: string): unknown[] {
  const block = codeBlock("Code", SOURCE, { code: { type: "PythonCode" } });
  const steps = [{ type: "Code", name: "s", value: 1 }];
  const document = { ...documentOf(steps, { out: "$steps.s.out" }), dynamic_blocks_definitions: [block] };
  const settings = { mode: code, python: command, isolatedLevel: "process" } as const;
  return check(document, openLibrary({ allowCode: true, code: settings })).issues;
}

describe("modules in the working directory and on PYTHONPATH", () => {
  it.each(["local", "isolated"] as const)("take no part when a definition is checked, with code_blocks %s", (mode) => {
    expect(faultsOf(mode, fresh)).toEqual([]);
    expect(existsSync(trace)).toBe(false);
  });

  it.each(["local", "isolated"] as const)("take no part when a block runs, with code_blocks %s", async (mode) => {
    const { call } = openBlock(SOURCE, { python: fresh, mode });
    expect(await call({ value: 1 })).toEqual({ out: "1" });
    expect(existsSync(trace)).toBe(false);
  });

  it.each(["local", "isolated", "off"] as const)("take no part in what doctor asks, with code_blocks %s", (mode) => {
    const [interpreter] = examineCode({ python: fresh, isolated_level: "process", code_blocks: mode });
    expect(interpreter?.found).toContain(fresh);
    expect(existsSync(trace)).toBe(false);
  });

  it("do not choose the interpreter, as a file of pyenv there would", () => {
    const script = join(folder, "bin", "chooser");
    writeFileSync(script, `#!/bin/sh\ntest -e .python-version && echo chosen >>"${trace}"\nexec "${python}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(folder, ".python-version"), "3.1");
    expect(findPython(script).version).toMatch(/^3\./);
    expect(existsSync(trace)).toBe(false);
  });
});

describe("an interpreter that is named by a path from the working directory", () => {
  it("is found there", async () => {
    const { call } = openBlock(SOURCE, { python: relative(folder, fresh), limits: { ...CODE_LIMITS, callMs: 10_000 } });
    expect(await call({ value: [1] })).toEqual({ out: "[1]" });
  });
});
