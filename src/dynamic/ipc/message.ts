import { MillraceError, messageOf } from "../../base/errors.ts";
import { checkJsonBounds, excessOf } from "./bounds.ts";
import { readSegments, type Segment, type SegmentEntry, segmentTable } from "./segments.ts";

// One message between the daemon and a process that runs code: 16 bytes of numbers (little-endian), a JSON header,
// and binary segments that begin at multiples of 8. docs/isolation.md has the layout.

const MESSAGE_TYPES = [
  "hello",
  "load",
  "loaded",
  "init",
  "call",
  "result",
  "error",
  "log",
  "reset",
  "ping",
  "shutdown",
  "save",
  "restore",
  "import",
] as const;

export type MessageType = (typeof MESSAGE_TYPES)[number];

export interface Message {
  type: MessageType;
  /** Number of the question that a message answers, or of the question itself. */
  sequence: number;
  header: Readonly<Record<string, unknown>>;
  segments: readonly Segment[];
}

const PREFIX_BYTES = 16;
const VERSION = 1;
/** Enough for a picture of 4096 x 4096 pixels; a longer message ends the conversation. */
const LARGEST_MESSAGE = 64 * 2 ** 20;

/** What a process may say in JSON: text of that size is read in tenths of a second, whatever it is. Bytes go beside it. */
export const LARGEST_ANSWER_HEADER = 4 * 2 ** 20;

/** A message as bytes. Throws DYNAMIC_VALUE for one that is too large to be read, or has too large a header. */
export function encodeMessage(
  { type, sequence, header, segments }: Message,
  largestHeader = LARGEST_MESSAGE,
): Uint8Array<ArrayBuffer> {
  const { entries, bytes: bodyBytes } = segmentTable(segments);
  const json = JSON.stringify({ ...header, segments: entries });
  const headerBytes = Buffer.byteLength(json);
  if (headerBytes > largestHeader) {
    throw tooLarge(`as JSON, ${headerBytes} bytes, at most ${largestHeader} can be passed on`);
  }
  // Checked here, where the value can be named; the other end would end the process.
  const excess = largestHeader < LARGEST_MESSAGE ? excessOf(Buffer.from(json)) : null;
  if (excess !== null) throw tooLarge(excess);
  const bodyStart = align(PREFIX_BYTES + headerBytes);
  const length = bodyStart + bodyBytes;
  if (length > LARGEST_MESSAGE) throw tooLarge(`${length} bytes, at most ${LARGEST_MESSAGE} can be passed on`);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt32LE((MESSAGE_TYPES.indexOf(type) + 1) | (VERSION << 16), 4);
  bytes.writeUInt32LE(sequence, 8);
  bytes.writeUInt32LE(headerBytes, 12);
  bytes.write(json, PREFIX_BYTES);
  let end = PREFIX_BYTES + headerBytes;
  for (let i = 0; i < segments.length; i++) {
    const { data } = segments[i] as Segment;
    const start = bodyStart + (entries[i]?.offset ?? 0);
    // The bytes between segments may hold other data of the process.
    bytes.fill(0, end, start);
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
    end = start + data.byteLength;
  }
  bytes.fill(0, end);
  return bytes;
}

/** What a reader takes. */
export interface MessageBounds {
  largest: number;
  largestHeader: number;
  /** The other end may be hostile: its JSON is looked at before it is parsed. */
  isSuspect: boolean;
}

export const FROM_DAEMON: MessageBounds = {
  largest: LARGEST_MESSAGE,
  largestHeader: LARGEST_MESSAGE,
  isSuspect: false,
};
export const FROM_PROCESS: MessageBounds = { ...FROM_DAEMON, largestHeader: LARGEST_ANSWER_HEADER, isSuspect: true };

/** Puts messages together from the bytes of a stream; holds no more than what has arrived. */
export class MessageReader {
  readonly #bounds: MessageBounds;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #held = 0;
  #wanted = PREFIX_BYTES;

  constructor(bounds: MessageBounds) {
    this.#bounds = bounds;
  }

  /** The messages that are complete with this chunk, whose memory they may keep. Throws DYNAMIC_PROTOCOL for bytes that are none. */
  push(chunk: Uint8Array<ArrayBuffer>): Message[] {
    const messages: Message[] = [];
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= this.#wanted) {
      const bytes = this.#join();
      if (this.#wanted === PREFIX_BYTES) this.#wanted = messageLength(bytes, this.#bounds);
      if (this.#held < this.#wanted) break;
      const isAlone = bytes.length === this.#wanted && bytes.byteOffset === 0;
      messages.push(decodeMessage(isAlone ? bytes : copyOf(bytes.subarray(0, this.#wanted)), this.#bounds));
      this.#held -= this.#wanted;
      this.#chunks = this.#held === 0 ? [] : [bytes.subarray(this.#wanted)];
      this.#wanted = PREFIX_BYTES;
    }
    return messages;
  }

  #join(): Uint8Array<ArrayBuffer> {
    const [first] = this.#chunks;
    const joined = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

function messageLength(bytes: Uint8Array, { largest, largestHeader }: MessageBounds): number {
  const view = viewOf(bytes);
  const length = view.getUint32(0, true);
  if (view.getUint16(6, true) !== VERSION) throw garbled(`version ${view.getUint16(6, true)}, expected ${VERSION}`);
  if (MESSAGE_TYPES[view.getUint8(4) - 1] === undefined) throw garbled(`message type ${view.getUint8(4)}`);
  if (length > largest) throw garbled(`a message of ${length} bytes, at most ${largest} are taken`);
  const headerLength = view.getUint32(12, true);
  if (headerLength > largestHeader)
    throw garbled(`a header of ${headerLength} bytes, at most ${largestHeader} are taken`);
  const least = PREFIX_BYTES + headerLength;
  if (length < least) throw garbled(`a message of ${length} bytes whose header alone has ${least}`);
  return length;
}

/** `bytes` is one whole message at the start of memory of its own, so that segments are aligned. */
function decodeMessage(bytes: Uint8Array<ArrayBuffer>, { isSuspect }: MessageBounds): Message {
  const view = viewOf(bytes);
  const type = MESSAGE_TYPES[view.getUint8(4) - 1] ?? "ping";
  const headerEnd = PREFIX_BYTES + view.getUint32(12, true);
  const text = bytes.subarray(PREFIX_BYTES, headerEnd);
  if (isSuspect) checkJsonBounds(text);
  const { segments: table, ...header } = parseHeader(text);
  const body = bytes.subarray(Math.min(align(headerEnd), bytes.length));
  return { type, sequence: view.getUint32(8, true), header, segments: readSegments(entriesOf(table), body) };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    if (typeof header === "object" && header !== null && !Array.isArray(header)) return { ...header };
  } catch (error) {
    throw garbled(messageOf(error));
  }
  throw garbled("a header that is no object");
}

function entriesOf(table: unknown): SegmentEntry[] {
  if (!Array.isArray(table)) throw garbled("a header without segments");
  return table;
}

/** Chunks of a stream lie anywhere in memory. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function tooLarge(size: string): MillraceError {
  return new MillraceError("DYNAMIC_VALUE", `the values of a call are too large: ${size}`);
}

function garbled(found: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent what is no message: ${found}`);
}
