import { MillraceError } from "../../base/errors.ts";

/** One whole piece of an RTSP connection: a message with its body, or a packet interleaved with them (RFC 2326, 10.12). */
export type RtspPart = { kind: "message"; bytes: Buffer } | { kind: "interleaved"; channel: number; packet: Buffer };

export interface RtspLimits {
  headBytes: number;
  bodyBytes: number;
}

/** The decoder of `rtsp-stream` holds no longer head than this. */
const SERVER_LIMITS: RtspLimits = { headBytes: 1024, bodyBytes: 8192 };

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
const PREFIX_BYTES = 4;

/** Cuts a byte stream into whole parts, however it was cut up on the way. */
export class RtspSplitter {
  #pending: Buffer = Buffer.alloc(0);
  readonly #limits: RtspLimits;

  constructor(limits: RtspLimits = SERVER_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes of a part that is not whole. */
  get rest(): Buffer {
    return this.#pending;
  }

  /** The parts that `chunk` completes. Throws a MillraceError with code `RTSP_MALFORMED` when a message is too long. */
  push(chunk: Buffer): RtspPart[] {
    return [...this.parts(chunk)];
  }

  /** The same one by one: those ahead of what is malformed are there before it throws. */
  *parts(chunk: Buffer): Generator<RtspPart> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let part = this.#take(); part !== undefined; part = this.#take()) yield part;
  }

  #take(): RtspPart | undefined {
    this.#skipLineEnds();
    if (this.#pending.length === 0) return undefined;
    return this.#pending[0] === DOLLAR ? this.#takeInterleaved() : this.#takeMessage();
  }

  #skipLineEnds(): void {
    let start = 0;
    while (this.#pending[start] === CR || this.#pending[start] === LF) start++;
    this.#pending = this.#pending.subarray(start);
  }

  #takeInterleaved(): RtspPart | undefined {
    if (this.#pending.length < PREFIX_BYTES) return undefined;
    const channel = this.#pending.readUInt8(1);
    const bytes = this.#cut(PREFIX_BYTES + this.#pending.readUInt16BE(2));
    return bytes && { kind: "interleaved", channel, packet: bytes.subarray(PREFIX_BYTES) };
  }

  #takeMessage(): RtspPart | undefined {
    const end = this.#pending.indexOf("\r\n\r\n");
    const headBytes = end === -1 ? this.#pending.length : end + 4;
    const { headBytes: limit, bodyBytes } = this.#limits;
    if (headBytes > limit) throw malformed(`a head is longer than ${limit} bytes`);
    if (end === -1) return undefined;
    const bytes = this.#cut(headBytes + bodyLength(this.#pending.toString("latin1", 0, end), bodyBytes));
    return bytes && { kind: "message", bytes };
  }

  #cut(length: number): Buffer | undefined {
    if (this.#pending.length < length) return undefined;
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return bytes;
  }
}

/** The bytes that carry `packet` on an interleaved channel. */
export function interleave(channel: number, packet: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + packet.length);
  bytes.writeUInt8(DOLLAR, 0);
  bytes.writeUInt8(channel, 1);
  bytes.writeUInt16BE(packet.length, 2);
  packet.copy(bytes, PREFIX_BYTES);
  return bytes;
}

function bodyLength(head: string, limit: number): number {
  const length = Number(/^content-length:\s*(\d+)\s*$/im.exec(head)?.[1] ?? 0);
  if (length > limit) throw malformed(`a body is longer than ${limit} bytes`);
  return length;
}

function malformed(what: string): MillraceError {
  return new MillraceError("RTSP_MALFORMED", `RTSP: ${what}`);
}
