// Protocol Buffers in their encoded form: fields are listed as views, nothing is decoded or copied.
import { Reader } from "protobufjs/minimal.js";

/** One field of a message. */
export interface ProtobufField {
  number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  type: number;
  /** Value of a varint, else 0. */
  value: number;
  /** Content of a length-delimited field, else empty. */
  bytes: Uint8Array;
  /** The whole field with its tag, to be copied elsewhere. */
  raw: Uint8Array;
}

/** The fields of a message in file order; throws RangeError when they do not end where the message ends. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const reader = Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field: ProtobufField = { number: tag >>> 3, type: tag & 7, value: 0, bytes: NONE, raw: NONE };
    if (field.type === 0) field.value = Number(String(reader.int64()));
    else if (field.type === 2) field.bytes = delimited(reader, message);
    else reader.skipType(field.type);
    field.raw = message.subarray(start, reader.pos);
    yield field;
  }
}

/** Text of a length-delimited field. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The numbers of a packed field of varints. */
export function packedNumbers(bytes: Uint8Array): number[] {
  const reader = Reader.create(bytes);
  const numbers: number[] = [];
  while (reader.pos < reader.len) numbers.push(Number(String(reader.int64())));
  return numbers;
}

const NONE = new Uint8Array();
const decoder = new TextDecoder();

function delimited(reader: Reader, message: Uint8Array): Uint8Array {
  const length = reader.uint32();
  const start = reader.pos;
  if (length > reader.len - start)
    throw new RangeError(`a field of ${length} bytes where ${reader.len - start} are left`);
  // `skip(0)` means a number of unknown length.
  if (length > 0) reader.skip(length);
  return message.subarray(start, start + length);
}
