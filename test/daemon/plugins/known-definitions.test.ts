import { readdirSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { checkToRun } from "../../../src/compiler/compile.ts";
import { digestOf, judge } from "../../../src/daemon/plugins/known-definitions.ts";
import { loadLibrary } from "../../../src/daemon/plugins/library.ts";
import { ROOT } from "../../helpers/cli.ts";
import { trackingWorkflow } from "../../helpers/daemon.ts";

const { library } = await loadLibrary();
const counting = (count: number) => ({
  version: "1.0",
  inputs: [{ type: "WorkflowImage", name: "image" }],
  steps: [
    { type: "roboflow_core/property_definition@v1", name: `step${count}`, data: "$inputs.image", operations: [] },
  ],
  outputs: [{ type: "JsonField", name: "out", selector: `$steps.step${count}.output` }],
});

test("a definition is compiled once, whoever reads it", () => {
  const { plan } = judge(trackingWorkflow(), library);
  expect(plan).not.toBeNull();
  expect(judge(trackingWorkflow(), library).plan).toBe(plan);
  expect(judge(counting(1), library).plan).not.toBe(plan);
  expect(plan).toEqual(checkToRun(trackingWorkflow(), library).plan);
});

test("known or not, the verdict is that of the compiler, for every example", () => {
  const files = readdirSync(`${ROOT}/examples`, { recursive: true, encoding: "utf8" });
  const workflows = files.filter((file) => file.endsWith(".json") && !file.includes("node_modules"));
  const documents = workflows.map((file) => JSON.parse(readFileSync(`${ROOT}/examples/${file}`, "utf8")) as unknown);
  expect(documents.length).toBeGreaterThan(5);
  for (const document of documents) {
    const expected = checkToRun(document, library);
    for (const found of [judge(document, library), judge(structuredClone(document), library)]) {
      expect({ ...found, blocks: null }).toEqual({ ...expected, blocks: null });
    }
  }
});

test("faults are found each time", () => {
  const faulty = { ...counting(1), outputs: [{ type: "JsonField", name: "out", selector: "$steps.nothing.output" }] };
  const first = judge(faulty, library);
  expect(first.issues.map(({ code }) => code)).toEqual(["COMPILE_OUTPUT"]);
  const second = judge(faulty, library);
  expect(second).not.toBe(first);
  expect(second.issues).toEqual(first.issues);
});

test("those that were used longest ago are forgotten", () => {
  const kept = judge(counting(1000), library).plan;
  const lost = judge(counting(1001), library).plan;
  for (let count = 1002; count < 1065; count++) {
    judge(counting(count), library);
    judge(counting(1000), library);
  }
  expect(judge(counting(1000), library).plan).toBe(kept);
  expect(judge(counting(1001), library).plan).not.toBe(lost);
});

test("another order of keys is another text, and compiled to an equal plan", () => {
  const { version, ...others } = counting(2);
  expect(digestOf({ ...others, version })).not.toBe(digestOf(counting(2)));
  expect(judge({ ...others, version }, library).plan).toEqual(judge(counting(2), library).plan);
});

test("the library is the same one until something of it is another, and so are its verdicts", async () => {
  const again = await loadLibrary();
  expect(again.library).toBe(library);
  const strict = (await loadLibrary({ allowCode: false })).library;
  expect(strict).not.toBe(library);
  expect(judge(trackingWorkflow(), library).issues).toEqual([]);
  expect(judge(trackingWorkflow(), strict).issues).not.toEqual([]);
  vi.stubEnv("WORKFLOW_DISABLED_BLOCK_TYPES", "sink");
  vi.stubEnv("WORKFLOW_SELECTIVE_BLOCKS_DISABLE", "true");
  onTestFinished(() => void vi.unstubAllEnvs());
  const without = await loadLibrary();
  expect(without.library).not.toBe(library);
  expect(without.installed.switchedOff.length).toBeGreaterThan(0);
});
