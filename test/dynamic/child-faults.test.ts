import { describe, expect, it } from "vitest";
import { CODE_LIMITS } from "../../src/blocks/code.ts";
import { check } from "../../src/compiler/compile.ts";
import { openLibrary } from "../../src/daemon/library.ts";
import { confinedProgram } from "../../src/dynamic/child-program.ts";
import { isAtLeast, probeSandbox } from "../../src/dynamic/sandbox-probe.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { codeBlock } from "./code-in-a-definition.ts";

type Settings = Partial<NonNullable<Parameters<typeof openLibrary>[0]["code"]>>;

/** What is wrong with a definition with that code, in the daemon. */
function faultsOf(source: string, code: Record<string, unknown> = {}, settings: Settings = {}): string[] {
  const block = codeBlock("Code", source, { code: { type: "PythonCode", ...code } });
  const steps = [{ type: "Code", name: "s", value: 1 }];
  const document = { ...documentOf(steps, { out: "$steps.s.out" }), dynamic_blocks_definitions: [block] };
  const all = { mode: "local", python: "python3", isolatedLevel: "process", ...settings } as const;
  const { issues } = check(document, openLibrary({ allowCode: true, code: all }));
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

  it("is refused where there is no Python", () => {
    expect(faultsOf("def run(self): return 1", {}, { python: "no-such-python" })).toEqual([
      expect.stringMatching(
        /^DynamicBlockError \| \/code\/type \| dynamic block "Code" cannot run here: "no-such-python" cannot run blocks written in Python: .* \| install Python 3, or name an interpreter with "python" in the config$/,
      ),
    ]);
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
