import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Detections } from "../../src/kinds/detections.ts";
import type { Mask } from "../../src/kinds/mask.ts";
import { detections, findPythonCommand, findSupervisionPython, openBlock } from "./child-block.ts";

const numpy = findPythonCommand(true);
const without = findPythonCommand(false);

const ECHO = "def run(self, value):\n    return value";

const keyPoint = fc.record(
  {
    x: fc.double({ noNaN: true }),
    y: fc.nat(),
    class: fc.string(),
    classId: fc.nat(),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { noNullPrototype: true },
);

/** What both languages have. */
const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('"__proto__"'));
const value = fc.oneof(
  json,
  fc.bigInt({ min: -(2n ** 80n), max: -(2n ** 53n) }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.double(),
  fc.uint8Array(),
);

describe.each([
  ["with numpy", numpy],
  ["without numpy", without],
])("a block of Python %s", (_, python) => {
  it.skipIf(python === null)("hands values back as they were", async () => {
    const { call } = openBlock(ECHO, { python: python ?? "" });
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        expect(await call({ value: structuredClone(given) })).toStrictEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it.skipIf(python === null)("hands detections back with what belongs to each", async () => {
    const { call } = openBlock(ECHO, { python: python ?? "" });
    const item = fc.record(
      {
        box: fc.tuple(fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true, noDefaultInfinity: true })),
        trackerId: fc.nat(),
        mask: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(5), fc.nat(5)).map(([x, a, b]): Mask => {
          return { x, y: 2, width: 2, height: a + b, runs: Uint32Array.of(a, a + b, b) };
        }),
        keypoints: fc.array(keyPoint, { maxLength: 3 }),
        data: fc.record({ path: fc.constantFrom([1, 2], [3, 4]), text: fc.string() }, { noNullPrototype: true }),
      },
      { requiredKeys: ["box"], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item), async (items) => {
        const given = detections(
          items.map(({ box, ...rest }) => ({ ...rest, box: [...box[0]] as [number, number, number, number] })),
        );
        expect(await call({ value: given })).toStrictEqual(given);
      }),
      { numRuns: 100 },
    );
  });
});

describe.skipIf(numpy === null)("arrays of numpy, where a Python here has it", () => {
  const returned = (expression: string) =>
    openBlock(`import numpy as np\ndef run(self):\n    return ${expression}`, { python: numpy ?? "" }).call();

  it.each([
    ["np.array([1, 0], np.bool_)", [true, false]],
    ["np.array([[True], [False]])", [[true], [false]]],
    ["np.array([1, 255], np.uint8)", [1, 255]],
    ["np.array([[-1, 2]], np.int16)", [[-1, 2]]],
    ["np.array([-1, 2], np.int16)", new Int16Array([-1, 2])],
    ["np.array([1, 2**60], np.int64)", [1, 2n ** 60n]],
    ["np.array([1.5, 2], np.float16)", new Float64Array([1.5, 2])],
    ["np.array([[1.5, 2]], np.float16)", [[1.5, 2]]],
    ["np.array([1.5], np.float32)", new Float32Array([1.5])],
    ["np.array([0.1], np.float64)", new Float64Array([0.1])],
    ["np.zeros((2, 1, 2), np.float32)", [[[0, 0]], [[0, 0]]]],
    ["np.array([1, 258], '>i4')", new Int32Array([1, 258])],
    [
      "np.arange(6).reshape(2, 3).T[::2]",
      [
        [0, 3],
        [2, 5],
      ],
    ],
    ["np.float32(0.5)", 0.5],
    ["np.array(7)", 7],
    ["{'a': [np.int64(2**60), np.bool_(True)]}", { a: [2n ** 60n, true] }],
    ["np.array(['a', 'bc'])", ["a", "bc"]],
  ])("come as numbers: %s", async (expression, expected) => {
    expect(await returned(expression)).toStrictEqual(expected);
  });

  it("name their place when they hold what cannot be passed on", async () => {
    await expect(returned("{'a': [np.array([1j])]}")).rejects.toThrow(
      "result.a[0][0] is an object of class complex, which cannot be passed on",
    );
  });
});

describe.each([
  ["numpy alone", numpy],
  ["numpy and supervision", findSupervisionPython()],
])("masks of detections in Python with %s", (_, python) => {
  const pythonTest = it.skipIf(python === null);
  const corner: Mask = { x: 1, y: 0, width: 2, height: 2, runs: Uint32Array.of(1, 3) };
  const whole: Mask = { x: 0, y: 0, width: 4, height: 3, runs: Uint32Array.of(0, 12) };
  const given = { ...detections([{ mask: corner }, { mask: whole }]), width: 4, height: 3 };
  const run = (lines: string, p: Detections = given) =>
    openBlock(`import copy, pickle\ndef run(self, p):\n    ${lines}`, { python: python ?? "" }).call({ p });

  pythonTest("are pictures of truth values", async () => {
    const [one] = (await run("return p.mask")) as unknown[];
    expect(one).toEqual([
      [false, false, true, false],
      [false, true, true, false],
      [false, false, false, false],
    ]);
    expect(await run("return [str(p.mask.dtype), list(p.mask.shape)]")).toEqual(["bool", [2, 3, 4]]);
    expect(
      await run("return p.mask", { ...given, items: given.items.map(({ mask: _mask, ...item }) => item) }),
    ).toBeNull();
  });

  pythonTest.each([
    "return p",
    "p.mask.sum(); return p",
    "p.mask = p.mask.copy(); return p",
    "return copy.deepcopy(p)",
    "return pickle.loads(pickle.dumps(p))",
    "return type(p).merge([p[[0]], p[1:]])",
  ])("come back as they were: %s", async (lines) => {
    expect(await run(lines)).toEqual(given);
  });

  pythonTest("reach beyond the picture on their way through, as long as no one looks at them", async () => {
    const beyond = { ...given, items: [{ ...given.items[0]!, mask: { ...whole, x: -2, y: 1 } }] };
    const cut = { x: 0, y: 1, width: 2, height: 2, runs: Uint32Array.of(0, 4) };
    expect(await run("p.mask.any(); return p", beyond)).toMatchObject({ items: [{ mask: cut }] });
    expect(await run("return p.mask.sum(axis=(1, 2))", beyond)).toMatchObject([4]);
  });

  pythonTest("are chosen from with their detections", async () => {
    const [, second] = given.items;
    expect(await run("return p[p.mask.sum(axis=(1, 2)) > 3]")).toMatchObject({ items: [second] });
    expect(await run("return p[[1]]")).toMatchObject({ items: [second] });
    expect(await run("return p[p.class_id == 7]")).toMatchObject({ items: [] });
  });

  pythonTest("that are new become run lengths", async () => {
    const lines = "import numpy as np; p.mask = np.ones((2, 3, 4), bool); return p";
    expect(await run(lines)).toMatchObject({ items: [{ mask: whole }, { mask: whole }] });
    expect(await run("p.mask = None; return p")).toEqual({
      ...given,
      items: given.items.map(({ mask: _mask, ...item }) => item),
    });
  });
});

describe.each([
  ["numpy and supervision", findSupervisionPython()],
  ["numpy alone", numpy],
  ["neither", without],
])("key points of detections in Python with %s", (_, python) => {
  const pythonTest = it.skipIf(python === null);
  const nose = { x: 1, y: 2.5, class: "nose", classId: 0, confidence: 0.5 };
  const ear = { x: 3, y: 4, class: "ear", classId: 2, confidence: 0.25 };
  const given = detections([{ keypoints: [nose, ear] }, { keypoints: [] }]);
  const run = (lines: string) =>
    openBlock(`def run(self, p):\n    ${lines}`, { python: python ?? "" }).call({ p: given });

  pythonTest("are columns of the data, by the names of the reference", async () => {
    const names = ["xy", "confidence", "class_id", "class_name"].map((name) => `p.data["keypoints_${name}"]`);
    const lists = names.map((name) => `[list(map(plain, one)) for one in ${name}]`);
    const plain = "plain = lambda v: v.tolist() if hasattr(v, 'tolist') else v";
    expect(await run(`${plain}; return [${lists.join(", ")}]`)).toEqual([
      [[[1, 2.5], [3, 4]], []],
      [[0.5, 0.25], []],
      [[0, 2], []],
      [["nose", "ear"], []],
    ]); // biome-ignore format: columns
  });

  pythonTest.each(["return p", "len(p.data['keypoints_xy']); return p"])(
    "come back as they were: %s",
    async (lines) => {
      expect(await run(lines)).toEqual(given);
    },
  );

  pythonTest("are chosen from with their detections, and may be changed", async () => {
    expect(await run("return p[[0]]")).toMatchObject({ items: [given.items[0]] });
    expect(await run("p.data['keypoints_xy'][0][1][0] = 9; return p")).toMatchObject({
      items: [{ keypoints: [nose, { ...ear, x: 9 }] }, { keypoints: [] }],
    });
  });
});

describe("masks and key points in isolated JavaScript", () => {
  const mask: Mask = { x: 1, y: 0, width: 2, height: 2, runs: Uint32Array.of(1, 3) };
  const keypoints = [{ x: 1, y: 2.5, class: "nose", classId: 0, confidence: 0.5 }];
  const given = detections([{ mask, keypoints }, {}]);
  const run = (body: string) =>
    openBlock(`function run({ p }) { ${body} }`, { language: "javascript", mode: "isolated" }).call({ p: given });

  it("are the fields that they are elsewhere", async () => {
    expect(await run("return p")).toEqual(given);
    expect(await run("return [...p.items[0].mask.runs, p.items[0].keypoints[0].class]")).toEqual([1, 3, "nose"]);
  });

  it("may be made there", async () => {
    const body =
      "return { ...p, items: [{ ...p.items[1], mask: { x: 0, y: 0, width: 1, height: 2, runs: new Uint32Array([2]) } }] }";
    expect(await run(body)).toMatchObject({ items: [{ mask: { width: 1, height: 2, runs: Uint32Array.of(2) } }] });
  });

  it("are refused where runs do not fill their window", async () => {
    const body = "return { ...p, items: [{ ...p.items[0], mask: { ...p.items[0].mask, width: 9 } }] }";
    await expect(run(body)).rejects.toThrow("a mask of which the runs do not fill its window");
  });
});
