import {
  FILE_ID,
  FLAG,
  type MainHeader,
  NutCursor,
  nutError,
  readMainHeader,
  readStreamHeader,
  START_CODE,
  type StreamHeader,
} from "./nut-header.ts";

/** Receives what a NUT stream of one raw video carries. */
export interface NutSink {
  /** Size of the pictures, in pixels, before the first frame. */
  stream(width: number, height: number): void;
  /** Memory for the payload, `discard` to skip it, or `wait` to be asked again by `resume`. `pts` is in seconds. */
  frame(pts: number, sizeBytes: number): Uint8Array | "discard" | "wait";
  /** The payload of the last frame is complete. */
  frameEnd(): void;
}

const SCRATCH_BYTES = 65_536;
/** Little is read at once where a header is expected, because what follows it has to be copied. */
const HEADER_READ_BYTES = 256;

/**
 * Incremental NUT parser that has payloads read straight into the memory its sink names.
 * Read into `target()`, then call `advance` with the count. Throws `STREAM_BAD_NUT`.
 */
export class NutParser {
  readonly #sink: NutSink;
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  #start = 0;
  #end = 0;
  #targetsPayload = false;
  #hasFileId = false;
  #main: MainHeader | undefined;
  #stream: StreamHeader | undefined;
  #lastPts = 0;
  #pending: { pts: number; sizeBytes: number } | undefined;
  #payload: Uint8Array | undefined;
  #filled = 0;
  #skip = 0;
  #isDiscarding = false;

  constructor(sink: NutSink) {
    this.#sink = sink;
  }

  /** Where the next bytes of the stream have to be put. */
  target(): Uint8Array {
    const isEmpty = this.#start === this.#end;
    this.#targetsPayload = isEmpty && this.#payload !== undefined;
    if (this.#payload !== undefined && isEmpty) return this.#payload.subarray(this.#filled);
    this.#scratch.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const wanted = Math.max(HEADER_READ_BYTES, this.#skip - this.#end);
    return this.#scratch.subarray(this.#end, this.#end + wanted);
  }

  /** Takes the `count` bytes that were read into the last target. False when the sink has to be waited for. */
  advance(count: number): boolean {
    if (!this.#targetsPayload) this.#end += count;
    else this.#fill(count);
    const isReady = this.#parse();
    if (this.#end - this.#start === SCRATCH_BYTES) throw nutError("a header of more than 64 KiB");
    return isReady;
  }

  /** Asks the sink again for memory. False when it still has none. */
  resume(): boolean {
    return this.#parse();
  }

  #parse(): boolean {
    while (this.#step());
    return this.#pending === undefined;
  }

  /** One piece of the stream; false when more bytes or the sink are needed. */
  #step(): boolean {
    if (this.#pending !== undefined) return this.#beginFrame(this.#pending);
    if (this.#payload !== undefined) return this.#copyPayload(this.#payload);
    if (this.#skip > 0) return this.#skipBytes();
    if (this.#start === this.#end) return false;
    const cursor = new NutCursor(this.#scratch.subarray(this.#start, this.#end));
    const isRead = this.#hasFileId ? this.#readElement(cursor) : this.#readFileId(cursor);
    if (isRead) this.#start += cursor.at;
    return isRead;
  }

  #readFileId(cursor: NutCursor): boolean {
    const id = Buffer.from(cursor.bytes(FILE_ID.length)).toString("latin1");
    if (cursor.isShort) return false;
    if (id !== FILE_ID) throw nutError("no file identification at its beginning");
    this.#hasFileId = true;
    return true;
  }

  #readElement(cursor: NutCursor): boolean {
    return this.#scratch[this.#start] === 0x4e ? this.#readPacket(cursor) : this.#readFrame(cursor);
  }

  #readPacket(cursor: NutCursor): boolean {
    const startCode = cursor.hex(8);
    const length = cursor.v();
    if (length > 4096) cursor.bytes(4); // header_checksum
    if (cursor.isShort) return false;
    if (startCode !== START_CODE.main && startCode !== START_CODE.stream && startCode !== START_CODE.syncpoint) {
      this.#skip = length;
      return true;
    }
    const body = new NutCursor(cursor.bytes(length));
    if (cursor.isShort) return false;
    if (startCode === START_CODE.main) this.#main = readMainHeader(body);
    else if (startCode === START_CODE.stream) this.#readStream(body);
    else this.#readSyncpoint(body);
    return true;
  }

  /** Headers may be repeated; only the first announces the stream. */
  #readStream(body: NutCursor): void {
    const isFirst = this.#stream === undefined;
    this.#stream = readStreamHeader(body);
    if (isFirst) this.#sink.stream(this.#stream.width, this.#stream.height);
  }

  /** A syncpoint sets the time from which the next coded pts is counted. */
  #readSyncpoint(body: NutCursor): void {
    const { main, stream } = this.#headers();
    const value = body.v();
    if (body.isShort || !Number.isSafeInteger(value)) throw nutError("a syncpoint without a time");
    const from = timeBase(main, value % main.timeBases.length);
    const to = timeBase(main, stream.timeBaseId);
    const pts = BigInt(Math.floor(value / main.timeBases.length));
    this.#lastPts = Number((pts * BigInt(from.num * to.den)) / BigInt(from.den * to.num));
  }

  #readFrame(cursor: NutCursor): boolean {
    const { main, stream } = this.#headers();
    const code = main.frameCodes[cursor.byte()];
    if (code === undefined || code.flags & FLAG.invalid) throw nutError("an undefined frame code");
    const flags = code.flags & FLAG.coded ? code.flags ^ cursor.v() : code.flags;
    if (flags & FLAG.sideData) throw nutError("side data in a frame");
    if (flags & FLAG.streamId) cursor.v();
    const pts =
      flags & FLAG.codedPts ? fullPts(cursor.v(), stream.msbPtsShift, this.#lastPts) : this.#lastPts + code.ptsDelta;
    const sizeBytes = code.sizeLsb + (flags & FLAG.sizeMsb ? cursor.v() * code.sizeMul : 0);
    if (flags & FLAG.matchTime) cursor.s();
    const headerIdx = flags & FLAG.headerIdx ? cursor.v() : code.headerIdx;
    cursor.several(flags & FLAG.reserved ? cursor.v() : code.reserved, () => cursor.v());
    if (flags & FLAG.checksum) cursor.bytes(4);
    if (cursor.isShort) return false;
    if (!Number.isSafeInteger(pts) || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw nutError("a frame with a time or size of no meaning");
    }
    if (headerIdx !== 0 && sizeBytes <= 4096) throw nutError("a frame whose first bytes are left out");
    this.#lastPts = pts;
    const { num, den } = timeBase(main, stream.timeBaseId);
    if (sizeBytes > 0) this.#pending = { pts: (pts * num) / den, sizeBytes };
    return true;
  }

  #beginFrame({ pts, sizeBytes }: { pts: number; sizeBytes: number }): boolean {
    const place = this.#sink.frame(pts, sizeBytes);
    if (place === "wait") return false;
    this.#pending = undefined;
    if (place === "discard") {
      this.#isDiscarding = true;
      this.#skip = sizeBytes;
      return true;
    }
    if (place.length !== sizeBytes) throw nutError(`a frame of ${sizeBytes} bytes, expected ${place.length}`);
    this.#payload = place;
    this.#filled = 0;
    return true;
  }

  #copyPayload(payload: Uint8Array): boolean {
    const count = Math.min(payload.length - this.#filled, this.#end - this.#start);
    if (count === 0) return false;
    payload.set(this.#scratch.subarray(this.#start, this.#start + count), this.#filled);
    this.#start += count;
    this.#fill(count);
    return true;
  }

  #fill(count: number): void {
    this.#filled += count;
    if (this.#filled !== this.#payload?.length) return;
    this.#payload = undefined;
    this.#sink.frameEnd();
  }

  #skipBytes(): boolean {
    const count = Math.min(this.#skip, this.#end - this.#start);
    if (count === 0) return false;
    this.#start += count;
    this.#skip -= count;
    if (this.#skip === 0 && this.#isDiscarding) {
      this.#isDiscarding = false;
      this.#sink.frameEnd();
    }
    return true;
  }

  #headers(): { main: MainHeader; stream: StreamHeader } {
    if (this.#main === undefined || this.#stream === undefined) throw nutError("frames before its headers");
    return { main: this.#main, stream: this.#stream };
  }
}

function timeBase(main: MainHeader, id: number): { num: number; den: number } {
  const base = main.timeBases[id];
  if (base === undefined) throw nutError(`time base ${id} of ${main.timeBases.length}`);
  return base;
}

/** A coded pts below 2^shift holds only the low bits, meant to be near the last pts. */
function fullPts(coded: number, shift: number, last: number): number {
  const range = 2 ** shift;
  if (coded >= range) return coded - range;
  const lowest = last - Math.floor((range - 1) / 2);
  return ((((coded - lowest) % range) + range) % range) + lowest;
}
