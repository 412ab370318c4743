import { describe, expect, it } from "vitest";
import { stripTypes } from "../../../src/dynamic/declare/typescript.ts";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { openPlan } from "../../helpers/open-plan.ts";
import { codeBlock } from "../code-in-a-definition.ts";

function open(source: string, code: Record<string, unknown> = {}) {
  const block = codeBlock("Code", source, { code: { type: "TypeScriptCode", ...code } });
  const document = {
    ...documentOf([{ type: "Code", name: "s", value: "$inputs.x" }], { s: "$steps.s.out" }),
    dynamic_blocks_definitions: [block],
  };
  return openPlan(document, { onError: "isolate" });
}

describe("a block of TypeScript", () => {
  it("runs with types in run and init", async () => {
    const source = `
      interface Inputs { value: number }
      type Self = { initResults: { factor: number } };
      let sum: number = 0;
      export type Kept = { sum: number };
      function run<T extends Inputs>({ value }: T, self: Self): { out: number } {
        sum += (value as number) * self.initResults.factor;
        return { out: sum satisfies number };
      }`.replace("export type", "type");
    const { run } = open(source, {
      init_function_code: "function init(): { factor: number } { return { factor: 3 }; }",
    });
    const { rows } = await run({ x: [1, 2] });
    expect(rows).toEqual([{ s: 3 }, { s: 9 }]);
  });

  it("fails at the line and column of the text as it was written", async () => {
    const source =
      "interface Box { width: number }\n\nfunction run({ value }: { value: Box | null }): unknown {\n  const box: Box = value as Box; return { out: (box as Box).width.toFixed() };\n}";
    const { rows, faults } = await open(source).run({ x: [{}] });
    expect(rows).toEqual([{ s: null }]);
    const column = (source.split("\n")[3]?.indexOf("toFixed") ?? 0) + 1;
    expect(faults.map(({ message }) => message)).toEqual([
      `dynamic block "Code": Error in line 4, column ${column}, in run: TypeError: Cannot read properties of undefined (reading 'toFixed')`,
    ]);
  });
});

describe("types left out", () => {
  it("leave every other character in its place", () => {
    const source =
      'const a: Map<string, "ü😀"> = new Map<string, string>();\nlet b!: number; b = a as unknown as number;\n';
    const stripped = stripTypes(source);
    const code = "code" in stripped ? stripped.code : "";
    expect(code).toHaveLength(source.length);
    expect(code.split("\n").map((line) => line.indexOf("="))).toEqual(source.split("\n").map((l) => l.indexOf("=")));
    expect(code).not.toContain("string");
  });
});
