import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Services } from "../../src/blocks/contract/services.ts";
import { pictureImage } from "../../src/daemon/input/frame-image.ts";
import { logLine } from "../../src/daemon/report/log-line.ts";
import { type CodeRuntime, openCodeRuntime } from "../../src/dynamic/runtime/code-runtime.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { testServices } from "../helpers/no-services.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { useFolder } from "../stream/clip.ts";
import { detections } from "./child-block.ts";
import { anything, codeBlock } from "./code-in-a-definition.ts";

// The blocks that docs/code-blocks.md shows are run as they stand there.

type Entry = Record<string, unknown>;

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/code-blocks.md", import.meta.url)), "utf8");
const folder = useFolder();
const image = pictureImage(new Uint8Array(2 * 2 * 3).fill(30), { width: 2, height: 2 }, "image");

/** Language and text of the code that begins with its name in a comment. */
function shown(name: string): { type: string; run_function_code: string } {
  const [, language, text = ""] = new RegExp(`^\`\`\`(js|ts)\n// ${name}\n([\\s\\S]*?)^\`\`\``, "m").exec(PAGE) ?? [];
  return { type: language === "ts" ? "TypeScriptCode" : "JavaScriptCode", run_function_code: text };
}

/** A detector that sees the same in every picture: rows of x min, y min, x max, y max, confidence, class. */
function seeing(rows: readonly (readonly number[])[]): Services {
  return testServices({
    models: {
      run: async (_task, _model, images) =>
        images.map(() => ({ reply: { rows: Float32Array.from(rows.flat()) } as never, classes: ["cat", "dog"] })),
    },
    pixels: {
      view: ({ width, height }) => ({
        rgb: image.pixels.type === "owned" ? image.pixels.rgb : new Uint8Array(),
        stride: 3 * width,
        width,
        height,
      }),
      copy: () => new Uint8Array(),
    },
  });
}

interface Options {
  code?: Entry;
  step?: Entry;
  runtime?: CodeRuntime;
}

/** One step of a shown block on the inputs `x`, with its input, other properties and outputs. */
function open(name: string, [input, ...outputs]: string[], { code = {}, step = {}, runtime }: Options = {}) {
  const declared = Object.fromEntries(outputs.map((output) => [output, { type: "DynamicOutputDefinition" }]));
  const inputs = Object.fromEntries([input, ...Object.keys(step)].map((one) => [one, anything]));
  const block = codeBlock("Shown", "", { inputs, outputs: declared, code: { ...shown(name), ...code } });
  const wanted = Object.fromEntries(outputs.map((output) => [output, `$steps.s.${output}`]));
  const document = documentOf([{ type: "Shown", name: "s", [input as string]: "$inputs.x", ...step }], wanted);
  return openPlan(
    { ...document, dynamic_blocks_definitions: [block] },
    { services: seeing([]), ...(runtime ? { runtime } : {}) },
  );
}

describe("the overlap of the page", () => {
  const definition = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(PAGE)?.[1] ?? "") as {
    dynamic_blocks_definitions: [{ code: Entry }];
  };
  // Two dogs of 10 x 10 pixels that share 5 x 10, one elsewhere, and a cat.
  const dogs = [
    [0, 0, 9, 9, 0.9, 1],
    [5, 0, 14, 9, 0.8, 1],
    [50, 50, 59, 59, 0.7, 1],
    [0, 0, 9, 9, 0.6, 0],
  ];

  it.each([
    ["TypeScript, as it is shown", shown("OverlapMeasurement")],
    ["JavaScript", { type: "JavaScriptCode", run_function_code: inJavaScript() }],
  ])("is measured frame by frame in %s", async (_, code) => {
    definition.dynamic_blocks_definitions[0].code = code;
    const { run } = openPlan(definition, { services: seeing(dogs) });
    for (let frame = 0; frame < 3; frame++) {
      const { rows } = await run({ image: [image] }, { sources: ["yard"] });
      const overlaps = rows[0]?.["overlaps"] as number[][];
      expect(overlaps.map((row) => row.map((value) => Math.round(value * 1000) / 1000))).toEqual([
        [0.5, 0],
        [0.5, 0],
        [0, 0],
      ]);
    }
  });
});

/** The reference's own example in plain JavaScript. */
function inJavaScript(): string {
  return `
function run({ predictions, class_x, class_y }) {
  const overlap = [];
  for (const x of predictions.items.filter((item) => item.class === class_x)) {
    const row = [];
    for (const y of predictions.items.filter((item) => item.class === class_y)) {
      if (y.detectionId === x.detectionId) continue;
      const width = Math.max(0, Math.min(x.box[2], y.box[2]) - Math.max(x.box[0], y.box[0]) + 1);
      const height = Math.max(0, Math.min(x.box[3], y.box[3]) - Math.max(x.box[1], y.box[1]) + 1);
      row.push((width * height) / ((x.box[2] - x.box[0] + 1) * (x.box[3] - x.box[1] + 1) + 1e-5));
    }
    overlap.push(row);
  }
  return { overlap };
}`;
}

describe("the failure of the page", () => {
  it.each(["local", "isolated"] as const)("is reported as it is shown, of %s code", async (mode) => {
    const [, expected] = /^```text\n(pipeline gate[\s\S]*?)\n```/m.exec(PAGE) ?? [];
    const { run_function_code: text, ...code } = shown("Widest");
    const block = codeBlock("Widest", `// Widest\n${text}`, {
      inputs: { predictions: anything, wanted: anything },
      outputs: { width: { type: "DynamicOutputDefinition" } },
      code,
    });
    const step = { type: "Widest", name: "widest", predictions: "$inputs.x", wanted: "tram" };
    const document = documentOf([step], { width: "$steps.widest.width" });
    const runtime = openCodeRuntime({ stateDirectory: null, report: () => {} });
    onTestFinished(() => runtime.close());
    const { run } = openPlan(
      { ...document, dynamic_blocks_definitions: [block] },
      { mode, runtime, onError: "isolate", limits: { callMs: 10_000 } },
    );
    const { faults } = await run({ x: [detections([{}, {}])] });
    const [told] = faults.map(({ type: blockType, element: _, ...fault }) => {
      return logLine({ type: "step_failed", pipeline: "gate", camera: "yard", blockType, ...fault });
    });
    expect(`${told?.message}\n${told?.below}`).toBe(expected);
  });
});

describe("the counter of the page", () => {
  const ports = ["input_value", "run_count", "current", "previous"];
  const expected = [
    { run_count: 1, current: 14, previous: null },
    { run_count: 2, current: 16, previous: 14 },
    { run_count: 3, current: 18, previous: 16 },
  ];

  it("counts and remembers the last result", async () => {
    const { run } = open("Counter", ports);
    expect((await run({ x: [7, 8] })).rows).toEqual(expected.slice(0, 2));
    expect((await run({ x: [9] })).rows).toEqual(expected.slice(2));
  });

  it("does so in TypeScript", async () => {
    const text = shown("Counter").run_function_code;
    const typed = text
      .replace("let lastResult = null", "let lastResult: number | null = null")
      .replace("{ input_value })", "{ input_value }: { input_value: number })");
    expect(typed).not.toBe(text);
    const { run } = open("Counter", ports, { code: { type: "TypeScriptCode", run_function_code: typed } });
    expect((await run({ x: [7, 8, 9] })).rows).toEqual(expected);
  });

  it("goes on after a restart where it is kept", async () => {
    for (const counts of [[1, 2], [3], [4]]) {
      const runtime = openCodeRuntime({ stateDirectory: folder.path("state"), report: () => {} });
      const { run } = open("KeptCounter", ["value", "run_count"], { code: { persist: true }, runtime });
      expect((await run({ x: counts })).rows).toEqual(counts.map((run_count) => ({ run_count })));
      await runtime.close();
    }
  });
});

describe("the other blocks of the page", () => {
  it("tell the brightness of a picture", async () => {
    expect((await open("Brightness", ["image", "brightness"]).run({ x: [image] })).rows).toEqual([{ brightness: 30 }]);
  });

  it("keep confident detections", async () => {
    const { run } = open("Confident", ["predictions", "predictions"], { step: { least: 0.5 } });
    const items = [{ confidence: 0.4 }, { confidence: 0.6 }];
    const predictions = { kind: "detections", items, parent: null };
    expect((await run({ x: [predictions] })).rows).toEqual([
      { predictions: { ...predictions, items: items.slice(1) } },
    ]);
  });
});
