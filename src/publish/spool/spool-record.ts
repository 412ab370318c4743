import { crc32 } from "node:zlib";
import { MESSAGE_CLASS_NAMES, type Message } from "../messages/message-class.ts";

/** A stored message. */
export interface SpoolRecord {
  class: Message["class"];
  topic: string;
  payload: string | Uint8Array;
  contentType?: string;
  /** On the time line of the spool, see `openSpoolClock`. */
  storedAt: number;
  lifeMs: number;
}

/** The place of a record on disk: numbers grow with every record written, over restarts. */
export interface Place {
  number: number;
  crc: number;
}

/** The stretch of the time line that a record was written in. */
export interface Boot {
  boot: string;
  /** What the time line adds to the boot's uptime. */
  base: number;
}

export interface StoredRecord extends Place, Boot {
  record: SpoolRecord;
}

/** What a damaged stretch of a file has cost. */
export interface Loss {
  bytes: number;
  records: number;
}

/** By which the next record is found behind a damaged one. */
const MARK = Buffer.from("\u0000mlr");
/** Mark, length and CRC of the body. */
const HEAD_BYTES = MARK.length + 8;

/** About what a record takes on disk, without encoding it. */
export function sizeOf({ topic, payload }: SpoolRecord): number {
  return Buffer.byteLength(payload) + topic.length + 200;
}

/** One record in bytes: mark, length, CRC-32, then the length of the JSON of everything but the payload, that JSON, the payload. */
export function encodeRecord(
  { payload, ...rest }: SpoolRecord,
  number: number,
  boot: Boot,
): { bytes: Buffer; crc: number } {
  const text = typeof payload === "string";
  const meta = Buffer.from(JSON.stringify({ number, ...boot, ...rest, text }));
  const content = text ? Buffer.from(payload) : payload;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + 4 + meta.length + content.length);
  bytes.set(MARK, 0);
  bytes.writeUInt32LE(bytes.length - HEAD_BYTES, MARK.length);
  bytes.writeUInt32LE(meta.length, HEAD_BYTES);
  bytes.set(meta, HEAD_BYTES + 4);
  bytes.set(content, HEAD_BYTES + 4 + meta.length);
  const crc = crc32(bytes.subarray(HEAD_BYTES));
  bytes.writeUInt32LE(crc, MARK.length + 4);
  return { bytes, crc };
}

/** The whole records of a file whose first one had the number `first`, and what lies damaged between and behind them. */
export function decodeRecords(bytes: Buffer, first: number): { records: StoredRecord[]; loss: Loss } {
  const records: StoredRecord[] = [];
  const loss: Loss = { bytes: 0, records: 0 };
  let expected = first;
  for (let at = 0; at < bytes.length; ) {
    const found = nextRecord(bytes, at);
    const start = found?.start ?? bytes.length;
    loss.bytes += start - at;
    if (found === undefined) loss.records += Math.max(1, marksIn(bytes.subarray(at)));
    else if (found.stored.number >= expected) {
      loss.records += found.stored.number - expected;
      expected = found.stored.number + 1;
      records.push(found.stored);
    }
    at = found?.end ?? bytes.length;
  }
  if (bytes.length === 0) loss.records = 1;
  return { records, loss };
}

interface Found {
  stored: StoredRecord;
  start: number;
  end: number;
}

/** The first whole record at or behind a place. */
function nextRecord(bytes: Buffer, from: number): Found | undefined {
  for (let start = bytes.indexOf(MARK, from); start >= 0; start = bytes.indexOf(MARK, start + 1)) {
    const found = recordAt(bytes, start);
    if (found !== undefined) return found;
  }
  return undefined;
}

function recordAt(bytes: Buffer, start: number): Found | undefined {
  const bodyAt = start + HEAD_BYTES;
  if (bodyAt + 4 > bytes.length) return undefined;
  const end = bodyAt + bytes.readUInt32LE(start + MARK.length);
  const metaEnd = bodyAt + 4 + bytes.readUInt32LE(bodyAt);
  if (end > bytes.length || metaEnd > end) return undefined;
  const crc = bytes.readUInt32LE(start + MARK.length + 4);
  if (crc32(bytes.subarray(bodyAt, end)) !== crc) return undefined;
  const stored = decodeBody(bytes.subarray(bodyAt + 4, metaEnd), bytes.subarray(metaEnd, end), crc);
  return stored === undefined ? undefined : { stored, start, end };
}

/** Undefined for a class that this version does not have. */
function decodeBody(meta: Buffer, content: Buffer, crc: number): StoredRecord | undefined {
  // The CRC vouches that this is what `encodeRecord` wrote.
  const { number, boot, base, text, ...rest } = JSON.parse(meta.toString()) as Written;
  if (!MESSAGE_CLASS_NAMES.includes(rest.class)) return undefined;
  return { number, crc, boot, base, record: { ...rest, payload: text ? content.toString() : content } };
}

type Written = Omit<SpoolRecord, "payload"> & Boot & { number: number; text: boolean };

function marksIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) count += 1;
  return count;
}
