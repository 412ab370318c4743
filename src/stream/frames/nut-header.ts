import { SourceError } from "../../base/errors.ts";

// Headers of the NUT container, version 3; layout and names from the public NUT specification (nut.txt).

export const FILE_ID = "nut/multimedia container\0";

/** Start codes as their 8 bytes in hexadecimal. */
export const START_CODE = {
  main: "4e4d7a561f5f04ad",
  stream: "4e5311405bf2f9db",
  syncpoint: "4e4be4adeeca4569",
} as const;

export const FLAG = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIdx: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** The meaning of one value of a frame's first byte. */
interface FrameCode {
  flags: number;
  ptsDelta: number;
  sizeMul: number;
  sizeLsb: number;
  reserved: number;
  headerIdx: number;
}

export interface MainHeader {
  timeBases: { num: number; den: number }[];
  frameCodes: FrameCode[];
}

export interface StreamHeader {
  timeBaseId: number;
  msbPtsShift: number;
  width: number;
  height: number;
}

/** Reads numbers from bytes; `isShort` tells that they went past the end, and what was read is then worthless. */
export class NutCursor {
  at = 0;
  isShort = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) this.isShort = true;
    return value ?? 0;
  }

  /** Unsigned number of 7 bits a byte, most significant first. */
  v(): number {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  /** Signed number. */
  s(): number {
    const value = this.v() + 1;
    return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
  }

  /** As many as are claimed, or until the bytes are over: damaged counts are of any size. */
  several<T>(count: number, read: () => T): T[] {
    const found: T[] = [];
    for (let i = 0; i < count && !this.isShort; i++) found.push(read());
    return found;
  }

  bytes(length: number): Uint8Array {
    const start = this.at;
    this.at += length;
    if (this.at > this.#bytes.length) this.isShort = true;
    return this.#bytes.subarray(start, this.at);
  }

  hex(length: number): string {
    return Buffer.from(this.bytes(length)).toString("hex");
  }
}

export function readMainHeader(cursor: NutCursor): MainHeader {
  const version = cursor.v();
  if (version !== 3) throw nutError(`version ${version}, expected 3`);
  const streams = cursor.v();
  if (streams !== 1) throw nutError(`${streams} streams, expected 1`);
  cursor.v(); // max_distance
  const timeBases = cursor.several(cursor.v(), () => ({ num: cursor.v(), den: cursor.v() }));
  if (timeBases.length === 0 || timeBases.some(({ num, den }) => !isFactor(num) || !isFactor(den))) {
    throw nutError("a time base that is no fraction");
  }
  const frameCodes = readFrameCodes(cursor);
  if (cursor.isShort) throw nutError("a main header that ends too early");
  return { timeBases, frameCodes };
}

/** The table is run-length coded: each entry repeats the last with some fields changed. */
function readFrameCodes(cursor: NutCursor): FrameCode[] {
  const codes: FrameCode[] = [];
  let [ptsDelta, sizeMul, headerIdx] = [0, 1, 0];
  while (codes.length < 256 && !cursor.isShort) {
    const flags = cursor.v();
    const fields = cursor.v();
    if (fields > 0) ptsDelta = cursor.s();
    if (fields > 1) sizeMul = cursor.v();
    if (fields > 2) cursor.v(); // stream
    const size = fields > 3 ? cursor.v() : 0;
    const reserved = fields > 4 ? cursor.v() : 0;
    const count = fields > 5 ? cursor.v() : sizeMul - size;
    if (fields > 6) cursor.s(); // match_time
    if (fields > 7) headerIdx = cursor.v();
    cursor.several(fields - 8, () => cursor.v());
    for (let j = 0; j < count && codes.length < 256; j++) {
      // The letter N begins every other packet, so it is never a frame code and does not count.
      if (codes.length === 0x4e) codes.push({ ...EMPTY_CODE, flags: FLAG.invalid });
      codes.push({ flags, ptsDelta, sizeMul, sizeLsb: size + j, reserved, headerIdx });
    }
  }
  return codes;
}

const EMPTY_CODE: FrameCode = { flags: 0, ptsDelta: 0, sizeMul: 1, sizeLsb: 0, reserved: 0, headerIdx: 0 };

export function readStreamHeader(cursor: NutCursor): StreamHeader {
  cursor.v(); // stream_id
  const streamClass = cursor.v();
  if (streamClass !== 0) throw nutError(`stream class ${streamClass}, expected 0 (video)`);
  cursor.bytes(cursor.v()); // fourcc
  const timeBaseId = cursor.v();
  const msbPtsShift = cursor.v();
  cursor.v(); // max_pts_distance
  cursor.v(); // decode_delay
  cursor.v(); // stream_flags
  cursor.bytes(cursor.v()); // codec_specific_data
  const [width, height] = [cursor.v(), cursor.v()];
  if (cursor.isShort) throw nutError("a stream header that ends too early");
  if (!isSide(width) || !isSide(height)) throw nutError(`pictures of ${width} x ${height}`);
  if (msbPtsShift > MOST_PTS_BITS) throw nutError(`times of ${msbPtsShift} bits`);
  return { timeBaseId, msbPtsShift, width, height };
}

/** As large as ffmpeg makes pictures. */
const LONGEST_SIDE = 32_768;
const MOST_PTS_BITS = 48;

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= LONGEST_SIDE;
}

function isFactor(number: number): boolean {
  return number > 0 && number < 2 ** 31;
}

export function nutError(found: string): SourceError {
  return new SourceError("STREAM_BAD_NUT", `ffmpeg wrote a NUT stream that cannot be read: ${found}`, {
    cause: "decoder_failed",
  });
}
