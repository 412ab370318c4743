import { afterAll, expect, test } from "vitest";
import { inspectModel } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { Gaze } from "../../../src/kinds/model-task.ts";
import { type ConstantModel, constantModel } from "../../../src/kit/constant-model.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint } from "../../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

/** Angles in whole degrees. */
async function anglesOf(outputs: ConstantModel["outputs"], options?: Readonly<Record<string, string>>) {
  const statement = options === undefined ? {} : { options };
  const description = await inspectModel(folder.write("gaze.onnx", constantModel({ outputs })), statement);
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(30, 40, []), width: 30, height: 40 } as const;
  const [reply] = (await model.run([{ task: "gaze", source, width: 30, height: 40, parameters: {} }]))
    .replies as Gaze[];
  await model.close();
  const degrees = (angle = 0) => Math.round((angle * 180) / Math.PI);
  return { yaw: degrees(reply?.yaw), pitch: degrees(reply?.pitch) };
}

const bins = (count: number, ...sure: number[]) => [
  Array.from({ length: count }, (_, i) => (sure.includes(i) ? 30 : 0)),
];

test("angles are those of the outputs by name, in radians", async () => {
  expect(await anglesOf({ output_yaw: [Math.PI / 6], output_pitch: [-Math.PI / 4] })).toEqual({ yaw: 30, pitch: -45 });
  expect(await anglesOf({ pitch: [[-Math.PI / 4]], yaw: [[Math.PI / 6]] })).toEqual({ yaw: 30, pitch: -45 });
});

test("bins give the angle that they expect, of 4 degrees from -180 on or of 3 from -42 on", async () => {
  expect(await anglesOf({ pitch: bins(90, 40), yaw: bins(90, 50, 51) })).toEqual({ yaw: 22, pitch: -20 });
  expect(await anglesOf({ a: bins(28, 0), b: bins(28, 27) }, { first: "yaw" })).toEqual({ yaw: -42, pitch: 39 });
});

test("outputs without names are refused with what to state", async () => {
  const file = folder.write("unnamed.onnx", constantModel({ outputs: { a: bins(90, 1), b: bins(90, 1) } }));
  const { family, reasons } = await inspectModel(file);
  expect(family).toBeNull();
  expect(reasons[0]).toBe("not l2cs: two outputs of 90 bins, and nothing tells which is yaw; state the option first");
});
