import { MillraceError } from "../../base/errors.ts";

const ARRAYS = {
  uint8: Uint8Array,
  uint8_clamped: Uint8ClampedArray,
  bool: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

export type Dtype = keyof typeof ARRAYS;
export type NumberArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers of one type, rows first. */
export interface Segment {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  data: NumberArray;
}

/** What a message's header says of a segment; the offset counts from the first segment, in bytes. */
export interface SegmentEntry {
  name: string;
  dtype: string;
  shape: readonly number[];
  offset: number;
  length: number;
}

/** Element type of a typed array; undefined for a DataView. */
export function dtypeOf(array: ArrayBufferView): Dtype | undefined {
  if (array instanceof Uint8Array) return "uint8";
  for (const [dtype, type] of Object.entries(ARRAYS)) if (array instanceof type) return dtype as Dtype;
  return undefined;
}

/** Places segments one after another at multiples of 8 bytes. */
export function segmentTable(segments: readonly Segment[]): { entries: SegmentEntry[]; bytes: number } {
  let offset = 0;
  const entries = segments.map(({ name, dtype, shape, data }) => {
    const entry = { name, dtype, shape, offset, length: data.byteLength };
    offset += Math.ceil(data.byteLength / 8) * 8;
    return entry;
  });
  return { entries, bytes: offset };
}

/** Views on the segments of a message, one behind the other; its body begins at a multiple of 8. Nothing of a false table is used. */
export function readSegments(table: readonly unknown[], body: Uint8Array<ArrayBuffer>): Segment[] {
  let end = 0;
  return table.map((entry) => {
    const { name, dtype, shape, offset, length } = checkEntry(entry, end, body.length);
    end = offset + length;
    const array = ARRAYS[dtype];
    const data = new array(body.buffer, body.byteOffset + offset, length / array.BYTES_PER_ELEMENT);
    return { name, dtype, shape, data };
  });
}

function checkEntry(entry: unknown, begin: number, available: number): SegmentEntry & { dtype: Dtype } {
  if (!isEntry(entry)) throw garbled("an entry that lacks a part");
  const { dtype, shape, offset, length } = entry;
  if (!isDtype(dtype)) throw garbled(`of type "${String(dtype).slice(0, 20)}"`);
  if (!isCount(offset) || offset % 8 !== 0 || !isCount(length) || offset + length > available) {
    throw garbled(`at ${offset} with ${length} bytes, of ${available} that there are`);
  }
  // The same bytes under many names would become many times as many values.
  if (offset < begin) throw garbled(`at ${offset}, before the end of another at ${begin}`);
  if (shape.length > 8 || !shape.every(isCount)) throw garbled("with a shape of no counts");
  // An empty array could claim any number of rows, for each of which a list would be made.
  const items = shape.reduce((product, count) => product * count, 1);
  const claimed = Math.max(0, ...shape);
  if (items * ARRAYS[dtype].BYTES_PER_ELEMENT !== length || (items === 0 && claimed > 65_536)) {
    throw garbled(`of shape ${shape.join(" x ")} with ${length} bytes`);
  }
  return { ...entry, dtype };
}

function isEntry(entry: unknown): entry is SegmentEntry {
  if (typeof entry !== "object" || entry === null) return false;
  const { name, dtype, shape } = entry as Partial<Record<keyof SegmentEntry, unknown>>;
  return typeof name === "string" && typeof dtype === "string" && Array.isArray(shape);
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(ARRAYS, dtype);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function garbled(found: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent a segment ${found}`);
}
