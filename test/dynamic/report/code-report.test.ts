import { describe, expect, it } from "vitest";
import type { StepError } from "../../../src/base/errors.ts";
import type { BlockCode } from "../../../src/blocks/contract/code.ts";
import { stripTypes } from "../../../src/dynamic/declare/typescript.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { issuesOf } from "../../helpers/open-plan.ts";
import { detections, findPythonCommand, openBlock, picture } from "../child-block.ts";
import { codeBlock } from "../code-in-a-definition.ts";

const JAVASCRIPT = `// Measures
function inner(boxes) {
  return boxes[0].missing.width;
}

function walk(boxes) {
  return inner(boxes);
}

function run({ predictions }) {
  console.log("looking at", predictions.items.length);
  return { out: walk(predictions.items) };
}
`;

const TYPESCRIPT = JAVASCRIPT.replaceAll("(boxes)", "(boxes: any[])")
  .replaceAll("inner(boxes: any[]);", "inner(boxes);")
  .replace("({ predictions })", "({ predictions }: { predictions: { items: any[] } }): unknown");

const PYTHON = `# Measures
def inner(boxes):
    return boxes[0]["missing"]

def walk(boxes):
    return inner(boxes)

def run(self, predictions, image, text):
    print("looking at", len(predictions))
    return {"out": walk([{}])}
`;

const INPUTS = { predictions: detections([{}, {}]), image: picture(8, 6), text: "secret" };

async function failure(source: string, more: Partial<BlockCode>, inputs: Record<string, unknown> = INPUTS) {
  const answer = async () => openBlock(source, { language: "javascript", ...more }).call(inputs);
  const error = await answer().then(
    () => null,
    (thrown: StepError) => thrown,
  );
  return error === null ? "" : `${error.message}\n${error.details["report"]}`;
}

function typed(source: string): [string, Partial<BlockCode>] {
  const stripped = stripTypes(source);
  return ["code" in stripped ? stripped.code : "", { written: { source, initSource: null } }];
}

describe.each(["local", "isolated"] as const)("a failure of %s code", (mode) => {
  it("in JavaScript shows the line, how the code came there, what it was given and what it printed", async () => {
    expect(await failure(JAVASCRIPT, { mode })).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 3, column 27, in run: TypeError: Cannot read properties of undefined (reading 'width')
          JavaScript code of "Code", in inner:
            1 | // Measures
            2 | function inner(boxes) {
          > 3 |   return boxes[0].missing.width;
              |                           ^
            4 | }
          called from walk, line 7, column 10
          called from run, line 12, column 17
          inputs: predictions: 2 detections; image: image 8x6; text: text of 6 characters
          printed:
            looking at 2"
    `);
  });

  it("in TypeScript shows the text as it was written", async () => {
    const [source, more] = typed(TYPESCRIPT);
    expect(await failure(source, { mode, ...more })).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 3, column 27, in run: TypeError: Cannot read properties of undefined (reading 'width')
          TypeScript code of "Code", in inner:
            1 | // Measures
            2 | function inner(boxes: any[]) {
          > 3 |   return boxes[0].missing.width;
              |                           ^
            4 | }
          called from walk, line 7, column 10
          called from run, line 12, column 17
          inputs: predictions: 2 detections; image: image 8x6; text: text of 6 characters
          printed:
            looking at 2"
    `);
  });

  it("shows lines of the init code, which is counted by itself", async () => {
    const initSource = "function init() {\n  return inner([]);\n}";
    expect(await failure(JAVASCRIPT, { mode, initSource }, {})).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 3, column 19, in init: TypeError: Cannot read properties of undefined (reading 'missing')
          JavaScript code of "Code", in inner:
            1 | // Measures
            2 | function inner(boxes) {
          > 3 |   return boxes[0].missing.width;
              |                   ^
            4 | }
          called from init, line 2, column 10 of the init code"
    `);
  });

  it("tells kinds of inputs also for what is thrown without a place", async () => {
    expect(await failure("function run() { throw 'enough'; }", { mode })).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in run: enough
          JavaScript code of "Code"
          inputs: predictions: 2 detections; image: image 8x6; text: text of 6 characters"
    `);
  });

  it("is not misled by a message that looks like a place", async () => {
    const source = "\nfunction run() { throw new Error('at x (block:Code/run.js:99:7)'); }";
    expect(await failure(source, { mode }, {})).toMatch(/^dynamic block "Code": Error in line 2, column 24,/);
  });

  it("tells a function that calls itself once, and long messages by their beginning", async () => {
    const source =
      "function f(n) {\n  if (n === 0) throw new Error('x'.repeat(1e6));\n  return f(n - 1);\n}\nfunction run() { return f(5); }";
    const shown = await failure(source, { mode }, {});
    expect(shown.length).toBeLessThan(6000);
    expect(shown).toContain("    called from f, line 3, column 10 (5 times)\n    called from run, line 5, column 25");
  });

  it("shows the last lines of much output", async () => {
    const source = "function run() { for (let i = 0; i < 500; i++) console.log('line', i); throw new Error('x'); }";
    const shown = (await failure(source, { mode }, {})).split("\n");
    expect(shown.length).toBeLessThan(30);
    expect(shown.at(-1)).toBe("      line 499");
  });
});

const pythonTest = it.skipIf(findPythonCommand(false) === null && findPythonCommand(true) === null);

describe("a failure of code in Python", () => {
  /** Columns and carets are there from Python 3.11 on. */
  const withoutColumns = (text: string) => text.replace(/, column \d+/g, "").replace(/\n +\| +\^/g, "");

  pythonTest("shows the line, how the code came there, what it was given and what it printed", async () => {
    expect(withoutColumns(await failure(PYTHON, { language: "python" }))).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 3, in run: KeyError: 'missing'
          Python code of "Code", in inner:
            1 | # Measures
            2 | def inner(boxes):
          > 3 |     return boxes[0]["missing"]
            4 |
            5 | def walk(boxes):
          called from walk, line 6
          called from run, line 10
          inputs: predictions: 2 detections; image: image 8x6; text: text of 6 characters
          printed:
            looking at 2"
    `);
  });

  pythonTest("shows the line that does not compile", async () => {
    expect(await failure("def run(self):\n    x = = 1", { language: "python" }, {})).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 2, column 9, in load: SyntaxError: invalid syntax
          Python code of "Code":
            1 | def run(self):
          > 2 |     x = = 1
              |         ^"
    `);
  });

  pythonTest("shows lines of the init code", async () => {
    const more = { language: "python", initSource: "def init():\n    return {'a': 1 / 0}" } as const;
    expect(withoutColumns(await failure("def run(self): pass", more, {}))).toMatchInlineSnapshot(`
      "dynamic block "Code": Error in line 2 of the init code, in init: ZeroDivisionError: division by zero
          Python code of "Code", in init:
            1 | def init():
          > 2 |     return {'a': 1 / 0}"
    `);
  });

  pythonTest("tells a function that calls itself once", async () => {
    const source = "def f(n):\n    return f(n + 1)\n\ndef run(self):\n    return f(0)";
    const shown = withoutColumns(await failure(source, { language: "python" }, {}));
    expect(shown).toContain("in run: RecursionError");
    expect(shown).toContain("    called from f, line 2 (19 times)");
  });

  pythonTest("counts columns as editors do", async () => {
    const source = 'def run(self):\n    x = ["ü😀", 1 / 0]';
    const error = await failure(source, { language: "python" }, {});
    if (error.includes("column")) expect(error).toContain("line 2, column 17,");
  });
});

describe("code that does not compile", () => {
  it.each([
    ["JavaScript", "JavaScriptCode", "function run() {\n  return {\n    out: 1,,\n  };\n}"],
    [
      "TypeScript",
      "TypeScriptCode",
      "interface Box { width: number }\nfunction run(): Box {\n  enum Size { Small }\n}",
    ],
  ])("is shown around the fault in %s", (_, type, source) => {
    const blocks = [codeBlock("Code", source, { code: { type } })];
    const [issue] = issuesOf({ ...documentOf([], {}), dynamic_blocks_definitions: blocks });
    const [, column] = /column (\d+)/.exec(issue?.message ?? "") ?? [];
    const rows = (issue?.excerpt ?? "").split("\n");
    const marked = rows.findIndex((row) => row.startsWith("> 3 | "));
    expect(rows[marked + 1]?.indexOf("^")).toBe("> 3 | ".length + Number(column) - 1);
  });
});
