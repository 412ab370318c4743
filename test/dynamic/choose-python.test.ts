import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { examineCode } from "../../src/daemon/commands/doctor/doctor-code.ts";
import { findPython } from "../../src/dynamic/process/child-python.ts";
import { findPythonCommand } from "./child-block.ts";

const python = findPythonCommand(true) ?? findPythonCommand(false);
const home = mkdtempSync(join(tmpdir(), "millrace-python-"));
let count = 0;

afterAll(() => rmSync(home, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

interface Interpreter {
  numpy?: string | null;
  supervision?: string | null;
  version?: string;
}

/** Folders of a path with interpreters of one new name, which say that of themselves. */
function onPath(...interpreters: Interpreter[]): { name: string; paths: string[] } {
  const name = `python-${++count}`;
  const folders = interpreters.map(({ numpy = null, supervision = null, version = "3.11.0" }, i) => {
    const folder = join(home, `${name}-${i}`);
    mkdirSync(folder);
    const executable = join(folder, name);
    const answer = { executable, version, numpy, supervision, paths: [] };
    writeFileSync(executable, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`);
    chmodSync(executable, 0o755);
    return folder;
  });
  vi.stubEnv("PATH", [...folders, process.env["PATH"]].join(":"));
  return { name, paths: folders.map((folder) => join(folder, name)) };
}

describe("the interpreter for blocks in Python", () => {
  it("is the first of the path where that has numpy", () => {
    const { name, paths } = onPath({ numpy: "1" }, { numpy: "2", supervision: "1" });
    expect(findPython(name)).toMatchObject({ executable: paths[0], insteadOf: null });
  });

  it("is the next one with numpy where the first has none, best with supervision", () => {
    const found = onPath({}, { numpy: "1" }, { numpy: "2", supervision: "1" });
    expect(findPython(found.name)).toMatchObject({ executable: found.paths[2], insteadOf: found.paths[0] });
    const plain = onPath({}, {}, { numpy: "2" });
    expect(findPython(plain.name)).toMatchObject({ executable: plain.paths[2], insteadOf: plain.paths[0] });
  });

  it("is the first one where none has numpy", () => {
    const { name, paths } = onPath({}, { supervision: "1" });
    expect(findPython(name)).toMatchObject({ executable: paths[0], insteadOf: null });
  });

  it("is the next one where the first is too old", () => {
    const { name, paths } = onPath({ version: "3.7.9" }, { numpy: "1" });
    expect(findPython(name)).toMatchObject({ executable: paths[1], insteadOf: null });
  });

  it("is the one that a path names, whatever it has", () => {
    const { paths } = onPath({}, { numpy: "1" });
    expect(findPython(paths[0] as string)).toMatchObject({ executable: paths[0], numpy: null });
  });

  it("is refused with the reason where none is of use", () => {
    const { name } = onPath({ version: "3.7.9" }, { version: "2.7.0" });
    expect(() => findPython(name)).toThrow(
      `"${name}" cannot run blocks written in Python: it is Python 3.7.9; Python 3.8 or later is needed`,
    );
  });

  it("is reported by doctor with the one whose place it takes", () => {
    const { name, paths } = onPath({}, { numpy: "1" });
    const [finding] = examineCode({ python: name, isolated_level: "process", code_blocks: "off" });
    expect(finding?.found).toBe(
      `Python 3.11.0 at ${paths[1]}: numpy 1, supervision absent; ${paths[0]}, the first of the path, lacks numpy`,
    );
  });

  it.skipIf(python === null)("says the same of itself by its path as by its name", () => {
    const { executable, version } = findPython(python ?? "");
    expect(findPython(executable)).toMatchObject({ executable, version });
  });
});
