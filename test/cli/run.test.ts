import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { millrace, SHAPES } from "../helpers/cli.ts";
import { SCENE, scene, writePicture } from "../helpers/scene.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const MODEL = ["--model", `shapes/1=${SHAPES}`];

const FIND = {
  version: "1.0",
  inputs: [
    { type: "WorkflowImage", name: "image" },
    { type: "WorkflowImage", name: "other" },
    { type: "WorkflowParameter", name: "confidence", kind: ["float_zero_to_one"], default_value: 0.4 },
  ],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v3",
      name: "find",
      images: "$inputs.image",
      model_id: "shapes/1",
      confidence_mode: "custom",
      custom_confidence: "$inputs.confidence",
    },
    {
      type: "roboflow_core/dynamic_crop@v1",
      name: "crop",
      images: "$inputs.image",
      predictions: "$steps.find.predictions",
    },
  ],
  outputs: [
    { type: "JsonField", name: "found", selector: "$steps.find.predictions" },
    { type: "JsonField", name: "crops", selector: "$steps.crop.crops" },
    { type: "JsonField", name: "other", selector: "$inputs.other" },
    { type: "JsonField", name: "limit", selector: "$inputs.confidence" },
  ],
};

interface Row {
  found: { image: { width: number; height: number }; predictions: Prediction[] };
  crops: { type: string; value: string }[];
  other: { type: string; value: string };
  limit: number;
}

interface Prediction {
  x: number;
  y: number;
  width: number;
  height: number;
  confidence: number;
  class: string;
  class_id: number;
  detection_id: string;
  parent_id: string;
}

beforeAll(async () => {
  await writeFile(folder.path("find.json"), JSON.stringify(FIND));
  await Promise.all([0, 300].map((frame) => writePicture(folder.path(`${frame}.png`), frame)));
});

async function run(...args: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await millrace(["run", "find.json", ...MODEL, ...args], { cwd: folder.path(".") });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Row[];
}

test("pictures of one name make a batch, one of another name is there for all, and each gives an object of outputs", async () => {
  const rows = await run("--image", "image=0.png", "--image", "image=300.png", "--image", "other=0.png");
  expect(rows).toHaveLength(2);
  for (const [i, row] of rows.entries()) {
    expect(Object.keys(row)).toEqual(["found", "crops", "other", "limit"]);
    expect(row.limit).toBe(0.4);
    expect(row.found.image).toEqual({ width: SCENE.width, height: SCENE.height });
    expect(row.crops).toHaveLength(row.found.predictions.length);
    expect(classesOf(row)).toEqual(classesAt([0, 300][i] ?? 0));
    for (const prediction of row.found.predictions) expect(prediction.parent_id).toBe(`image.[${i}]`);
  }
  expect(rows[0]?.other.value).toBe(rows[1]?.other.value);
  expect(rows[0]?.other).toMatchObject({ type: "base64", value: expect.stringMatching(/^\/9j\//) });
});

test("a detection has the reference's fields, the centre of its box first", async () => {
  const [row] = await run("--image", "image=0.png", "--image", "other=0.png");
  const [first] = row?.found.predictions ?? [];
  expect(first).toEqual({
    x: expect.any(Number),
    y: expect.any(Number),
    width: expect.any(Number),
    height: expect.any(Number),
    confidence: expect.any(Number),
    class: expect.stringMatching(/^(circle|square|triangle)$/),
    class_id: expect.any(Number),
    detection_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    parent_id: "image",
  });
  const near = scene.truthAt(0).find(({ box: [x1, y1, x2, y2] }) => {
    return Math.hypot((first?.x ?? 0) - (x1 + x2) / 2, (first?.y ?? 0) - (y1 + y2) / 2) < 8;
  });
  expect(near?.class).toBe(first?.class);
});

test("a parameter reaches the block", async () => {
  const [row] = await run("--image", "image=0.png", "--image", "other=0.png", "--param", "confidence=0.99");
  expect(row?.limit).toBe(0.99);
  expect(row?.found.predictions).toEqual([]);
});

/** Only what can be seen well is certain to be found. */
function classesAt(frame: number): string[] {
  const clear = scene.truthAt(frame).filter(({ visible }) => visible > 0.6);
  return clear.map((object) => object.class).toSorted();
}

function classesOf(row: Row): string[] {
  const sure = row.found.predictions.filter(({ confidence }) => confidence > 0.6);
  return sure.map((prediction) => prediction.class).toSorted();
}
