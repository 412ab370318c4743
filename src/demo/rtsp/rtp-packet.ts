const FIXED_HEADER_BYTES = 12;
const SEQUENCE_PARAMETER_SET = 7;
const AGGREGATION_PACKET = 24;

/**
 * Whether an RTP packet carries an H.264 sequence parameter set, alone or first in a STAP-A (RFC 6184, 5.6 and 5.7.1):
 * from there on a client can decode without anything that came before.
 */
export function startsH264Group(packet: Buffer): boolean {
  const start = payloadOffset(packet);
  const type = unitType(packet[start]);
  return (type === AGGREGATION_PACKET ? unitType(packet[start + 3]) : type) === SEQUENCE_PARAMETER_SET;
}

/** RFC 3550, 5.1 and 5.3.1: contributing sources and an extension may follow the fixed header. */
function payloadOffset(packet: Buffer): number {
  const flags = packet[0] ?? 0;
  const offset = FIXED_HEADER_BYTES + 4 * (flags & 0x0f);
  const hasExtension = (flags & 0x10) !== 0 && packet.length >= offset + 4;
  return hasExtension ? offset + 4 + 4 * packet.readUInt16BE(offset + 2) : offset;
}

function unitType(header: number | undefined): number | undefined {
  return header === undefined ? undefined : header & 0x1f;
}
