/** Codecs whose packets an MP4 file takes as they are. */
export type PacketCodec = "h264" | "hevc";

/** One coded picture, as packets of the transport stream. */
export interface CodedPicture {
  /** Seconds of the stream, on the count of the decoded frames. */
  pts: number;
  isKey: boolean;
  bytes: Buffer;
}

export interface TransportSink {
  /** Tables that a part of the stream has to begin with; the codec is null where it is neither of ours. */
  tables(bytes: Buffer, codec: PacketCodec | null): void;
  picture(picture: CodedPicture): void;
}

const PACKET_BYTES = 188;
const SYNC = 0x47;
/** Beyond any real picture. */
const MOST_PICTURE_BYTES = 16 * 2 ** 20;
const TICKS = 90_000;
/** Stamps have 33 bits and begin again after a day. */
const WRAP = 2 ** 33;
const CODECS: ReadonlyMap<number, PacketCodec> = new Map([
  [0x1b, "h264"],
  [0x24, "hevc"],
]);

/** Splits the transport stream of one video, as ffmpeg writes it, into coded pictures. `offsetS` is what its stamps are ahead by. */
export class TransportReader {
  readonly #sink: TransportSink;
  readonly #offsetS: number;
  #rest: Buffer = Buffer.alloc(0);
  #pat: Buffer | null = null;
  #pmtId = -1;
  #videoId = -1;
  /** Of the picture that is being read: copied already, and views of the chunk. */
  #kept: Buffer[] = [];
  #fresh: Buffer[] = [];
  #bytes = 0;
  #head: { pts: number; isKey: boolean } | null = null;
  #lastTicks: number | null = null;

  constructor(sink: TransportSink, offsetS: number) {
    this.#sink = sink;
    this.#offsetS = offsetS;
  }

  /** Takes bytes that may be overwritten afterwards. */
  feed(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + PACKET_BYTES <= data.length) {
      if (data[at] !== SYNC) at++;
      else {
        this.#packet(data.subarray(at, at + PACKET_BYTES));
        at += PACKET_BYTES;
      }
    }
    this.#rest = Buffer.from(data.subarray(at));
    if (this.#fresh.length > 0) this.#kept.push(Buffer.concat(this.#fresh));
    this.#fresh = [];
  }

  /** The stream has ended: what came of the last picture is all of it. */
  end(): void {
    this.#flush();
  }

  #packet(packet: Buffer): void {
    const id = packet.readUInt16BE(1) & 0x1fff;
    const isStart = ((packet[1] ?? 0) & 0x40) !== 0;
    if (id === 0) this.#readPrograms(packet);
    else if (id === this.#pmtId) this.#readProgram(packet);
    else if (id === this.#videoId) this.#video(packet, isStart);
  }

  #readPrograms(packet: Buffer): void {
    const section = sectionOf(packet);
    if (section === null || section.length < 12) return;
    this.#pat = Buffer.from(packet);
    this.#pmtId = section.readUInt16BE(10) & 0x1fff;
  }

  #readProgram(packet: Buffer): void {
    const section = sectionOf(packet);
    if (section === null || this.#pat === null || section.length < 12) return;
    const stream = 12 + (section.readUInt16BE(10) & 0xfff);
    if (section.length < stream + 5) return;
    const isFirst = this.#videoId === -1;
    this.#videoId = section.readUInt16BE(stream + 1) & 0x1fff;
    const codec = CODECS.get(section[stream] ?? 0) ?? null;
    if (isFirst) this.#sink.tables(Buffer.concat([this.#pat, packet]), codec);
  }

  #video(packet: Buffer, isStart: boolean): void {
    if (isStart) {
      this.#flush();
      this.#head = this.#headOf(packet);
    }
    if (this.#head === null) return;
    this.#fresh.push(packet);
    this.#bytes += packet.length;
    if (this.#bytes > MOST_PICTURE_BYTES) this.#forget();
  }

  #headOf(packet: Buffer): { pts: number; isKey: boolean } | null {
    const payload = payloadAt(packet);
    const isKey = payload > 5 && ((packet[5] ?? 0) & 0x40) !== 0;
    const hasPts = payload + 14 <= packet.length && ((packet[payload + 7] ?? 0) & 0x80) !== 0;
    if (!hasPts) return null;
    const ticks = this.#unwrapped(readTicks(packet, payload + 9));
    return { pts: ticks / TICKS - this.#offsetS, isKey };
  }

  #unwrapped(ticks: number): number {
    const last = this.#lastTicks ?? ticks;
    this.#lastTicks = ticks + Math.round((last - ticks) / WRAP) * WRAP;
    return this.#lastTicks;
  }

  #flush(): void {
    if (this.#head !== null)
      this.#sink.picture({ ...this.#head, bytes: Buffer.concat([...this.#kept, ...this.#fresh]) });
    this.#forget();
  }

  #forget(): void {
    this.#head = null;
    this.#kept = [];
    this.#fresh = [];
    this.#bytes = 0;
  }
}

/** Where the payload of a packet begins, behind its adaptation field. */
function payloadAt(packet: Buffer): number {
  const hasField = ((packet[3] ?? 0) & 0x20) !== 0;
  return hasField ? 5 + (packet[4] ?? 0) : 4;
}

/** A table that fits into one packet. */
function sectionOf(packet: Buffer): Buffer | null {
  const start = payloadAt(packet);
  const at = start + 1 + (packet[start] ?? 0);
  return at >= packet.length ? null : packet.subarray(at);
}

function readTicks(packet: Buffer, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = packet.subarray(at, at + 5);
  return ((a >> 1) & 7) * 2 ** 30 + ((b << 22) | ((c >> 1) << 15) | (d << 7) | (e >> 1));
}
