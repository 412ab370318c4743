import { mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { checkFile } from "../../../src/daemon/commands/check-files.ts";
import { readDefinitionFile } from "../../../src/daemon/input/read-definition.ts";
import { codeBlock } from "../../dynamic/code-in-a-definition.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

/** A definition in a folder of its own, whose block has its code in a file. */
async function definition(name: string, file: string, source: string | null, code: object = {}): Promise<string> {
  await mkdir(folder.path(`${name}/code`), { recursive: true });
  if (source !== null) await writeFile(folder.path(`${name}/${file}`), source);
  const block = codeBlock("Double", "", { code: { run_function_code: undefined, run_function_file: file, ...code } });
  const document = {
    version: "1.0",
    inputs: [{ type: "WorkflowParameter", name: "x" }],
    dynamic_blocks_definitions: [block],
    steps: [{ type: "Double", name: "double", value: "$inputs.x" }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.double.out" }],
  };
  await writeFile(folder.path(`${name}/flow.json`), JSON.stringify(document, null, 2));
  return folder.path(`${name}/flow.json`);
}

test("code lies beside the definition that names it", async () => {
  const path = await definition("good", "code/double.js", "function run({ value }) { return { out: 2 * value }; }");
  expect(await checkFile(path, true)).toMatchObject({ ok: true, issues: [] });
  const { files, document } = await readDefinitionFile(path);
  expect(files).toEqual([folder.path("good/code/double.js")]);
  expect(JSON.stringify(document)).toContain("2 * value");
});

test.each([
  {
    name: "js",
    file: "code/double.js",
    source: "function run() {\n  return {{;\n}",
    code: {},
    at: "code/double.js:2:11",
  },
  {
    name: "ts",
    file: "code/double.ts",
    source: "function run({ value }: { value: number }) {\n  return { out: value *; };\n}",
    code: { type: "TypeScriptCode" },
    at: "code/double.ts:2:",
  },
  {
    name: "py",
    file: "code/double.py",
    source: "def run(self, value):\n    return {'out': value *}\n",
    code: { type: "PythonCode" },
    at: "code/double.py:2:",
  },
])("a fault in $file is reported with its line there", async ({ name, file, source, code, at }) => {
  const { issues } = await checkFile(await definition(name, file, source, code), false);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.message).toContain(at);
  expect(issues[0]?.path).toBe("/dynamic_blocks_definitions/0/code/run_function_file");
  expect(issues[0]?.line).toBeGreaterThan(1);
});

test("a file that is not there, and code in both places, are faults", async () => {
  const missing = await checkFile(await definition("missing", "code/none.py", null), false);
  expect(missing.issues).toMatchObject([
    { code: "DYNAMIC_CODE_FILE", message: '"code/none.py": there is no such file', line: expect.any(Number) },
  ]);
  const both = await checkFile(await definition("both", "code/a.js", "", { run_function_code: "" }), false);
  expect(both.issues).toMatchObject([{ code: "DYNAMIC_CODE_FILE", message: expect.stringContaining("not in both") }]);
});
