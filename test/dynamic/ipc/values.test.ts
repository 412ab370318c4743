import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMessage, FROM_PROCESS, MessageReader } from "../../../src/dynamic/ipc/message.ts";
import type { Segment } from "../../../src/dynamic/ipc/segments.ts";
import { IpcReader, IpcWriter } from "../../../src/dynamic/ipc/values.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Mask } from "../../../src/kinds/mask.ts";
import { detections, picture } from "../child-block.ts";

const noImages = {
  toIpc: () => ({}),
  fromIpc: () => picture(1, 1),
};

function travel(value: unknown): unknown {
  const writer = new IpcWriter(noImages, "value");
  const json = writer.write(value);
  const bytes = encodeMessage({ type: "call", sequence: 7, header: { json }, segments: writer.segments });
  const [message] = new MessageReader(FROM_PROCESS).push(bytes);
  return new IpcReader(message?.segments ?? [], noImages).read(message?.header["json"]);
}

const plain = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: false,
  maxDepth: 4,
});

const detection = fc.record(
  {
    box: fc.tuple(fc.double(), fc.double(), fc.double(), fc.double()),
    confidence: fc.double(),
    class: fc.string(),
    classId: fc.integer(),
    detectionId: fc.string(),
    trackerId: fc.double({ noNaN: true }),
    mask: fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(20), fc.nat(20)).map(([x, a, b]) => {
      return { x, y: 3, width: 1, height: a + b, runs: Uint32Array.of(a, b) };
    }),
    keypoints: fc.array(
      fc.record(
        { x: fc.double(), y: fc.double(), class: fc.string(), classId: fc.integer(), confidence: fc.double() },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    data: fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      fc.jsonValue(),
      { minKeys: 1, noNullPrototype: true },
    ),
  },
  { requiredKeys: ["box", "confidence", "class", "classId", "detectionId"], noNullPrototype: true },
);

describe("values over IPC", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(travel(value)).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("come back as they were when they are detections", () => {
    fc.assert(
      fc.property(fc.array(detection), (items) => {
        const value = detections(items);
        expect(travel({ value })).toStrictEqual({ value });
      }),
    );
  });

  it.each([
    ["a function", { a: [() => 1] }, "value.a[0] is a function"],
    ["a symbol", [Symbol("x")], "value[0] is a symbol"],
    ["an object of a class", { a: /x/ }, "value.a is an object of class RegExp"],
    [
      "detections with a mask that has no end",
      faulty({ runs: Uint32Array.of(9) }),
      "item 0 has a mask of which the runs do not",
    ],
    [
      "detections with an immense mask",
      faulty({ width: 2 ** 14, height: 2 ** 14, runs: Uint32Array.of(2 ** 28) }),
      "item 0 has a mask",
    ],
    [
      "detections with half a key point",
      detections([{ keypoints: [{ x: 1 } as never] }]),
      "key points that lack a part",
    ],
    ["detections of a wrong shape", detections([{ box: [1, 2] as never }]), "value is detections whose item 0 lacks"],
  ])("are refused with their place when they are %s", (_, value, message) => {
    expect(() => travel(value)).toThrow(message);
  });

  it.each<[string, (json: Json, segments: Segment[]) => void, string]>([
    ["runs that do not fill the window", (_, [, windows]) => (windows!.data[3] = 3), "runs that fill each mask"],
    ["more runs than there are", (_, [, windows]) => (windows!.data[4] = 7), "runs that fill each mask"],
    ["too few windows", (json) => (json["masks"] = {}), "a reference to segment undefined"],
    ["key points of one more", (json) => (json["keypoints"]!["counts"] = [1]), "all their key points"],
    ["key points of no detection", (json) => (json["keypoints"]!["counts"] = []), "a number of key points for each"],
  ])("are refused when a process sends detections with %s", (_, spoil, message) => {
    const writer = new IpcWriter(noImages, "value");
    const json = writer.write(faulty({})) as Json;
    writer.segments.push({ name: "none", dtype: "float64", shape: [5, 0], data: new Float64Array() });
    json["keypoints"] = { s: writer.segments.length - 1, counts: [-1], classes: [] };
    spoil(json, writer.segments);
    expect(() => new IpcReader(writer.segments, noImages).read(json)).toThrow(message);
  });

  it("are refused when they hold themselves", () => {
    const value: Record<string, unknown> = {};
    value["self"] = { value };
    expect(() => travel(value)).toThrow("value.self.value is an object that holds itself");
  });

  it("cannot name a segment twice, so that a short message does not become many large values", () => {
    const writer = new IpcWriter(noImages, "value");
    const json = writer.write(new Float32Array(4));
    const reader = new IpcReader(writer.segments, noImages);
    expect(() => reader.read([json, { ...(json as object) }])).toThrow("a reference to segment 0");
  });
});

type Json = Record<string, Record<string, unknown>>;

/** A detection whose mask is right but for the changes. */
function faulty(changes: Partial<Mask>): Detections {
  return detections([{ mask: { x: 0, y: 0, width: 2, height: 2, runs: Uint32Array.of(1, 3), ...changes } }]);
}
