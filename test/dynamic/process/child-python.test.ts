import { describe, expect, it } from "vitest";
import type { BlockCode } from "../../../src/blocks/contract/code.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { detections, findPythonCommand, type OpenBlock, openBlock, picture } from "../child-block.ts";

const OVERLAP = `
def run(self, predictions: sv.Detections, class_x: str, class_y: str) -> BlockResult:
    wanted_x = predictions[predictions.data["class_name"] == class_x]
    wanted_y = predictions[predictions.data["class_name"] == class_y]
    overlap = []
    for one in wanted_x:
        a = one[0]
        row = []
        for other in wanted_y:
            if other[-1]["detection_id"] == one[-1]["detection_id"]:
                continue
            b = other[0]
            width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
            height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
            row.append(width * height / ((a[2] - a[0]) * (a[3] - a[1])))
        overlap.append(row)
    return {"overlap": overlap}
`;

const COUNTER = `
counter = 0
last_result = None
def run(self, input_value):
    global counter, last_result
    counter += 1
    previous = last_result
    last_result = input_value * 2
    return {"run_count": counter, "current": last_result, "previous": previous}
`;

const three = detections([
  { box: [0, 0, 10, 10], class: "dog", confidence: 0.75, trackerId: 4, data: { speed: 1.5 } },
  { box: [5, 0, 15, 10], class: "dog", confidence: 0.5 },
  { box: [0, 0, 10, 10], class: "cat", classId: 1, confidence: 0.25 },
]);

describe.each([
  ["with numpy", true],
  ["without numpy", false],
])("a block of Python %s", (name, hasNumpy) => {
  const python = findPythonCommand(hasNumpy);
  if (python === null) process.stderr.write(`skipped: blocks of Python ${name}, as there is no such interpreter\n`);
  const pythonTest = it.skipIf(python === null);
  const open = (source: string, more: Partial<BlockCode> = {}): OpenBlock =>
    openBlock(source, { python: python ?? "", ...more });

  pythonTest("measures how detections of two classes overlap", async () => {
    const { call } = open(OVERLAP);
    const answer = await call({ predictions: three, class_x: "dog", class_y: "dog" });
    expect(answer).toEqual({ overlap: [[0.5], [0.5]] });
    expect(await call({ predictions: detections([]), class_x: "dog", class_y: "dog" })).toEqual({ overlap: [] });
  });

  pythonTest("has variables that live over the calls", async () => {
    const { call } = open(COUNTER);
    expect(await call({ input_value: 3 })).toEqual({ run_count: 1, current: 6, previous: null });
    expect(await call({ input_value: 0.25 })).toEqual({ run_count: 2, current: 0.5, previous: 6 });
  });

  pythonTest("passes detections on as they are, chosen or none", async () => {
    const source = `def run(self, p): return {"all": p, "chosen": p[p.confidence > 0.3], "none": p[[]], "one": p[1]}`;
    const answer = (await open(source).call({ p: three })) as Record<string, Detections>;
    expect(answer["all"]).toEqual(three);
    expect(answer["chosen"]).toEqual({ ...three, items: three.items.slice(0, 2) });
    expect(answer["one"]).toEqual({ ...three, items: three.items.slice(1, 2) });
    expect(answer["none"]).toEqual({ ...three, items: [] });
  });

  pythonTest("finds its baseline, what init returned, its step and its camera", async () => {
    const source = `
      def run(self, x: np.ndarray, y: cv2.Mat = None):
          return [self._init_results, self.step, self.source, math.floor(2.5), json.dumps([x]), Optional[int] is not None]`;
    const initSource = "def start():\n    return {'limit': float('nan')}";
    const { call } = open(source.replaceAll("\n      ", "\n"), { initSource, initName: "start" });
    expect(await call({ x: 1 })).toEqual([{ limit: Number.NaN }, "s", "door", 2, "[1]", true]);
  });

  pythonTest("takes and gives values of every sort", async () => {
    const source = `import datetime
def run(self, **inputs):
    kinds = {name: type(value).__name__ for name, value in inputs.items()}
    inputs["tuple"] = (1, "a")
    inputs["keys"] = {1: "a", "$": "b"}
    return {"kinds": kinds, "values": inputs}`;
    const values = {
      text: "ä\ud83d\ude00",
      yes: true,
      nothing: null,
      real: -0.5,
      endless: Number.POSITIVE_INFINITY,
      large: 2n ** 70n,
      moment: new Date(1_700_000_000_123),
      bytes: new Uint8Array([1, 2]),
      list: [1, [2]],
    };
    const answer = (await open(source).call(values)) as Record<string, Record<string, unknown>>;
    expect(answer["values"]).toEqual({ ...values, tuple: [1, "a"], keys: { "1": "a", $: "b" } });
    expect(answer["kinds"]).toMatchObject({ large: "int", moment: "datetime", bytes: "bytes", real: "float" });
  });

  pythonTest("keeps the variables of each camera apart when it asks for that", async () => {
    const { call } = open(COUNTER, { stateScope: "source" });
    const counts = [];
    for (const camera of ["door", "gate", "door"]) {
      counts.push(((await call({ input_value: 1 }, camera)) as Record<string, unknown>)["run_count"]);
    }
    expect(counts).toEqual([1, 1, 2]);
  });

  pythonTest.each([
    [
      "fails, with the line and function of the user",
      "def run(self):\n    return helper(1)\ndef helper(x):\n    return x / 0",
      /Error in line 4(, column 12)?, in run: ZeroDivisionError: division by zero/,
    ],
    [
      "does not compile",
      "def run(self):\n    x = = 1",
      "Error in line 2, column 9, in load: SyntaxError: invalid syntax",
    ],
    ["has no run", "def walk(self): pass", 'Error in load: NameError: "run" is not defined, expected a function'],
    ["ends itself", "def run(self):\n    raise SystemExit(3)", /Error in line 2(, column 5)?, in run: SystemExit: 3/],
    ["uses what is absent", "def run(self):\n    return shapeless.x", "name 'shapeless' is not defined"],
    [
      "returns what cannot be passed on",
      "def run(self):\n    return {'out': [1, {'a': lambda: 1}]}",
      "result.out[1].a is an object of class function, which cannot be passed on",
    ],
  ])("tells when it %s", async (_, source, message) => {
    await expect(open(source).call()).rejects.toThrow(message);
  });

  pythonTest("tells the lines around a fault and what was printed before it", async () => {
    const { call, events } = open('def run(self):\n    print("so far")\n    return self.x');
    const details = { line: 3, function: "run", output: "so far" };
    const context = { first: 1, lines: ["def run(self):", '    print("so far")', "    return self.x"] };
    await expect(call()).rejects.toMatchObject({ code: "DYNAMIC_CODE", details: { ...details, context } });
    expect(events).toMatchObject([{ type: "block_output", step: "s", source: "door", text: "so far" }]);
  });

  pythonTest("has the names of the reference where that is not installed", async () => {
    const source = `
from inference.core.workflows.execution_engine.entities.base import Batch as B, WorkflowImageData
from inference.core.workflows.prototypes.block import BlockResult
def run(self): return B is Batch`;
    expect(await open(source).call()).toBe(true);
  });
});

const python = findPythonCommand(true);
const pictureTest = it.skipIf(python === null);

describe("pictures in a block of Python", () => {
  const open = (source: string) => openBlock(source, { python: python ?? "" });

  pictureTest("have their pixels in blue, green, red, and their origin", async () => {
    const { call } = open(`
def run(self, image):
    a = image.numpy_image
    v = image.video_metadata
    p = image.parent_metadata
    return [list(a.shape), a[0, 1].tolist(), v.frame_number, v.fps, p.parent_id, p.origin_coordinates.origin_width]`);
    expect(await call({ image: picture(7, 5) })).toEqual([[5, 7, 3], [5, 4, 3], 3, 25, "door", 7]);
  });

  pictureTest("come back as the same picture, as a crop and as a new one", async () => {
    const { call } = open(`
def run(self, image):
    part = image.numpy_image[1:3, 2:6]
    crop = WorkflowImageData.create_crop(image, "one", part, 2, 1)
    new = WorkflowImageData.copy_and_replace(image, numpy_image=part.copy())
    return {"same": image, "crop": crop, "new": new}`);
    const image = picture(7, 5);
    const answer = (await call({ image })) as Record<string, Image>;
    expect(answer["same"]).toBe(image);
    const row = (y: number) =>
      [...(image.pixels.type === "owned" ? image.pixels.rgb : [])].slice(3 * (7 * y + 2)).slice(0, 12);
    const rgb = Uint8Array.from([...row(1), ...row(2)]);
    expect(answer["crop"]).toMatchObject({
      width: 4,
      height: 2,
      pixels: { type: "owned", rgb },
      parentId: "one",
      parent: { id: "door", offsetX: 2, offsetY: 1, width: 7, height: 5 },
      root: { id: "door", offsetX: 2, offsetY: 1, width: 7, height: 5 },
    });
    expect(answer["new"]).toMatchObject({ width: 4, height: 2, pixels: { rgb }, parentId: "door", parent: null });
  });

  pictureTest("stay as they are for as long as the block keeps them", async () => {
    const { call } = open(`
kept = []
def run(self, image):
    kept.append(image.numpy_image)
    del kept[:-3]
    return [int(a[0, 0, 2]) for a in kept]`);
    const seen = [];
    for (let first = 1; first <= 5; first++) seen.push(await call({ image: picture(64, 48, first) }));
    expect(seen).toEqual([[1], [1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]);
  });

  pictureTest("may be several in a call, and the same twice", async () => {
    const { call } = open("def run(self, a, b, c): return [int(i.numpy_image[0, 0, 2]) for i in (a, b, c)]");
    const [one, two] = [picture(9, 9, 1), picture(300, 200, 2)];
    expect(await call({ a: one, b: two, c: one })).toEqual([1, 2, 1]);
  });

  pictureTest("arrays of numpy become lists and typed arrays", async () => {
    const { call } = open(`def run(self, x): return {
    "a": np.arange(3), "b": np.ones((1, 2), bool), "c": np.float32([0.5]), "d": np.float64(1.5), "e": np.zeros((0, 4)),
    "f": x.dtype.name, "g": np.uint8([1, 2])}`);
    const answer = await call({ x: new Int16Array([1]) });
    const lists = { a: [0, 1, 2], b: [[true, true]], d: 1.5, e: [], f: "int16", g: [1, 2] };
    expect(answer).toEqual({ ...lists, c: new Float32Array([0.5]) });
  });
});
