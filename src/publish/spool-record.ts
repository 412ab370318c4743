import { crc32 } from "node:zlib";
import type { Message } from "./message-class.ts";

/** A message as it is kept; times are UTC milliseconds. */
export interface SpoolRecord {
  /** Grows with every record, over restarts. */
  id: number;
  class: Message["class"];
  topic: string;
  payload: string | Uint8Array;
  contentType?: string;
  storedAt: number;
  expiresAt: number;
}

/** Length and CRC of the body. */
const HEAD_BYTES = 8;

/** About what a record takes on disk, without encoding it. */
export function sizeOf({ topic, payload }: SpoolRecord): number {
  return Buffer.byteLength(payload) + topic.length + 160;
}

/** One record in bytes: length, CRC-32, then the length of the JSON of everything but the payload, that JSON, the payload. */
export function encodeRecord({ payload, ...rest }: SpoolRecord): Buffer {
  const text = typeof payload === "string";
  const meta = Buffer.from(JSON.stringify({ ...rest, text }));
  const content = text ? Buffer.from(payload) : payload;
  const record = Buffer.allocUnsafe(HEAD_BYTES + 4 + meta.length + content.length);
  record.writeUInt32LE(record.length - HEAD_BYTES, 0);
  record.writeUInt32LE(meta.length, HEAD_BYTES);
  record.set(meta, HEAD_BYTES + 4);
  record.set(content, HEAD_BYTES + 4 + meta.length);
  record.writeUInt32LE(crc32(record.subarray(HEAD_BYTES)), 4);
  return record;
}

/** The whole records at the start of a file, and how many bytes after them are torn or damaged. */
export function decodeRecords(bytes: Buffer): { records: SpoolRecord[]; lostBytes: number } {
  const records: SpoolRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    const body = bodyAt(bytes, at);
    if (body === undefined) return { records, lostBytes: bytes.length - at };
    records.push(decodeBody(body));
    at += HEAD_BYTES + body.length;
  }
  return { records, lostBytes: 0 };
}

function bodyAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const body = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
  const isWhole = length > 4 && body.length === length && crc32(body) === bytes.readUInt32LE(at + 4);
  return isWhole ? body : undefined;
}

function decodeBody(body: Buffer): SpoolRecord {
  const metaEnd = 4 + body.readUInt32LE(0);
  // The CRC vouches that this is what `encodeRecord` wrote.
  const { text, ...rest } = JSON.parse(body.toString("utf8", 4, metaEnd)) as SpoolRecord & { text: boolean };
  const content = body.subarray(metaEnd);
  return { ...rest, payload: text ? content.toString() : content };
}
