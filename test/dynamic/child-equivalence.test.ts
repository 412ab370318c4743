import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlockCode } from "../../src/blocks/contract/code.ts";
import { detections, openBlock, picture } from "./child-block.ts";

// The same code gives the same in the thread of the workflow and in a process of its own.

const both = (source: string, more: Partial<BlockCode> = {}) =>
  (["local", "isolated"] as const).map((mode) => openBlock(source, { language: "javascript", mode, ...more }));

const outcome = (answer: Promise<unknown>) =>
  answer.catch((error: { code: string; message: string }) => ({ code: error.code, message: error.message }));

const image = picture(16, 9);
const found = detections([
  { confidence: 0.1 + 0.2, trackerId: 3 },
  { class: "cat", classId: 1, data: { speed: 1 / 3 } },
]);

const CASES: [string, string, Record<string, unknown>[]][] = [
  [
    "counts and filters",
    `let n = 0;
     const seen = new Map();
     function run({ p, limit }, self) {
       n += p.items.length;
       const items = p.items.filter((item) => item.confidence > limit);
       for (const item of items) seen.set(item.class, (seen.get(item.class) ?? 0) + 1);
       return { n, kept: { ...p, items }, seen, step: self.step, source: self.source, sources: self.sources };
     }`,
    [
      { p: found, limit: 0.2 },
      { p: found, limit: 0.4 },
      { p: detections([]), limit: 0 },
    ],
  ],
  [
    "reads and makes pictures",
    `function run({ image }, { pixels }) {
       const { rgb, stride, width, height } = pixels.view(image);
       const own = pixels.copy(image);
       for (let i = 0; i < own.length; i++) own[i] = 255 - own[i];
       const made = { ...image, pixels: { type: "owned", rgb: own, width, height } };
       return { first: [...rgb.subarray(0, 9)], stride, length: rgb.length, same: image, made };
     }`,
    [{ image }],
  ],
  [
    "asks what values are",
    `function run({ list, moment, numbers, record }) {
       return [list instanceof Array, moment instanceof Date, numbers instanceof Float32Array, record.constructor === Object,
         moment.getTime(), numbers.byteLength, Object.keys(record), structuredClone(record)];
     }`,
    [{ list: [1], moment: new Date(5), numbers: new Float32Array(3), record: { a: -0, b: undefined, $: 1n } }],
  ],
  ["waits", "async function run({ x }) { await new Promise((r) => setTimeout(r, 3)); return [x]; }", [{ x: 1 }]],
  ["fails", "function run({ x }) {\n  return x.a.b;\n}", [{ x: {} }, { x: { a: { b: 2 } } }]],
  ["fails with what is no error", "function run() { throw 'enough'; }", [{}]],
];

describe("JavaScript in both modes", () => {
  it.each(CASES)("that %s", async (_, source, inputs) => {
    const [local, isolated] = both(source);
    for (const input of inputs) {
      expect(await outcome(isolated?.call(input) ?? Promise.reject())).toEqual(
        await outcome(local?.call(input) ?? Promise.reject()),
      );
    }
  });

  it("uses init and modules alike", async () => {
    const source = `const hash = (text) => crypto.createHash("sha256").update(text).digest("hex");
      function run({ x }, self) { return [hash(x), self.initResults]; }`;
    const more = { imports: ["node:crypto"], initSource: "function init() { return { from: hash('init') }; }" };
    const [local, isolated] = both(source, more);
    expect(await isolated?.call({ x: "a" })).toEqual(await local?.call({ x: "a" }));
  });

  it("has its variables for each camera alike", async () => {
    const [local, isolated] = both("let n = 0;\nfunction run() { return ++n; }", { stateScope: "source" });
    for (const camera of ["a", "b", "a"]) expect(await isolated?.call({}, camera)).toBe(await local?.call({}, camera));
  });

  it("prints alike", async () => {
    const [local, isolated] = both("function run({ x }) { console.log('x is', x); console.error('no'); return 1; }");
    await local?.call({ x: [1] });
    await isolated?.call({ x: [1] });
    expect(isolated?.events).toEqual(local?.events);
  });

  it("gives back what it is given", async () => {
    const [, isolated] = both("function run({ x }) { return x; }");
    const value = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true });
    await fc.assert(
      fc.asyncProperty(value, async (x) => {
        expect(await isolated?.call({ x })).toEqual(x);
      }),
      { numRuns: 100 },
    );
  });
});
