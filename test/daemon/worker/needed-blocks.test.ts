import { expect, onTestFinished, test, vi } from "vitest";
import { BLOCKS } from "../../../src/blocks/block-list.ts";
import { checkToRun } from "../../../src/compiler/compile.ts";
import type { Plan } from "../../../src/compiler/plan.ts";
import { NeededBlocks } from "../../../src/daemon/worker/needed-blocks.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import { dynamicWorkflow, planDocument, returning } from "../../expansion/documents.ts";

const library = openLibrary({ allowCode: true });

function planOf(document: unknown): Plan {
  const { plan, issues } = checkToRun(document, library);
  if (plan === null) throw new Error(issues.map(({ message }) => message).join("; "));
  return plan;
}

const image = { type: "WorkflowImage", name: "image" };
const on = (...types: string[]) =>
  planOf({
    version: "1.0",
    inputs: [image],
    steps: types.map((type, i) => ({ type: `roboflow_core/${type}`, name: `s${i}`, image: "$inputs.image" })),
    outputs: types.map((_, i) => ({ type: "JsonField", name: `o${i}`, selector: `$steps.s${i}.image` })),
  });
const generating = planOf(planDocument(dynamicWorkflow("Plan", returning([], {}))));

const typesOf = ({ installed }: { installed: { blocks: readonly { type: string }[] } }) =>
  installed.blocks.map(({ type }) => type).toSorted();

test("a thread has the blocks of its plan, and keeps them when another takes its place", async () => {
  const blocks = new NeededBlocks([]);
  const first = await blocks.load(on("image_blur@v1"));
  expect(typesOf(first)).toEqual(["roboflow_core/image_blur@v1"]);
  expect(first.compiler).toBeNull();
  expect(await blocks.load(on("image_blur@v1"))).toBe(first);
  const second = await blocks.load(on("convert_grayscale@v1"));
  expect(typesOf(second)).toEqual(["roboflow_core/convert_grayscale@v1", "roboflow_core/image_blur@v1"]);
  expect(second.installed.catalogue.get("roboflow_core/image_blur@v1")).toBe(
    first.installed.catalogue.get("roboflow_core/image_blur@v1"),
  );
});

test("those of workflows inside of steps too", async () => {
  const inner = {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "item" }],
    steps: [{ type: "roboflow_core/image_blur@v1", name: "blur", image: "$inputs.item" }],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.blur.image" }],
  };
  const each = {
    type: "millrace/for_each@v1",
    name: "each",
    over: { item: "$steps.crop.slices" },
    workflow_definition: inner,
  };
  const crop = { type: "roboflow_core/image_slicer@v1", name: "crop", image: "$inputs.image" };
  const plan = planOf({
    version: "1.0",
    inputs: [image],
    steps: [crop, each],
    outputs: [{ type: "JsonField", name: "out", selector: "$steps.each.out" }],
  });
  expect(typesOf(await new NeededBlocks([]).load(plan))).toEqual([
    "millrace/for_each@v1",
    "roboflow_core/image_blur@v1",
    "roboflow_core/image_slicer@v1",
  ]);
});

test("where a step generates workflows it has every block and the compiler, from then on", async () => {
  const blocks = new NeededBlocks([]);
  await blocks.load(on("image_blur@v1"));
  const all = await blocks.load(generating);
  expect(typesOf(all)).toEqual(BLOCKS.map(({ type }) => type).toSorted());
  expect(all.compiler).not.toBeNull();
  expect(await blocks.load(on("image_blur@v1"))).toBe(all);
  expect(await blocks.load(generating)).toBe(all);
});

test("none that the environment switches off", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("WORKFLOW_DISABLED_BLOCK_PATTERNS", "image_blur");
  const { installed } = await new NeededBlocks([]).load(generating);
  expect(installed.catalogue.has("roboflow_core/image_blur@v1")).toBe(false);
  expect(installed.catalogue.has("roboflow_core/convert_grayscale@v1")).toBe(true);
});
