import type { ProtocolVersion } from "./broker-settings.ts";
import { type Published, packetParts } from "./packet-size.ts";

const PUBLISH = 0x30;
const RETAIN = 0x01;
const EXPIRY = 0x02;
const CONTENT_TYPE = 0x03;
const CORRELATION = 0x09;

/** A message with QoS 0 as one packet in one piece of memory; the client would write each of its fields by itself. */
export function publishPacket(message: Published & { retained: boolean }, version: ProtocolVersion): Buffer {
  const { topic, payload, retained, contentType, expiryS, correlationData } = message;
  const { properties, rest, whole } = packetParts(message, version);
  const packet = Buffer.allocUnsafe(whole);
  let at = 0;
  const varint = (value: number) => {
    for (let left = value; ; left >>>= 7) {
      at = packet.writeUInt8(left > 0x7f ? (left & 0x7f) | 0x80 : left, at);
      if (left <= 0x7f) return;
    }
  };
  const text = (value: string) => {
    const bytes = packet.write(value, at + 2);
    packet.writeUInt16BE(bytes, at);
    at += 2 + bytes;
  };
  at = packet.writeUInt8(PUBLISH | (retained ? RETAIN : 0), at);
  varint(rest);
  text(topic);
  if (version === 5) {
    varint(properties);
    if (expiryS !== undefined) at = packet.writeUInt32BE(secondsOf(expiryS), packet.writeUInt8(EXPIRY, at));
    if (contentType !== undefined) {
      at = packet.writeUInt8(CONTENT_TYPE, at);
      text(contentType);
    }
    if (correlationData !== undefined) {
      at = packet.writeUInt16BE(correlationData.length, packet.writeUInt8(CORRELATION, at));
      packet.set(correlationData, at);
      at += correlationData.length;
    }
  }
  if (typeof payload === "string") packet.write(payload, at);
  else packet.set(payload, at);
  return packet;
}

/** Whole seconds, one at least, as far as the protocol counts. */
export function secondsOf(expiryS: number): number {
  return Math.min(0xffffffff, Math.max(1, Math.ceil(expiryS)));
}
