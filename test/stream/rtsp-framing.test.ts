import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interleave, type RtspPart, RtspSplitter } from "../../src/stream/relay/rtsp-framing.ts";

const message = fc.string({ maxLength: 300 }).map((body): RtspPart => {
  const head = `OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { kind: "message", bytes: Buffer.from(head + body) };
});
const interleaved = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }))
  .map(([channel, bytes]): RtspPart => ({ kind: "interleaved", channel, packet: Buffer.from(bytes) }));

function bytesOf(part: RtspPart): Buffer {
  return part.kind === "message" ? part.bytes : interleave(part.channel, part.packet);
}

describe("RtspSplitter", () => {
  it("finds the same parts however the stream is cut", () => {
    const parts = fc.array(fc.oneof(message, interleaved), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(200)), (sent, lengths) => {
        const splitter = new RtspSplitter();
        const received: RtspPart[] = [];
        let rest = Buffer.concat(sent.map(bytesOf));
        for (const length of [...lengths, rest.length]) {
          received.push(...splitter.push(rest.subarray(0, length)));
          rest = rest.subarray(length);
        }
        received.push(...splitter.push(rest));
        expect(received).toEqual(sent);
      }),
    );
  });

  it("passes over empty lines between messages", () => {
    const text = "OPTIONS * RTSP/1.0\r\n\r\n";
    expect(new RtspSplitter().push(Buffer.from(`\r\n\r\n${text}\r\n${text}`))).toHaveLength(2);
  });

  it.each([
    ["x".repeat(1025), "RTSP: a head is longer than 1024 bytes"],
    ["SET_PARAMETER * RTSP/1.0\r\nContent-Length: 9000\r\n\r\n", "RTSP: a body is longer than 8192 bytes"],
  ])("does not gather without bound", (text, message) => {
    expect(() => new RtspSplitter().push(Buffer.from(text))).toThrow(message);
  });
});
