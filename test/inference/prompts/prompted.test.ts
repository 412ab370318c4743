import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import { KeptFeatures } from "../../../src/inference/prompts/kept-features.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import { areaOf, pixelsOf } from "../../../src/kinds/mask.ts";
import type { FoundMasks, Prompt } from "../../../src/kinds/model-task.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { type PromptedForm, promptDecoder, promptEncoder } from "../../fixtures/prompted-models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

function pairOf(form: PromptedForm): string {
  folder.write(`${form}/some.encoder.onnx`, promptEncoder(form));
  return dirname(folder.write(`${form}/some.decoder.onnx`, promptDecoder(form)));
}

interface Asked {
  prompts: readonly Prompt[];
  isAmbiguous?: boolean;
  level?: number;
}

async function ask(form: PromptedForm, asked: readonly Asked[], width = 64, height = 32): Promise<FoundMasks[]> {
  const description = await inspectModel(pairOf(form));
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const items = asked.map(({ prompts, isAmbiguous = true, level = 0 }): ModelItem => {
    const rgb = new Uint8Array(width * height * 3).fill(level);
    const source = { type: "owned", rgb, width, height } as const;
    return { task: "prompted", source, width, height, parameters: { prompts, isAmbiguous } };
  });
  const { replies } = await model.run(items);
  await model.close();
  return replies as FoundMasks[];
}

const box = (...sides: [number, number, number, number]): Prompt => ({ points: [], box: sides });

describe.each(["sam", "sam-picture", "sam2", "sam2-hub"] as const)("Segment Anything as %s", (form) => {
  test("gives the surest mask of every box, in pixels of the image", async () => {
    const [reply] = await ask(form, [{ prompts: [box(8, 4, 40, 20), box(48, 16, 60, 28)] }]);
    const rows = Array.from({ length: 2 }, (_, i) => [...(reply?.rows.subarray(i * 6, i * 6 + 6) ?? [])]);
    expect(rows.map((row) => row.map((value) => Math.round(value * 10) / 10))).toEqual([
      [8, 4, 40, 20, 0.9, 0],
      [48, 16, 60, 28, 0.9, 1],
    ]);
    // Only corners are lost between the cells.
    expect(areaOf(reply!.masks[0]!)).toBeGreaterThan(32 * 16 - 20);
    expect(areaOf(reply!.masks[0]!)).toBeLessThanOrEqual(32 * 16);
  });

  test("leaves out prompts without a mask, whose places the others keep", async () => {
    const [reply] = await ask(form, [{ prompts: [box(30, 10, 30, 10), box(8, 4, 40, 20)] }]);
    expect([...(reply?.rows ?? [])].filter((_, i) => i % 6 === 5)).toEqual([1]);
    expect(reply?.masks).toHaveLength(1);
    expect((await ask(form, [{ prompts: [] }]))[0]).toEqual({ rows: new Float32Array(), masks: [] });
  });

  test("takes prompts without a box, and answers for each picture from its own features", async () => {
    const nothing = { points: [], box: null };
    const point = { points: [{ x: 5, y: 5, isInside: true }], box: null };
    const prompts = [nothing, point, box(8, 4, 40, 20)];
    const [dark, bright, again] = await ask(form, [{ prompts }, { prompts, level: 255 }, { prompts }]);
    expect(bright?.rows.at(-2)).toBeGreaterThan(dark!.rows.at(-2)! + 0.001);
    expect(again).toEqual(dark);
  });
});

test("a picture of another shape lies in the square as its family has it", async () => {
  for (const form of ["sam", "sam-picture", "sam2", "sam2-hub"] as const) {
    const [reply] = await ask(form, [{ prompts: [box(20, 40, 60, 160)] }], 100, 200);
    const { x, y, width, height } = reply!.masks[0]!;
    expect({ form, x, y, width, height }).toEqual({ form, x: 20, y: 40, width: 40, height: 120 });
    expect(pixelsOf(reply!.masks[0]!)[(height / 2) * width + width / 2]).toBe(1);
  }
});

test("an encoder alone, and a decoder that lacks boxes or has other inputs, are refused with what to do", async () => {
  const alone = await inspectModel(folder.write("alone.onnx", promptEncoder("sam2")));
  expect(alone).toMatchObject({ family: null });
  expect(alone.reasons[0]).toBe("not sam2: an encoder without its decoder; state as path a folder with both");
  folder.write("mixed/encoder.onnx", promptEncoder("sam"));
  const mixed = await inspectModel(dirname(folder.write("mixed/decoder.onnx", promptDecoder("sam2"))));
  expect(mixed.family).toBeNull();
  expect(mixed.considered.join("\n")).toContain("not sam: expected a decoder of image_embeddings with point_coords");
});

test("features of the pictures asked about last are kept", async () => {
  const kept = new KeptFeatures();
  const made: number[] = [];
  const of = (level: number) =>
    kept.of(Uint8Array.of(level), async () => {
      made.push(level);
      return new Map();
    });
  for (const level of [1, 1, 2, 1, 3, 4, 5, 6, 7, 8, 9, 1, 2]) await of(level);
  expect(made).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 2]);
});
