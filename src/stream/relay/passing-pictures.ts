/** One picture of a stream as it is coded. */
export interface PassingPicture {
  /** Seconds on the count of the stream, of whatever beginning. */
  atS: number;
  isKey: boolean;
  /** Whether others are decoded with its help. */
  isReferenced: boolean;
}

type Codec = "H264" | "H265";

/** What one unit of a picture says of it; null for units that are no part of one. */
type Unit = Omit<PassingPicture, "atS"> | null;

/** Codec and ticks a second of the one video that a session description offers; null where it is neither, or there are several. */
export function videoOf(description: string): { codec: Codec; clock: number } | null {
  const media = description.split(/^m=/m).slice(1);
  const videos = media.filter((part) => part.startsWith("video "));
  const found = /^a=rtpmap:\d+ (H264|H265)\/(\d+)/im.exec(videos[0] ?? "");
  if (videos.length !== 1 || found === null) return null;
  return { codec: found[1]?.toUpperCase() === "H264" ? "H264" : "H265", clock: Number(found[2]) };
}

const HEAD_BYTES = 12;
const WRAP = 2 ** 32;

/** Reads from the packets of RTP (RFC 6184 and 7798) which pictures come. It looks at first bytes and keeps none. */
export class PassingPictures {
  readonly #unitsOf: (payload: Buffer) => Unit[];
  readonly #clock: number;
  readonly #picture: (picture: PassingPicture) => void;
  #ticks: number | null = null;
  #open: PassingPicture | null = null;

  constructor(video: { codec: Codec; clock: number }, picture: (picture: PassingPicture) => void) {
    this.#unitsOf = video.codec === "H264" ? unitsOfH264 : unitsOfH265;
    this.#clock = video.clock;
    this.#picture = picture;
  }

  /** Takes a packet of the video; those of other kinds, and what is cut off, say nothing. */
  packet(packet: Buffer): void {
    const payload = payloadOf(packet);
    if (payload === null) return;
    for (const unit of this.#unitsOf(payload)) if (unit !== null) this.#add(packet.readUInt32BE(4), unit);
  }

  #add(stamp: number, { isKey, isReferenced }: NonNullable<Unit>): void {
    const last = this.#ticks ?? stamp;
    const ticks = stamp + Math.round((last - stamp) / WRAP) * WRAP;
    if (this.#open !== null && ticks === last) {
      this.#open.isKey ||= isKey;
      this.#open.isReferenced ||= isReferenced;
      return;
    }
    if (this.#open !== null) this.#picture(this.#open);
    this.#ticks = ticks;
    this.#open = { atS: ticks / this.#clock, isKey, isReferenced };
  }
}

function payloadOf(packet: Buffer): Buffer | null {
  const first = packet[0] ?? 0;
  if (packet.length < HEAD_BYTES || first >> 6 !== 2) return null;
  const sources = HEAD_BYTES + (first & 15) * 4;
  const hasExtension = (first & 16) !== 0 && packet.length >= sources + 4;
  return packet.subarray(hasExtension ? sources + 4 + packet.readUInt16BE(sources + 2) * 4 : sources);
}

function unitsOfH264(payload: Buffer): Unit[] {
  const head = payload[0] ?? 0;
  const unit = (bytes: Buffer) => unitOfH264(bytes[0] ?? 0, bytes[0] ?? 0);
  const type = head & 31;
  if (type === 24) return gathered(payload, 1).map(unit);
  return type === 28 ? [unitOfH264(payload[1] ?? 0, head)] : [unitOfH264(head, head)];
}

function unitOfH264(typed: number, referring: number): Unit {
  const type = typed & 31;
  if (type < 1 || type > 5) return null;
  return { isKey: type === 5, isReferenced: (referring & 0x60) !== 0 };
}

function unitsOfH265(payload: Buffer): Unit[] {
  const type = ((payload[0] ?? 0) >> 1) & 63;
  if (type === 48) return gathered(payload, 2).map((bytes) => unitOfH265(((bytes[0] ?? 0) >> 1) & 63));
  return [unitOfH265(type === 49 ? (payload[2] ?? 0) & 63 : type)];
}

/** Below 16 the even types are those that no picture of their layer refers to. */
function unitOfH265(type: number): Unit {
  if (type > 21) return null;
  return { isKey: type >= 16, isReferenced: type >= 16 || type % 2 === 1 };
}

/** Units that share a packet, each behind its length. */
function gathered(payload: Buffer, from: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = from; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) {
    units.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
  }
  return units;
}
