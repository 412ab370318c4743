import fc from "fast-check";
import { expect, test } from "vitest";
import { packetLibrary } from "../../../src/publish/broker/packet-library.ts";
import { packetSize } from "../../../src/publish/broker/packet-size.ts";
import { publishPacket } from "../../../src/publish/broker/publish-packet.ts";

interface Parser {
  on(event: "packet", listener: (packet: object) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  parse(bytes: Buffer): number;
}

const { parser } = packetLibrary("mqtt-packet/mqtt.js") as { parser: (options: object) => Parser };

/** What the client's library reads. */
function readBack(bytes: Buffer, protocolVersion: 4 | 5): object[] {
  const found: object[] = [];
  const reader = parser({ protocolVersion });
  reader.on("packet", (packet) => found.push(packet));
  reader.on("error", (error) => {
    throw error;
  });
  expect(reader.parse(bytes)).toBe(0);
  return found;
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((found) => !/[#+\0]/.test(found));
const message = fc.record(
  {
    topic: text,
    payload: fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.uint8Array({ maxLength: 20_000 })),
    qos: fc.constant(0 as const),
    retained: fc.boolean(),
    contentType: text,
    expiryS: fc.double({ min: 0, max: 1e6, noNaN: true }),
    correlationData: fc.uint8Array({ maxLength: 200 }),
  },
  { requiredKeys: ["topic", "payload", "qos", "retained"] },
);

test("a packet is what the client's library reads it as, whatever the message and the version", () => {
  fc.assert(
    fc.property(message, fc.constantFrom(4 as const, 5 as const), (given, version) => {
      const packet = publishPacket(given, version);
      expect(packet.length).toBe(packetSize(given, version));
      const [read] = readBack(packet, version) as [Record<string, unknown>];
      const payload = Buffer.from(given.payload as string);
      expect(read).toMatchObject({ cmd: "publish", qos: 0, retain: given.retained, topic: given.topic, payload });
      if (version === 4) return;
      const { contentType, expiryS, correlationData } = given;
      const properties = {
        ...(contentType === undefined ? {} : { contentType }),
        ...(expiryS === undefined ? {} : { messageExpiryInterval: Math.max(1, Math.ceil(expiryS)) }),
        ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
      };
      expect(read["properties"] ?? {}).toEqual(properties);
    }),
    { numRuns: 300 },
  );
});
