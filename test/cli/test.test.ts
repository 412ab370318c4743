import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

const DEFINITION = {
  version: "1.0",
  inputs: [{ type: "WorkflowParameter", name: "x" }],
  steps: [
    {
      type: "roboflow_core/property_definition@v1",
      name: "twice",
      data: "$inputs.x",
      operations: [{ type: "Multiply", other: 2 }],
    },
  ],
  outputs: [{ type: "JsonField", name: "y", selector: "$steps.twice.output" }],
};

async function write(name: string, y: number): Promise<string> {
  const path = folder.path(name);
  const expected = { runs: [{ rows: [{ y }] }] };
  await writeFile(path, JSON.stringify({ name, definition: DEFINITION, runs: [{ x: 2 }], expected }));
  return path;
}

test("cases that are the same end with 0, others with 1 and what differs", async () => {
  const [right, wrong] = [await write("right.json", 4), await write("wrong.json", 5)];
  expect(await millrace(["test", right])).toMatchObject({ code: 0, stdout: "", stderr: "1 same\n" });
  const { code, stderr } = await millrace(["test", right, wrong]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `${wrong}: different\n  /runs/0/rows/0/y (step "twice"): expected 5, found 4\n1 same, 1 different\n`,
  );
});

test("with --json each case is one line", async () => {
  const file = await write("json.json", 5);
  const { code, stdout, stderr } = await millrace(["test", file, "--json"]);
  expect([code, stderr]).toEqual([1, ""]);
  expect(JSON.parse(stdout)).toEqual({
    file,
    name: "json.json",
    types: ["roboflow_core/property_definition@v1"],
    status: "different",
    differences: [{ path: "/runs/0/rows/0/y", step: "twice", expected: 5, found: 4 }],
  });
});

test("a path that is wrong ends with 2", async () => {
  const { code, stderr } = await millrace(["test", folder.path("absent.json")]);
  expect(code).toBe(2);
  expect(stderr).toContain("there is no such file or folder");
});
