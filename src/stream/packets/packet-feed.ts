import type { FirstStamps, PacketRing, RingRun } from "./packet-ring.ts";
import { type CodedPicture, type PacketCodec, TransportReader } from "./transport-stream.ts";

/** By how much stamps of the packets are ahead of those of the frames, so that none is negative. */
export const AHEAD_S = 10;

/** What a run of the decoder writes beside its frames, for every ring that takes it. */
export class PacketFeed {
  readonly #rings = new Map<PacketRing, RingRun>();
  readonly #first: FirstStamps = {};
  #tables: { bytes: Buffer; codec: PacketCodec | null } | null = null;
  readonly #reader = new TransportReader(
    {
      tables: (bytes, codec) => {
        this.#tables = { bytes, codec };
        for (const run of this.#rings.values()) run.tables(bytes, codec);
      },
      picture: (picture) => this.#picture(picture),
    },
    AHEAD_S,
  );

  /** A ring that comes later gets what comes from then on. */
  add(ring: PacketRing): void {
    const run = ring.open(this.#first);
    if (this.#tables !== null) run.tables(this.#tables.bytes, this.#tables.codec);
    this.#rings.set(ring, run);
  }

  remove(ring: PacketRing): void {
    this.#rings.get(ring)?.end();
    this.#rings.delete(ring);
  }

  /** Takes bytes that may be overwritten afterwards. */
  feed(chunk: Buffer): void {
    this.#reader.feed(chunk);
  }

  shown(pts: number, timestamp: number): void {
    this.#first.framePts ??= pts;
    for (const run of this.#rings.values()) run.shown(pts, timestamp);
  }

  end(): void {
    this.#reader.end();
    for (const run of this.#rings.values()) run.end();
    this.#rings.clear();
  }

  #picture(picture: CodedPicture): void {
    if (picture.isKey) this.#first.packetPts ??= picture.pts;
    for (const run of this.#rings.values()) run.picture(picture);
  }
}
