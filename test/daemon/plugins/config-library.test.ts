import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { checkToRun, type Verdict } from "../../../src/compiler/compile.ts";
import { openConfigLibrary } from "../../../src/daemon/plugins/config-library.ts";
import { digestOf } from "../../../src/daemon/plugins/known-definitions.ts";
import { loadLibrary } from "../../../src/daemon/plugins/library.ts";
import { goldenFolder, lacksGolden } from "../../helpers/assets.ts";
import { ROOT } from "../../helpers/cli.ts";

const { library: full } = await loadLibrary();
let libraries = 0;

/** By a library that has loaded nothing yet. */
async function judgedAlone(document: unknown): Promise<Verdict> {
  const library = await openConfigLibrary({ callMs: 250 + (libraries++ % 100) });
  return library.judge(document, digestOf(document));
}

function documentsIn(folder: string): { file: string; document: unknown }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && !file.includes("node_modules"))
    .map((file) => ({ file, document: JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown }));
}

/** Plans hold limits of code, which the libraries of this test differ in. */
function comparable({ blocks: _, ...verdict }: Verdict): unknown {
  return JSON.parse(JSON.stringify(verdict).replaceAll(/"callMs":\d+/g, '"callMs":250'));
}

async function expectSame(file: string, document: unknown): Promise<void> {
  const [found, expected] = [await judgedAlone(document), checkToRun(document, full)];
  expect({ file, verdict: comparable(found) }).toEqual({ file, verdict: comparable(expected) });
  const named = (expected.plan?.steps ?? []).map(({ type }) => type);
  expect(named.filter((type) => !found.blocks.has(type))).toEqual([]);
}

test("judges every example as the library of all blocks does", async () => {
  const examples = documentsIn(`${ROOT}/examples`);
  expect(examples.length).toBeGreaterThan(5);
  for (const { file, document } of examples) await expectSame(file, document);
});

test.skipIf(lacksGolden())("and every definition that the reference was asked about, faulty ones too", async () => {
  const cases = documentsIn(goldenFolder("golden")).flatMap(({ file, document }) => {
    const { definition } = (document ?? {}) as { definition?: unknown };
    return typeof definition === "object" && definition !== null ? [{ file, definition }] : [];
  });
  expect(cases.length).toBeGreaterThan(500);
  for (const { file, definition } of cases) await expectSame(file, definition);
});

const step = (type: string) => ({
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [{ type, name: "step", image: "$inputs.image" }],
  outputs: [{ type: "JsonField", name: "out", selector: "$steps.step.image" }],
});

test("has the blocks that definitions name, and of one with a fault says what all blocks say", async () => {
  const { plan, blocks } = await judgedAlone(step("roboflow_core/image_blur@v1"));
  expect([...blocks.values()].map(({ type }) => type)).toEqual(["roboflow_core/image_blur@v1"]);
  expect(plan).not.toBeNull();
  const [issue] = (await judgedAlone(step("roboflow_core/image_blurr@v1"))).issues;
  expect(issue?.hint).toContain("roboflow_core/image_blur@v1");
});

test("knows a definition again, also when it has loaded nothing since", async () => {
  const library = await openConfigLibrary({ callMs: 500 });
  const document = step("roboflow_core/image_blur@v1");
  const { plan } = await library.judge(document, digestOf(document));
  expect((await library.judge(document, digestOf(document))).plan).toBe(plan);
  expect(await openConfigLibrary({ callMs: 500 })).toBe(library);
  expect(await openConfigLibrary({ callMs: 501 })).not.toBe(library);
});

test("honours switches of the environment", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("WORKFLOW_DISABLED_BLOCK_PATTERNS", "image_blur");
  const [issue] = (await judgedAlone(step("roboflow_core/image_blur@v1"))).issues;
  expect(issue?.hint).toContain("WORKFLOW_DISABLED_BLOCK_PATTERNS");
});
