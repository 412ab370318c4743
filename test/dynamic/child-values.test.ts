import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detections, findPythonCommand, openBlock } from "./child-block.ts";

const numpy = findPythonCommand(true);
const without = findPythonCommand(false);

const ECHO = "def run(self, value):\n    return value";

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
        data: fc.record({ points: fc.constantFrom([1, 2], [3, 4]), text: fc.string() }, { noNullPrototype: true }),
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

describe.skipIf(numpy === null)("masks of detections, where a Python here has numpy", () => {
  const size = [3, 4];
  const rles = [
    { size, counts: [0, 2, 3, 4, 3] },
    { size, counts: [12] },
  ];
  const given = detections(rles.map((rle) => ({ data: { rle } })));
  const run = (lines: string) =>
    openBlock(`def run(self, p):\n    ${lines}`, { python: numpy ?? "" }).call({ p: given });

  it("are made from run lengths", async () => {
    const [one, none] = (await run("return p.mask")) as unknown[];
    expect(one).toEqual([
      [true, false, true, false],
      [true, false, true, false],
      [false, true, true, false],
    ]);
    expect(none).toEqual(new Array(3).fill(new Array(4).fill(false)));
  });

  it.each(["return p", "p.mask.sum(); return p", "p.mask = p.mask.copy(); return p"])(
    "come back as they were: %s",
    async (lines) => {
      expect(await run(lines)).toStrictEqual(given);
    },
  );

  it("are chosen from with their detections", async () => {
    expect(await run("return p[p.mask.any(axis=(1, 2))]")).toMatchObject({ items: [{ data: { rle: rles[0] } }] });
  });

  it("that are new become run lengths", async () => {
    const lines = "import numpy as np; p.mask = np.ones((2, 3, 4), bool); return p";
    const rle = { size, counts: [0, 12] };
    expect(await run(lines)).toMatchObject({ items: [{ data: { rle } }, { data: { rle } }] });
  });

  it("are read from the compressed text of run lengths", async () => {
    const source = "import sys\ndef run(self):\n    return sys.modules['millrace_masks'].lengths_of('02345')";
    const text = await openBlock(source, { python: numpy ?? "" }).call();
    expect(text).toEqual([0, 2, 3, 6, 8]);
  });
});
