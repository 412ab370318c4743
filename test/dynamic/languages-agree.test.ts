import { describe, expect, it, onTestFinished } from "vitest";
import { openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { testServices } from "../helpers/no-services.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { anyInputs, BLOCKS_IN_TWO_LANGUAGES, type BlockInTwoLanguages } from "./blocks-in-two-languages.ts";
import { detections, findPythonCommand, ownPixels, picture } from "./child-block.ts";
import { codeBlock } from "./code-in-a-definition.ts";

// A block gives the same whatever it is written in and wherever it runs.

const CAMERAS = ["door", "gate", "yard"];
const CLASSES = ["dog", "cat", "person", "car"];
const FRAMES = generatedFrames();

interface Frame {
  predictions: unknown[];
  image: unknown[];
  at: number[];
}

type Where = { language: "JavaScript" | "Python"; mode?: "local" | "isolated"; python?: string };

expect.addEqualityTesters([
  (a, b) =>
    typeof a === "number" && typeof b === "number"
      ? Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))
      : undefined,
]);

const withNumpy = findPythonCommand(true);
const withoutNumpy = findPythonCommand(false);
for (const [command, what] of [
  [withNumpy, "with"],
  [withoutNumpy, "without"],
]) {
  if (command === null)
    process.stderr.write(`skipped: blocks in Python ${what} numpy, as there is no such interpreter\n`);
}

describe.each(BLOCKS_IN_TWO_LANGUAGES)("the $name", (block) => {
  it("is the same in a process of its own", async () => {
    const rows = await rowsOf(block, { language: "JavaScript" });
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBeGreaterThan(10);
    expect(await rowsOf(block, { language: "JavaScript", mode: "isolated" })).toEqual(rows);
  });

  it.skipIf(withNumpy === null)("is the same in Python", async () => {
    const rows = await rowsOf(block, { language: "JavaScript" });
    expect(await rowsOf(block, { language: "Python", python: withNumpy ?? "" })).toEqual(rows);
  });

  it.skipIf(withoutNumpy === null || block.needsNumpy)("is the same in Python without numpy", async () => {
    const rows = await rowsOf(block, { language: "JavaScript" });
    expect(await rowsOf(block, { language: "Python", python: withoutNumpy ?? "" })).toEqual(rows);
  });
});

/** The rows of all frames, one after another. */
async function rowsOf(block: BlockInTwoLanguages, where: Where): Promise<unknown[]> {
  const { run } = open(block, where);
  const rows: unknown[] = [];
  for (const frame of FRAMES) rows.push(...(await run({ ...frame }, { sources: CAMERAS })).rows);
  return rows;
}

function open(block: BlockInTwoLanguages, { language, mode = "local", python = "python3" }: Where) {
  const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
  onTestFinished(() => runtime.close());
  const { inputs, values = {}, manifest = {}, scope = "step" } = block;
  const isPython = language === "Python";
  const text = isPython ? block.python : block.javascript;
  const code = { type: `${language}Code`, state_scope: scope, imports: (isPython && block.imports) || [] };
  const definition = codeBlock("Code", text, {
    inputs: anyInputs([...inputs, ...Object.keys(values)]),
    outputs: Object.fromEntries(block.outputs.map((name) => [name, { type: "DynamicOutputDefinition" }])),
    manifest,
    code,
  });
  const step = { type: "Code", name: "s", ...Object.fromEntries(inputs.map((name) => [name, `$inputs.${name}`])) };
  const outputs = Object.fromEntries(block.outputs.map((name) => [name, `$steps.s.${name}`]));
  const declared = inputs.map((name) => ({ type: "WorkflowBatchInput", name }));
  const document = documentOf([{ ...step, ...values }], outputs, declared);
  const limits = { callMs: 10_000, initMs: 60_000 };
  return openPlan(
    { ...document, dynamic_blocks_definitions: [definition] },
    { runtime, mode, python, limits, services: SERVICES },
  );
}

const SERVICES = testServices({ pixels: ownPixels });

/** Objects that wander over the picture, with numbers that 4 bytes hold exactly; some frames have none. */
function generatedFrames(): Frame[] {
  const below = randomNumbers(7);
  return Array.from({ length: 20 }, (_, n) => ({
    predictions: CAMERAS.map((camera) => detections(n % 7 === 3 ? [] : someItems(below, `${camera} ${n}`))),
    image: CAMERAS.map((__, i) => picture(16 + below(48), 9 + below(27), 31 * n + i)),
    at: CAMERAS.map((__, i) => n / 8 + i / 64),
  }));
}

function someItems(below: (limit: number) => number, frame: string) {
  const trackers = [1, 2, 3, 4, 5, 6, 7, 8].filter(() => below(3) > 0);
  return trackers.map((trackerId) => {
    const [x, y] = [below(2000) / 4, below(1400) / 4];
    const classId = (trackerId + (below(8) === 0 ? 1 : 0)) % CLASSES.length;
    return {
      box: [x, y, x + 10 + below(500) / 4, y + 10 + below(400) / 4] as [number, number, number, number],
      confidence: (1 + below(63)) / 64,
      class: CLASSES[classId] ?? "",
      classId,
      detectionId: `${frame} ${trackerId}`,
      trackerId,
    };
  });
}

/** Whole numbers below a limit, always the same ones. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
