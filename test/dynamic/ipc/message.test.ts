import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MillraceError } from "../../../src/base/errors.ts";
import {
  encodeMessage,
  FROM_PROCESS,
  LARGEST_ANSWER_HEADER,
  type Message,
  MessageReader,
} from "../../../src/dynamic/ipc/message.ts";
import { IpcReader, IpcWriter } from "../../../src/dynamic/ipc/values.ts";
import { detections, picture } from "../child-block.ts";

const message: Message = {
  type: "result",
  sequence: 4_000_000_000,
  header: { a: "ä", b: [1, null] },
  segments: [
    { name: "x", dtype: "uint8", shape: [3], data: new Uint8Array([1, 2, 3]) },
    { name: "y", dtype: "float64", shape: [1, 2], data: new Float64Array([0.5, -1]) },
  ],
};

const images = { toIpc: () => ({}), fromIpc: () => picture(1, 1) };

/** What became of bytes: how many messages, or the code of the fault. */
function judge(chunks: readonly Uint8Array<ArrayBuffer>[]): number | string {
  const reader = new MessageReader(FROM_PROCESS);
  try {
    const found = chunks.flatMap((chunk) => reader.push(chunk));
    for (const { header, segments } of found) new IpcReader(segments, images).read(header["value"]);
    return found.length;
  } catch (error) {
    return error instanceof MillraceError ? error.code : String(error);
  }
}

const isJudged = (verdict: number | string) => typeof verdict === "number" || verdict === "DYNAMIC_PROTOCOL";

describe("messages", () => {
  it("come out whole, however the stream is cut", () => {
    const bytes = Buffer.concat([encodeMessage(message), encodeMessage({ ...message, sequence: 2, segments: [] })]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const reader = new MessageReader(FROM_PROCESS);
        const found = edges.slice(1).flatMap((end, i) => reader.push(bytes.subarray(edges[i], end)));
        expect(found).toStrictEqual([message, { ...message, sequence: 2, segments: [] }]);
      }),
    );
  });

  it("are never more than a fault when they are garbage", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        expect(judge(chunks)).toSatisfy(isJudged);
      }),
      { numRuns: 500 },
    );
  });

  it("are never more than a fault when a good one is damaged", () => {
    const writer = new IpcWriter(images, "value");
    const value = writer.write({
      a: detections([{}, { data: { b: 1 } }]),
      c: new Float32Array(3),
      d: [Number.NaN, 2n],
    });
    const bytes = encodeMessage({ ...message, header: { value }, segments: writer.segments });
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (places) => {
        const damaged = bytes.slice();
        for (const [at, byte] of places) damaged[at] = byte;
        expect(judge([damaged])).toSatisfy(isJudged);
      }),
      { numRuns: 2000 },
    );
  });

  it("take no memory for what they merely claim", () => {
    const claim = (change: (view: DataView) => void) => {
      const bytes = encodeMessage({ ...message, segments: [] });
      change(new DataView(bytes.buffer, bytes.byteOffset));
      return judge([bytes]);
    };
    expect(claim((view) => view.setUint32(0, 0xffff_ffff, true))).toBe("DYNAMIC_PROTOCOL");
    expect(claim((view) => view.setUint32(12, 0xffff_ffff, true))).toBe("DYNAMIC_PROTOCOL");
    // A long one that does not come is waited for.
    expect(claim((view) => view.setUint32(0, 60 * 2 ** 20, true))).toBe(0);
    const table = [{ name: "x", dtype: "float32", shape: [4e9, 0], offset: 0, length: 0 }];
    const segments = JSON.stringify(table);
    const forged = Buffer.from(encodeMessage({ ...message, header: { value: segments }, segments: [] }));
    const text = `{"value":1,"segments":${segments}}`.padEnd(forged.readUInt32LE(12), " ");
    forged.write(text, 16);
    expect(judge([forged])).toBe("DYNAMIC_PROTOCOL");
  });
});

it("an answer whose header alone would take long to read is refused before it is read", () => {
  const message = {
    type: "result",
    sequence: 1,
    header: { value: "x".repeat(LARGEST_ANSWER_HEADER) },
    segments: [],
  } as const;
  const reader = new MessageReader(FROM_PROCESS);
  // The first bytes tell, long before the rest is there.
  expect(() => reader.push(encodeMessage(message).subarray(0, 64))).toThrow("at most 4194304 are taken");
  expect(() => encodeMessage(message, LARGEST_ANSWER_HEADER)).toThrow("at most 4194304 can be passed on");
});
