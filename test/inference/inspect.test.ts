import { afterAll, describe, expect, test } from "vitest";
import { messageOf } from "../../src/base/errors.ts";
import { renditionOf } from "../../src/inference/description.ts";
import { inspectModel, type ModelStatement } from "../../src/inference/inspect.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { onnxFile, type TinyDetector, tinyYolov8, tinyYolox } from "../fixtures/models.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const inspectYolox = (options?: TinyDetector, statement?: ModelStatement) =>
  inspectModel(folder.write("x.onnx", tinyYolox(options)), statement);
const inspectYolov8 = (options?: TinyDetector, statement?: ModelStatement) =>
  inspectModel(folder.write("v8.onnx", tinyYolov8(options)), statement);

describe("a YOLOX file", () => {
  test("is known by its cells as rows, takes BGR bytes and a letterbox at the top left", async () => {
    const description = await inspectYolox();
    const { family, reasons, input, dynamicBatch, classes, classesFrom } = description;
    expect({ family, reasons, input, dynamicBatch, classes, classesFrom }).toMatchInlineSnapshot(`
      {
        "classes": [
          "class_0",
          "class_1",
        ],
        "classesFrom": "numbered",
        "dynamicBatch": false,
        "family": "yolox",
        "input": {
          "batch": 1,
          "elementType": "float32",
          "fit": "letterbox_top_left",
          "height": 32,
          "isFree": false,
          "layout": "nchw",
          "mean": [
            0,
            0,
            0,
          ],
          "name": "images",
          "order": "bgr",
          "pad": 114,
          "scale": 1,
          "std": [
            1,
            1,
            1,
          ],
          "width": 32,
        },
        "reasons": [
          "yolox: one output of 21 rows, the cells of strides 8, 16, 32, and 5 + 2 columns",
          "input of 32x32 pixels",
          "2 classes without names: numbered",
        ],
      }
    `);
    expect(renditionOf(description)).toEqual({
      fit: "letterbox_top_left",
      width: 32,
      height: 32,
      pixelFormat: "bgr24",
      pad: 114,
    });
  });

  test("with a free batch axis says so", async () => {
    expect(await inspectYolox({ batch: "batch" })).toMatchObject({ dynamicBatch: true, input: { batch: 1 } });
    expect(await inspectYolox({ batch: 4 })).toMatchObject({ dynamicBatch: false, input: { batch: 4 } });
  });

  test("with a free number of rows is taken for one only when stated", async () => {
    const options = { declaredOutput: [1, "rows", 7] };
    expect(await inspectYolox(options)).toMatchObject({ family: null, input: null });
    expect(await inspectYolox(options, { family: "yolox" })).toMatchObject({ family: "yolox" });
  });
});

describe("a YOLOv8 file", () => {
  test("is known by its cells as columns, takes RGB from 0 to 1 and a letterbox in the centre", async () => {
    const description = await inspectYolov8({
      width: 64,
      metadata: { names: "{0: 'red', 1: 'blue'}", task: "detect" },
    });
    const { family, reasons, input, classes, classesFrom } = description;
    expect({ family, reasons, input, classes, classesFrom }).toMatchInlineSnapshot(`
      {
        "classes": [
          "red",
          "blue",
        ],
        "classesFrom": "metadata",
        "family": "yolov8",
        "input": {
          "batch": 1,
          "elementType": "float32",
          "fit": "letterbox_center",
          "height": 32,
          "isFree": false,
          "layout": "nchw",
          "mean": [
            0,
            0,
            0,
          ],
          "name": "images",
          "order": "rgb",
          "pad": 114,
          "scale": 0.00392156862745098,
          "std": [
            1,
            1,
            1,
          ],
          "width": 64,
        },
        "reasons": [
          "yolov8: one output of 4 + 2 rows and 42 columns, the cells of strides 8, 16, 32",
          "input of 64x32 pixels",
          "2 class names from the file's metadata",
        ],
      }
    `);
    expect(renditionOf(description)).toMatchObject({
      fit: "letterbox_center",
      width: 64,
      height: 32,
      pixelFormat: "rgb24",
    });
  });

  test("may predict on other strides than the usual", async () => {
    const sizes = { width: 320, height: 192 };
    const counts = [1200, 1260, 5100].map((count) => ({ ...sizes, declaredOutput: [1, 7, count] }));
    const found = await Promise.all(counts.map((options) => inspectYolov8(options)));
    expect(found.map(({ family }) => family)).toEqual(["yolov8", "yolov8", "yolov8"]);
    expect(await inspectYolov8({ ...sizes, declaredOutput: [1, 7, 1201] })).toMatchObject({ family: null });
  });

  test("for another task is of no known family, with the reason", async () => {
    const { family, reasons } = await inspectYolov8({ metadata: { task: "pose" } });
    expect(family).toBeNull();
    expect(uncounted(reasons)).toMatchInlineSnapshot(`
      [
        "not yolov8-pose: nothing tells how many points an object has; state the option points",
        "not end-to-end-pose: nothing tells how many points an object has; state the option points",
        "no other of the N known layouts has the outputs "output" [1, 6, 21] and the task "pose"",
      ]
    `);
  });
});

describe("evidence in the file", () => {
  const cells = (columns: number, metadata: Record<string, string> = {}, statement: ModelStatement = {}) =>
    inspectYolov8({ declaredOutput: [1, 21, columns], metadata }, statement);
  const names = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => `name ${i}`));

  test("decides between YOLOX and a transposed YOLOv8 by the number of names", async () => {
    expect((await cells(8, { names: names(3) })).family).toBe("yolox");
    expect(await cells(8, { names: names(4) })).toMatchObject({ family: "yolov8", classesFrom: "metadata" });
    expect((await cells(8, {}, { classes: ["a", "b", "c"] })).family).toBe("yolox");
    expect((await cells(8, {}, { classes: ["a", "b", "c", "d"] })).family).toBe("yolov8");
  });

  test("decides by who exported it, and by the number of the classes of COCO", async () => {
    expect((await cells(8)).family).toBe("yolox");
    expect((await cells(8, { task: "detect" })).family).toBe("yolov8");
    expect((await cells(8, { stride: "32" })).family).toBe("yolov8");
    expect(await cells(84)).toMatchObject({ family: "yolov8", classesFrom: "coco80" });
    expect(await cells(85)).toMatchObject({ family: "yolox", classesFrom: "coco80" });
  });

  test("may be overruled, unless the names contradict", async () => {
    expect((await cells(8, {}, { family: "yolov8" })).family).toBe("yolov8");
    expect((await cells(8, { stride: "32" }, { family: "yolox" })).family).toBe("yolox");
    expect(await refusal(cells(8, { names: names(3) }, { family: "yolov8" }))).toContain(
      "there are 3 class names, and 4 + 4 columns tell 4 classes",
    );
  });

  test("names of another number than the output's are no detector's", async () => {
    const { family, considered } = await cells(8, { names: names(9) });
    expect(family).toBeNull();
    expect(considered).toContain("not yolox: there are 9 class names, and 5 + 3 columns tell 3 classes");
  });

  test("tells an end-to-end export, whose classes only names count", async () => {
    const rows = (metadata: Record<string, string>, statement: ModelStatement = {}) =>
      inspectYolov8({ declaredOutput: [1, 300, 6], metadata }, statement);
    expect(await rows({ names: names(9), task: "detect" })).toMatchObject({ family: "end-to-end" });
    expect((await rows({ end2end: "True" }, { classes: ["a"] })).family).toBe("end-to-end");
    expect((await rows({}, { family: "end-to-end", classes: ["a"] })).family).toBe("end-to-end");
    expect((await rows({ task: "detect" })).reasons.join("; ")).toContain("neither the metadata nor a statement names");
    expect((await rows({})).family).toBeNull();
  });
});

describe("class names", () => {
  test("come from the YAML file of a data set", async () => {
    const list = folder.write("data.yaml", "# set\ntrain: images\nnc: 2\nnames: [rot, 7]\n");
    const map = folder.write("map.yml", "names:\n  0: rouge\n  1: bleu\n");
    const wrong = folder.write("nc.yaml", "nc: 3\nnames: [a, b]\n");
    expect((await inspectYolov8({}, { classes: list })).classes).toEqual(["rot", "7"]);
    expect((await inspectYolov8({}, { classes: map })).classes).toEqual(["rouge", "bleu"]);
    expect(await refusal(inspectYolov8({}, { classes: wrong }))).toContain("has 2 names, and `nc` says 3");
  });

  test("come from the statement before the metadata, as a list or from a file", async () => {
    const metadata = { names: "{0: 'a', 1: 'b'}" };
    const text = folder.write("names.txt", "rot\nblau\n\n");
    const json = folder.write("names.json", '{"0": "rouge", "1": "bleu"}');
    const found = [
      await inspectYolov8({ metadata }),
      await inspectYolov8({ metadata }, { classes: ["x", "y"] }),
      await inspectYolov8({ metadata }, { classes: text }),
      await inspectYolov8({ metadata }, { classes: json }),
      await inspectYolov8(),
    ];
    expect(found.map(({ classes, classesFrom }) => [classesFrom, ...classes])).toEqual([
      ["metadata", "a", "b"],
      ["statement", "x", "y"],
      ["statement", "rot", "blau"],
      ["statement", "rouge", "bleu"],
      ["numbered", "class_0", "class_1"],
    ]);
  });

  test("are those of COCO for 80 classes without names", async () => {
    const { classes, classesFrom } = await inspectModel(folder.write("coco.onnx", detectorWith(80)));
    expect([classesFrom, classes.length, classes[0], classes[79]]).toEqual(["coco80", 80, "person", "toothbrush"]);
  });
});

describe("a free size", () => {
  const free = { name: "images", elementType: "float32", shape: [1, 3, "height", "width"] };
  const file = (metadata: Record<string, string>) =>
    onnxFile({
      nodes: [{ op: "Identity", inputs: ["images"], outputs: ["output"] }],
      inputs: [free],
      outputs: [{ name: "output", elementType: "float32", shape: [1, 6, "anchors"] }],
      metadata,
    });

  test("comes from the metadata's imgsz, or from the statement", async () => {
    const withSize = folder.write("imgsz.onnx", file({ imgsz: "[384, 640]" }));
    expect((await inspectModel(withSize)).input).toMatchObject({ width: 640, height: 384 });
    expect((await inspectModel(withSize, { width: 320, height: 256 })).input).toMatchObject({
      width: 320,
      height: 256,
    });
    const square = folder.write("square.onnx", file({ imgsz: "640" }));
    expect((await inspectModel(square)).input).toMatchObject({ width: 640, height: 640 });
  });

  test("without either is refused", async () => {
    const path = folder.write("free.onnx", file({}));
    expect(await refusal(inspectModel(path))).toMatchInlineSnapshot(
      `"model "free.onnx": input "images" [1, 3, height, width] leaves the size free and the metadata name none; state width and height"`,
    );
  });
});

test("what is stated is checked against the file", async () => {
  const refusals = [
    await refusal(inspectYolov8({}, { family: "yolox" })),
    await refusal(inspectYolox({ metadata: { names: "['a', 'b']" } }, { family: "yolov8" })),
    await refusal(inspectYolox({}, { family: "yolo8" })),
    await refusal(inspectYolox({}, { family: "yolox", options: { boxs: "raw" } })),
    await refusal(inspectYolox({}, { width: 640 })),
    await refusal(inspectYolox({}, { classes: ["one"] })),
    await refusal(inspectYolox({}, { classes: "no-such-file.txt" })),
    await refusal(inspectYolox({}, { classes: folder.write("bad.json", "{1: 2}") })),
    await refusal(inspectModel("no-such-model.onnx")),
  ];
  expect(refusals).toMatchInlineSnapshot(`
    [
      "model "v8.onnx": the stated family does not fit: not yolox: number of rows: expected 21, the cells of strides 8, 16 and 32 of 32x32, found 6",
      "model "x.onnx": the stated family does not fit: not yolov8: there are 2 class names, and 4 + 3 columns tell 3 classes",
      "model "x.onnx": unknown family "yolo8", known are …; did you mean "yolox"?",
      "model "x.onnx": the family yolox has no option "boxs", it has boxes; did you mean "boxes"?",
      "model "x.onnx": the width of input "images" is fixed at 32, stated is 640",
      "model "x.onnx": the model tells 2 classes apart, 1 names are stated",
      "model "x.onnx": class file "no-such-file.txt": there is no such file",
      "model "x.onnx": class file "bad.json": expected one name a line, a JSON list, or a JSON object from index to name",
      "model "no-such-model.onnx": there is no such file",
    ]
  `);
});

/** Families become more. */
function uncounted(reasons: readonly string[]): string[] {
  return reasons.map((reason) => reason.replace(/\d+ known layouts/, "N known layouts"));
}

test("a model of another layout is described with the reasons, and refused when it is to be run", async () => {
  const path = folder.write("other.onnx", detectorWith(3, [1, 100, 4]));
  const description = await inspectModel(path);
  expect(description).toMatchObject({ family: null, input: null, classes: [] });
  expect(uncounted(description.reasons)).toMatchInlineSnapshot(`
    [
      "none of the N known layouts has the outputs "output" [1, 100, 4]",
    ]
  `);
  expect(() => renditionOf(description)).toThrow("no known family: none of the");
});

test("inspecting a model loads no runtime", async () => {
  await inspectYolox();
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  expect(sharedObjects.length).toBeGreaterThan(0);
  expect(sharedObjects.filter((path) => path.includes("onnxruntime"))).toEqual([]);
});

test("a description is plain data", async () => {
  const description = await inspectYolox();
  expect(structuredClone(description)).toEqual(description);
});

function detectorWith(classCount: number, shape: number[] = [1, 21, 5 + classCount]): Buffer {
  return onnxFile({
    nodes: [{ op: "Identity", inputs: ["images"], outputs: ["output"] }],
    inputs: [{ name: "images", elementType: "float32", shape: [1, 3, 32, 32] }],
    outputs: [{ name: "output", elementType: "float32", shape }],
  });
}

async function refusal(action: Promise<unknown>): Promise<string> {
  const message = await action.then(() => "accepted", messageOf);
  return message.replaceAll(/"[^"]*\//g, '"').replace(/known are .*; did/, "known are …; did");
}
