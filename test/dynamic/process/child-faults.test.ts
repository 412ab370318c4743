import { describe, expect, it } from "vitest";
import { CODE_LIMITS } from "../../../src/blocks/contract/code.ts";
import { check, checkToRun } from "../../../src/compiler/compile.ts";
import { confinedProgram } from "../../../src/dynamic/process/child-program.ts";
import { isAtLeast, probeSandbox } from "../../../src/dynamic/sandbox/sandbox-probe.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { codeBlock } from "../code-in-a-definition.ts";

type Settings = Partial<NonNullable<Parameters<typeof openLibrary>[0]["code"]>>;

/** What is said of a definition with that code, to look at and to run. */
function verdictOn(source: string, code: Record<string, unknown> = {}, settings: Settings = {}) {
  const block = codeBlock("Code", source, { code: { type: "PythonCode", ...code } });
  const steps = [{ type: "Code", name: "s", value: 1 }];
  const document = { ...documentOf(steps, { out: "$steps.s.out" }), dynamic_blocks_definitions: [block] };
  const all = { mode: "local", python: "python3", isolatedLevel: "process", ...settings } as const;
  const library = openLibrary({ allowCode: true, code: all });
  return { ...check(document, library), toRun: checkToRun(document, library).issues };
}

/** What is wrong with a definition with that code, in the daemon. */
function faultsOf(source: string, code: Record<string, unknown> = {}, settings: Settings = {}): string[] {
  const { issues } = verdictOn(source, code, settings);
  return issues.map(({ class: errorClass, path, message, hint }) =>
    [errorClass, path.replace("/dynamic_blocks_definitions/0", ""), message, hint].join(" | "),
  );
}

describe("a definition with a block of Python", () => {
  it("has no fault when its code is good", () => {
    expect(faultsOf("import math\ndef run(self, value: np.ndarray):\n    return {'out': value}")).toEqual([]);
    expect(faultsOf("run = lambda self, value: {'out': value}")).toEqual([]);
    expect(faultsOf("try:\n  import no_such_module\nexcept ImportError: pass\ndef run(self): return 1")).toEqual([]);
    expect(faultsOf("def run(self):\n  import no_such_module\n  return 1")).toEqual([]);
    expect(
      faultsOf("from inference.core.workflows.prototypes.block import BlockResult\ndef run(self): return 1"),
    ).toEqual([]);
  });

  it.each([
    ["def run(self)\n    return 1", {}, "does not compile: line 1, column 14: SyntaxError: expected ':'"],
    [
      "def run(self):\n  return 1",
      { init_function_code: "def init():\nreturn" },
      "does not compile: line 2, column 1: IndentationError",
    ],
    [
      "def run(self): return 1",
      { imports: ["import math", "import"] },
      "does not compile: line 2, column 7: SyntaxError",
    ],
    [
      "import json\nimport no_such_module.part\ndef run(self): return 1",
      {},
      'cannot be loaded: line 2, column 1: imports "no_such_module", which is not installed for ',
    ],
    [
      "def run(self): return 1",
      { imports: ["from no_such_module import x"] },
      "cannot be loaded: line 1, column 1: imports",
    ],
    ["def walk(self): return 1", {}, 'has no function "run"'],
    [
      "def run(self): return 1",
      { init_function_code: "x = 1", init_function_name: "start" },
      'has no function "start"',
    ],
  ])("is refused for what is wrong with its text: %s", (source, code, message) => {
    expect(faultsOf(source, code).join("\n")).toContain(`dynamic block "Code" ${message}`);
  });

  it("is no fault where there is no Python, but it is said that nothing was checked, and it cannot run", () => {
    const { issues, warnings, unsupported, toRun } = verdictOn(
      "def run(self): return 1",
      {},
      { python: "no-such-python" },
    );
    expect(issues).toEqual([]);
    expect(unsupported).toEqual(["Code"]);
    expect(warnings).toMatchObject([
      {
        path: "/dynamic_blocks_definitions/0/code/type",
        message: 'dynamic block "Code" is in Python, which was not checked, as none runs here',
        hint: 'install Python 3, or name an interpreter with "python" in the config',
      },
    ]);
    expect(toRun).toMatchObject([{ code: "COMPILE_UNSUPPORTED_BLOCK", path: "/steps/0/type" }]);
    expect(toRun[0]?.message).toMatch(
      /^step "s": block type "Code" is known but cannot run here: "no-such-python" cannot/,
    );
  });

  it.each([
    ["def run(some: InvalidType): return 1", "line 1, column 15: NameError: name 'InvalidType' is not defined"],
    ["x = 1\ndef run(self, value=y): return 1", "line 2, column 21: NameError: name 'y' is not defined"],
    ["@cached\ndef run(self): return 1", "line 1, column 2: NameError: name 'cached' is not defined"],
    ["class A(Base): pass\ndef run(self): return 1", "line 1, column 9: NameError: name 'Base' is not defined"],
    ["def run(self=BlockSelf): return 1", "line 1, column 14: NameError: name 'BlockSelf' is not defined"],
    ["limit = largest\ndef run(self): return 1", "line 1, column 9: NameError: name 'largest' is not defined"],
  ])("is refused for a name that nothing defines as it is loaded: %s", (source, message) => {
    expect(faultsOf(source).join("\n")).toContain(`dynamic block "Code" cannot be loaded: ${message}`);
  });

  it.each([
    "from math import *\ndef run(self, value: pi): return 1",
    "from __future__ import annotations\ndef run(some: InvalidType): return 1",
    "def run(some: 'InvalidType'): return 1",
    "def run(self: BlockSelf, a: List[Detections], *more: VideoMetadata) -> Dict[str, datetime.datetime]:\n  x: BlockOutputs = {}\n  return x",
    "try: import json as js\nexcept ImportError: js = None\nx = js\ndef run(self): return 1",
    "def run(self, some: sv.Detections, many: Batch[WorkflowImageData]) -> BlockResult: return np.zeros(later)",
    "x = [i for i in range(3)]\nf = lambda a, *b, **c: a\ndef run(self): return missing()",
    "if True:\n  T = int\nfor k in []: pass\nwith open(__name__) as g: pass\ndef run(self, a: T = k): return 1",
    "class A:\n  y = 1\n  z = y\n  def f(self, x: 'B' = y): return x\nclass B(A): pass\ndef run(self): return 1",
  ])("may use what is defined: %s", (source) => {
    expect(faultsOf(source).filter((fault) => !fault.includes("not installed"))).toEqual([]);
  });

  it.each([
    ["def run(self, value):\n    out = value", true],
    ["def run(self, value):\n    def inner(): return 1\n    inner()", true],
    ["def run(self, value):\n    return", true],
    ["def run(self, value):\n    return None", true],
    ["def run(self, value):\n    raise ValueError('no')", false],
    ["def run(self, value):\n    if value: return {'out': 1}", false],
    ["run = lambda self, value: {'out': value}", false],
    ["from helpers import run", false],
  ])("gets a warning when run never returns anything: %s", (source, isTold) => {
    const { warnings } = verdictOn(source);
    const message = 'dynamic block "Code" never returns a value from "run", so all its outputs stay empty';
    expect(warnings.map((warning) => warning.message)).toEqual(isTold ? [message] : []);
  });
});

it("a definition whose code would not be shut in as far as it has to be is refused", () => {
  const { level } = probeSandbox(confinedProgram({ language: "python", limits: CODE_LIMITS, python: "python3" }));
  const faults = faultsOf("def run(self): return 1", {}, { mode: "isolated", isolatedLevel: "strong" });
  if (isAtLeast(level, "strong")) expect(faults).toEqual([]);
  else
    expect(faults.join()).toContain(
      `has to be shut in to the level "strong", but on this machine no more than "${level}" works`,
    );
});
