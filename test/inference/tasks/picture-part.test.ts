import { afterAll, describe, expect, test } from "vitest";
import { inspectModel, type ModelStatement } from "../../../src/inference/inspect.ts";
import { openModel } from "../../../src/inference/open-model.ts";
import type { ModelItem } from "../../../src/inference/request.ts";
import { pixelsOf } from "../../../src/kinds/mask.ts";
import type { FoundLines, FoundMasks, FoundPoints } from "../../../src/kinds/model-task.ts";
import { openModelFolder } from "../../fixtures/model-folder.ts";
import { paint, RED, tinyYolov8 } from "../../fixtures/models.ts";
import { LAYOUTS, type LayoutCase } from "../families/layouts.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

/** The lower middle of a picture of 128x64. */
const PART = [25, 50, 75, 100] as const;
const AREA = { x: 32, y: 32, width: 64, height: 32 };
const PLACED = ["detect", "segment", "keypoints", "semantic", "text_detection"];

const parameters = {
  confidence: 0.5,
  iouThreshold: 0.5,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};

type Reply = Partial<FoundMasks & FoundPoints & FoundLines>;

async function replyOf(file: Buffer, statement: ModelStatement, size: { width: number; height: number }) {
  const description = await inspectModel(folder.write("part.onnx", file), statement);
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
  const source = { type: "owned", rgb: paint(size.width, size.height, []), ...size } as const;
  const item: ModelItem = { task: description.task ?? "detect", source, ...size, parameters };
  const [reply] = (await model.run([item])).replies as Reply[];
  await model.close();
  return { task: description.task, ...reply };
}

/** Numbers of a reply, boxes and corners cut off at the edges of the part: in the picture boxes may go beyond it. */
function within({ rows, points, corners, masks }: Reply, { x, y }: { x: number; y: number }) {
  const across = (value: number) => Math.round(Math.max(0, Math.min(AREA.width, value - x)) * 1000) / 1000;
  const down = (value: number) => Math.round(Math.max(0, Math.min(AREA.height, value - y)) * 1000) / 1000;
  const placed = [across, down, across, down];
  return {
    rows: Array.from(rows ?? [], (value, i) => placed[i % 6]?.(value) ?? value),
    points: Array.from(points ?? [], (value, i) => [across, down][i % 3]?.(value) ?? value),
    corners: Array.from(corners ?? [], (value, i) => (i % 2 === 0 ? across : down)(value)),
    masks: (masks ?? []).map((mask) => ({ ...mask, x: mask.x - x, y: mask.y - y, runs: [...pixelsOf(mask)] })),
  };
}

const cases = LAYOUTS.filter(({ decoder, family }) => decoder === undefined && !family.startsWith("owl"));

describe("of a part of each picture", () => {
  test.each(cases.map((layout) => [layout.family, layout.name, layout] as const))(
    "%s (%s) gives what it gives of that picture alone, where the part lies",
    async (_family, _name, { file, statement }: LayoutCase) => {
      const { task } = await inspectModel(folder.write("part.onnx", file), statement);
      if (!PLACED.includes(task ?? "")) return;
      const stated = { ...statement, preprocessing: { ...statement.preprocessing, part: PART } };
      const alone = await replyOf(file, statement, AREA);
      const inside = await replyOf(file, stated, { width: 128, height: 64 });
      expect(within(inside, AREA)).toEqual(within(alone, { x: 0, y: 0 }));
    },
  );

  test("an object is found where it is, and what lies beside the part is not seen", async () => {
    const file = tinyYolov8({});
    const description = await inspectModel(folder.write("m.onnx", file), {
      family: "yolov8",
      preprocessing: { part: [50, 0, 100, 50] },
    });
    const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"] });
    const [width, height] = [64, 64];
    const find = async (x: number, y: number) => {
      const rgb = paint(width, height, [{ x, y, width: 8, height: 8, rgb: RED }]);
      const item: ModelItem = {
        task: "detect",
        source: { type: "owned", rgb, width, height },
        width,
        height,
        parameters,
      };
      const [{ rows } = { rows: [] }] = (await model.run([item])).replies as { rows: Float32Array }[];
      return [...rows];
    };
    expect(await find(40, 16)).toEqual([40, 16, 48, 24, 1, 0]);
    expect(await find(40, 40)).toEqual([]);
    await model.close();
  });
});

test("what tells something of every place of a picture refuses a part of it", async () => {
  const depth = LAYOUTS.find(({ family }) => family === "depth")!;
  const path = folder.write("depth.onnx", depth.file);
  const statement = { ...depth.statement, preprocessing: { ...depth.statement.preprocessing, part: PART } };
  await expect(inspectModel(path, statement)).rejects.toThrow(
    "a part of each picture is stated for it (static-crop, or part in preprocessing), but depth estimation by depth needs all of it",
  );
});
