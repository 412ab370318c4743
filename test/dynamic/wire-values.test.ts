import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMessage, FROM_PROCESS, MessageReader } from "../../src/dynamic/wire-frame.ts";
import { WireReader, WireWriter } from "../../src/dynamic/wire-values.ts";
import { detections, picture } from "./child-block.ts";

const noImages = {
  toWire: () => ({}),
  fromWire: () => picture(1, 1),
};

function travel(value: unknown): unknown {
  const writer = new WireWriter(noImages, "value");
  const json = writer.write(value);
  const bytes = encodeMessage({ type: "call", sequence: 7, header: { json }, segments: writer.segments });
  const [message] = new MessageReader(FROM_PROCESS).push(bytes);
  return new WireReader(message?.segments ?? [], noImages).read(message?.header["json"]);
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
    data: fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      fc.jsonValue(),
      { minKeys: 1, noNullPrototype: true },
    ),
  },
  { requiredKeys: ["box", "confidence", "class", "classId", "detectionId"], noNullPrototype: true },
);

describe("values on the wire", () => {
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
    ["detections of a wrong shape", detections([{ box: [1, 2] as never }]), "value is detections whose item 0 lacks"],
  ])("are refused with their place when they are %s", (_, value, message) => {
    expect(() => travel(value)).toThrow(message);
  });

  it("are refused when they hold themselves", () => {
    const value: Record<string, unknown> = {};
    value["self"] = { value };
    expect(() => travel(value)).toThrow("value.self.value is an object that holds itself");
  });

  it("cannot name a segment twice, so that a short message does not become many large values", () => {
    const writer = new WireWriter(noImages, "value");
    const json = writer.write(new Float32Array(4));
    const reader = new WireReader(writer.segments, noImages);
    expect(() => reader.read([json, { ...(json as object) }])).toThrow("a reference to segment 0");
  });
});
