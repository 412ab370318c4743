import type { ProtocolVersion } from "./broker-settings.ts";

export interface Published {
  topic: string;
  payload: string | Uint8Array;
  qos: 0 | 1;
  contentType?: string;
  expiryS?: number;
  correlationData?: Uint8Array;
}

/** Bytes of a PUBLISH packet on the wire, all of which count against the broker's limit. */
export function packetSize(message: Published, version: ProtocolVersion): number {
  return packetParts(message, version).whole;
}

/** Bytes of the properties without their length, of what follows the packet's own length, and of the whole. */
export function packetParts(message: Published, version: ProtocolVersion) {
  const properties = version === 5 ? propertiesSize(message) : 0;
  const withLength = version === 5 ? varintSize(properties) + properties : 0;
  const identifier = message.qos === 0 ? 0 : 2;
  const rest = textSize(message.topic) + identifier + withLength + Buffer.byteLength(message.payload);
  return { properties, rest, whole: 1 + varintSize(rest) + rest };
}

function propertiesSize({ contentType, expiryS, correlationData }: Published): number {
  const expiry = expiryS === undefined ? 0 : 5;
  const type = contentType === undefined ? 0 : 1 + textSize(contentType);
  const correlation = correlationData === undefined ? 0 : 3 + correlationData.length;
  return expiry + type + correlation;
}

function textSize(text: string): number {
  return 2 + Buffer.byteLength(text);
}

/** Seven bits a byte. */
function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}
