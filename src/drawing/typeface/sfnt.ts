import { inflateSync } from "node:zlib";
import { StepError } from "../../base/errors.ts";

/** A file with a typeface, as it lies on the disk. */
export interface FontFile {
  name: string;
  bytes: Uint8Array;
}

/** The tables of a typeface as TrueType and OpenType have them; those of a WOFF file are unpacked. Throws STEP_FONT for other files. */
export function sfntOf({ name, bytes }: FontFile): Uint8Array {
  const form = String.fromCharCode(...bytes.subarray(0, 4));
  if (SFNT.has(form)) return bytes;
  const fault = form === "wOF2" ? "is WOFF2, which is not read" : "is no typeface";
  if (form !== "wOFF") throw new StepError("STEP_FONT", `"${name}" ${fault}; give one of TTF, OTF, TTC or WOFF`);
  try {
    return unpacked(bytes);
  } catch (error) {
    throw new StepError("STEP_FONT", `"${name}" is damaged: its tables do not unpack`, {}, { cause: error });
  }
}

const SFNT: ReadonlySet<string> = new Set(["\0\u0001\0\0", "OTTO", "true", "ttcf"]);
const [WOFF_HEADER, WOFF_ENTRY] = [44, 20];
const [HEADER, ENTRY] = [12, 16];

function unpacked(bytes: Uint8Array): Uint8Array {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = from.getUint16(12);
  const tables = Array.from({ length: count }, (_, i) => tableOf(from, WOFF_HEADER + i * WOFF_ENTRY));
  const size = tables.reduce((sum, { data }) => sum + padded(data.length), HEADER + count * ENTRY);
  const sfnt = new Uint8Array(size);
  const to = new DataView(sfnt.buffer);
  to.setUint32(0, from.getUint32(4));
  to.setUint16(4, count);
  let at = HEADER + count * ENTRY;
  for (const [i, { tag, checksum, data }] of tables.entries()) {
    const entry = HEADER + i * ENTRY;
    to.setUint32(entry, tag);
    to.setUint32(entry + 4, checksum);
    to.setUint32(entry + 8, at);
    to.setUint32(entry + 12, data.length);
    sfnt.set(data, at);
    at += padded(data.length);
  }
  return sfnt;
}

function tableOf(from: DataView, entry: number) {
  const [offset, packed, length] = [from.getUint32(entry + 4), from.getUint32(entry + 8), from.getUint32(entry + 12)];
  const bytes = new Uint8Array(from.buffer, from.byteOffset + offset, packed);
  const data = packed < length ? inflateSync(bytes, { maxOutputLength: length }) : bytes;
  return { tag: from.getUint32(entry), checksum: from.getUint32(entry + 16), data };
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
