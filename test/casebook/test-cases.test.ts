import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import type { CaseVerdict } from "../../src/casebook/test-case.ts";
import { testCases } from "../../src/casebook/test-cases.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

/** Counts its calls, so that runs tell whether they share an engine. */
const COUNT = {
  version: "1.0",
  inputs: [{ type: "WorkflowParameter", name: "x" }],
  dynamic_blocks_definitions: [
    {
      type: "DynamicBlockDefinition",
      manifest: {
        type: "ManifestDescription",
        block_type: "Count",
        inputs: { x: { type: "DynamicInputDefinition", selector_types: ["input_parameter"] } },
        outputs: { n: { type: "DynamicOutputDefinition", kind: [] } },
      },
      code: {
        type: "JavaScriptCode",
        run_function_code: "let n = 0;\nfunction run({ x }) {\n  n += x;\n  return { n };\n}",
      },
    },
  ],
  steps: [{ type: "Count", name: "count", x: "$inputs.x" }],
  outputs: [{ type: "JsonField", name: "n", selector: "$steps.count.n" }],
};

const SUM = {
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

async function write(name: string, content: unknown): Promise<string> {
  const path = folder.path(name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function verdicts(
  paths: readonly string[],
  settings: { update?: boolean; only?: readonly string[]; limitMs?: number } = {},
): Promise<CaseVerdict[]> {
  const { update = false, only = [], ...others } = settings;
  const found: CaseVerdict[] = [];
  await testCases({ paths, models: {}, update, only, onVerdict: (verdict) => found.push(verdict), ...others });
  return found;
}

function rows(...values: unknown[]) {
  return { runs: values.map((value) => ({ rows: [value] })) };
}

test("the runs of a case share one engine, and cases share none", async () => {
  const one = { definition: COUNT, runs: [{ x: 1 }, { x: 2 }], expected: rows({ n: 1 }, { n: 3 }) };
  const paths = [await write("state/a.json", one), await write("state/b.json", one)];
  expect((await verdicts(paths)).map(({ status }) => status)).toEqual(["same", "same"]);
});

test("a difference tells path, step, expected and found", async () => {
  const path = await write("sum.json", { name: "sum", definition: SUM, runs: [{ x: 2 }], expected: rows({ y: 5 }) });
  const types = ["roboflow_core/property_definition@v1"];
  const differences = [{ path: "/runs/0/rows/0/y", step: "twice", expected: 5, found: 4 }];
  expect(await verdicts([path])).toEqual([{ file: path, name: "sum", types, status: "different", differences }]);
});

test("errors are compared by class", async () => {
  const failing = (name: string) => ({ runs: [{ error: { class: name } }] });
  const one = (expected: unknown) => ({ definition: SUM, runs: [{ x: {} }], expected });
  const right = await write("error.json", one(failing("InvalidInputTypeError")));
  const wrong = await write("other-error.json", one(failing("RuntimeInputError")));
  const none = await write("no-error.json", one(rows({ y: 4 })));
  const [same, different, failed] = await verdicts([right, wrong, none]);
  expect(same?.status).toBe("same");
  expect(different?.differences[0]).toMatchObject({ path: "/runs/0/error/class", found: "InvalidInputTypeError" });
  expect(failed).toMatchObject({ status: "failed", differences: [{ path: "/runs/0/rows" }] });
});

test("faults of a definition are compared by class too, and are as good as errors of every run", async () => {
  const broken = { ...SUM, outputs: [{ type: "JsonField", name: "y", selector: "$steps.none.output" }] };
  const at = (name: string, expected: unknown) => write(name, { definition: broken, runs: [{ x: 1 }], expected });
  const paths = [
    await at("compile.json", { compile_error: { class: "InvalidReferenceTargetError" } }),
    await at("compile-other.json", { compile_error: { class: "WorkflowSyntaxError" } }),
    await at("compile-runs.json", { runs: [{ error: { class: "StepExecutionError" } }] }),
    await at("compile-rows.json", rows({ y: 2 })),
  ];
  expect((await verdicts(paths)).map(({ status }) => status)).toEqual(["same", "different", "same", "failed"]);
});

test("a block that is known and does not run here makes a case unsupported", async () => {
  const type = "roboflow_core/cog_vlm@v1";
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [{ type, name: "ask", images: "$inputs.image", prompt: "What is it?" }],
    outputs: [{ type: "JsonField", name: "answer", selector: "$steps.ask.raw_output" }],
  };
  const path = await write("language.json", {
    definition,
    runs: [{}],
    expected: { runs: [{ error: { class: "X" } }] },
  });
  expect(await verdicts([path])).toMatchObject([{ status: "unsupported", unsupported: [type] }]);
});

test("a case that cannot be read has failed with every fault", async () => {
  const path = await write("wrong.json", { definition: SUM, runs: [3], expectd: {}, ignore: ["rows"] });
  const [verdict] = await verdicts([path]);
  expect(verdict?.status).toBe("failed");
  expect(verdict?.differences[0]?.message).toMatchInlineSnapshot(
    `"/runs/0: expected an object with values of inputs; /ignore/0: expected a JSON pointer, such as /runs/*/rows/*/out; /expectd: is no key of a case (did you mean "expected"?)"`,
  );
  expect(await verdicts([await write("none.json", "{")])).toMatchObject([{ status: "failed" }]);
});

test("update writes what is not the same, and the case is the same then", async () => {
  const path = await write("new.json", { definition: SUM, runs: [{ x: 2 }, { x: {} }] });
  expect(await verdicts([path])).toMatchObject([{ status: "failed" }]);
  expect(await verdicts([path], { update: true })).toMatchObject([{ status: "same", updated: true }]);
  const { expected } = JSON.parse(await readFile(path, "utf8")) as { expected: unknown };
  expect(expected).toEqual({ runs: [{ rows: [{ y: 4 }] }, { error: { class: "InvalidInputTypeError" } }] });
  expect(await verdicts([path])).toMatchObject([{ status: "same" }]);
});

test("definitions and pictures may lie beside the case", async () => {
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [],
    outputs: [{ type: "JsonField", name: "image", selector: "$inputs.image" }],
  };
  await write("beside/workflow.json", definition);
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
  await writeFile(folder.path("beside/pixel.png"), Buffer.from(pixel, "base64"));
  const expected = rows({ image: { $png: "pixel.png", compare: { mode: "exact" } } });
  const runs = [{ image: { type: "file", value: "pixel.png" } }];
  const path = await write("beside/case.json", { definition: "workflow.json", runs, expected });
  expect(await verdicts([path])).toMatchObject([{ status: "same" }]);
});

test("only cases that use a type run, and folders are searched for cases", async () => {
  await write("folder/sum.json", { definition: SUM, runs: [{ x: 1 }], expected: rows({ y: 2 }) });
  await write("folder/count.json", { definition: COUNT, runs: [{ x: 1 }], expected: rows({ n: 1 }) });
  await write("folder/package.json", { name: "no case" });
  const names = async (only: string[]) => (await verdicts([folder.path("folder")], { only })).map(({ name }) => name);
  expect(await names([])).toEqual(["count", "sum"]);
  expect(await names(["property_definition@v1"])).toEqual(["sum"]);
  expect(await names(["Count"])).toEqual(["count"]);
});

test("a case that does not come to an end has failed, and the next one runs", async () => {
  const endless = structuredClone(COUNT);
  const [block] = endless.dynamic_blocks_definitions;
  if (block !== undefined) block.code.run_function_code = "function run() {\n  for (;;);\n}";
  const paths = [
    await write("endless/a.json", { definition: endless, runs: [{ x: 1 }], expected: rows({ n: 1 }) }),
    await write("endless/b.json", { definition: SUM, runs: [{ x: 1 }], expected: rows({ y: 2 }) }),
  ];
  const found = await verdicts(paths, { limitMs: 15_000 });
  expect(found.map(({ status }) => status)).toEqual(["failed", "same"]);
  expect(found[0]?.differences[0]?.message).toBe("took more than 15 s");
});

test("paths that hold no case are faults, all at once", async () => {
  await write("bare/readme.md", "nothing");
  await expect(verdicts([folder.path("bare"), folder.path("absent")])).rejects.toThrow(
    /holds no case[\s\S]*no such file/,
  );
});

test("env, {{TMP}} and {{HTTP}} are there for the case alone", async () => {
  const definition = structuredClone(COUNT);
  const [block] = definition.dynamic_blocks_definitions;
  const code = [
    'const { writeFileSync } = process.getBuiltinModule("node:fs");',
    "async function run({ x }) {",
    '  writeFileSync(x.folder + "/out_2024_01_02_03_04_05_000006.txt", "x");',
    "  await fetch(x.address + '/hook?q=1', { method: 'POST', headers: { 'x-a': 'b' }, body: '{\"v\": 1}' });",
    "  return { n: process.env.CASE_VALUE ?? null };",
    "}",
  ];
  if (block !== undefined) block.code.run_function_code = code.join("\n");
  const expected = {
    ...rows({ n: "here" }),
    files: [{ path: "out_<time>.txt", content: "x" }],
    requests: [
      {
        method: "POST",
        path: "/hook?q=1",
        content_type: "text/plain;charset=UTF-8",
        headers: { "x-a": "b" },
        body: '{"v":1}',
      },
    ],
  };
  const runs = [{ x: { folder: "{{TMP}}", address: "{{HTTP}}" } }];
  const path = await write("places.json", { definition, runs, expected, env: { CASE_VALUE: "here" } });
  expect(await verdicts([path])).toMatchObject([{ status: "same", differences: [] }]);
});
