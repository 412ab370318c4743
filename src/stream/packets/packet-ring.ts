import type { CodedPicture, PacketCodec, TransportSink } from "./transport-stream.ts";

export interface RingSettings {
  /** Of all packets in it. */
  maxBytes: number;
  /** What it keeps at least, where the bytes allow. */
  keepS: number;
}

/** What a ring takes of one run of the decoder. */
export interface RingRun extends TransportSink {
  /** A frame was decoded: its seconds of the stream, and its stamp in UTC milliseconds. */
  shown(pts: number, timestamp: number): void;
  /** No more of it comes. */
  end(): void;
}

/** A place in the stream of one run. */
export interface Place {
  run: Run;
  pts: number;
}

/** Coded pictures in order, from a key frame on. */
export interface Cut {
  chunks: Buffer[];
  codec: PacketCodec;
  /** Of the first and behind the last picture, in seconds of the stream. */
  fromPts: number;
  toPts: number;
  bytes: number;
  /** Longest time between two pictures. */
  gapS: number;
}

/** From a key frame up to the next. */
interface Group {
  pts: number;
  pictures: CodedPicture[];
  bytes: number;
}

/** One run of the decoder, with what is still kept of it. */
export interface Run {
  tables: Buffer | null;
  /** Undefined until it is known; null: not one that can be copied. */
  codec: PacketCodec | null | undefined;
  groups: Group[];
  /** Of the frames that were decoded. */
  stamps: { pts: number; timestamp: number }[];
  /** Stamps of the first frame and of the first packet, which are the same picture. */
  first: FirstStamps;
  newestPts: number;
  hasEnded: boolean;
  /** Seconds of the stream before which packets were given up because the ring was full. */
  lostUntilPts: number;
}

/** Stamps of the first frame and of the first packet of a run. */
export interface FirstStamps {
  framePts?: number;
  packetPts?: number;
}

/** Frames whose stamps are remembered, of each run. */
const MOST_STAMPS = 20_000;

/**
 * The camera's own packets of the last seconds. It keeps longer what is held for an event, and never more bytes than it may have: the
 * oldest go first.
 */
export class PacketRing {
  readonly #settings: RingSettings;
  readonly #holds = new Set<Place>();
  #runs: Run[] = [];
  #bytes = 0;
  /** Called when the codec is known, after each picture and at the end of a run. */
  onProgress: (run: Run) => void = () => {};

  constructor(settings: RingSettings) {
    this.#settings = settings;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Begins with a run, or in the middle of one whose first stamps are known. */
  open(first: FirstStamps = {}): RingRun {
    const run: Run = {
      ...{ tables: null, codec: undefined, groups: [], stamps: [], first: { ...first } },
      ...{ newestPts: Number.NEGATIVE_INFINITY, hasEnded: false, lostUntilPts: Number.NEGATIVE_INFINITY },
    };
    this.#drop(this.#runs.slice(0, -1).filter((before) => ![...this.#holds].some((hold) => hold.run === before)));
    this.#runs.push(run);
    return {
      tables: (bytes, codec) => {
        run.tables = bytes;
        run.codec = codec;
        this.onProgress(run);
      },
      picture: (picture) => this.#add(run, picture),
      shown(pts, timestamp) {
        run.first.framePts ??= pts;
        run.stamps.push({ pts, timestamp });
        if (run.stamps.length > MOST_STAMPS) run.stamps.shift();
      },
      end: () => {
        if (run.hasEnded) return;
        run.hasEnded = true;
        this.onProgress(run);
      },
    };
  }

  /** Where the frame with this stamp is, or the last one before it; null without any frame. */
  placeOf(timestamp: number): Place | null {
    const runs = this.#runs.toReversed();
    for (const run of runs) {
      const exact = run.stamps.findLast((stamp) => stamp.timestamp === timestamp);
      if (exact !== undefined) return { run, pts: exact.pts + packetsAheadS(run) };
    }
    for (const run of runs) {
      const before = run.stamps.findLast((stamp) => stamp.timestamp < timestamp);
      if (before === undefined) continue;
      return { run, pts: before.pts + packetsAheadS(run) + (timestamp - before.timestamp) / 1000 };
    }
    return null;
  }

  /** Keeps what lies behind the place, until it is let go. */
  hold(place: Place): () => void {
    this.#holds.add(place);
    return () => {
      this.#holds.delete(place);
      this.#trim();
    };
  }

  /** From the last key frame before `fromPts` (or the first there is) up to `toPts`; null where there is nothing. */
  cut(run: Run, fromPts: number, toPts: number): Cut | null {
    const { tables, codec } = run;
    if (tables === null || codec === null || codec === undefined) return null;
    const first = Math.max(
      0,
      run.groups.findLastIndex(({ pts }) => pts <= fromPts + GRAIN_S),
    );
    const pictures = run.groups.slice(first).flatMap((group) => group.pictures);
    const end = pictures.findIndex(({ pts }, at) => at > 0 && pts > toPts + GRAIN_S);
    const chosen = end === -1 ? pictures : pictures.slice(0, end);
    const start = chosen[0]?.pts;
    if (start === undefined || start > toPts + GRAIN_S) return null;
    const chunks = [tables, ...chosen.map(({ bytes }) => bytes)];
    const stamps = chosen.map(({ pts }) => pts).toSorted((a, b) => a - b);
    const steps = stamps.slice(1).map((pts, at) => pts - (stamps[at] ?? pts));
    const last = stamps.at(-1) ?? start;
    const usual = steps.length === 0 ? 0 : (last - start) / steps.length;
    return {
      ...{ chunks, codec, fromPts: start, toPts: last + usual },
      bytes: chunks.reduce((sum, { length }) => sum + length, 0),
      gapS: Math.max(0, ...steps),
    };
  }

  #add(run: Run, picture: CodedPicture): void {
    if (run.codec === null || run.hasEnded) return;
    const group = run.groups.at(-1);
    if (picture.isKey) run.first.packetPts ??= picture.pts;
    if (picture.isKey) {
      run.groups.push({ pts: picture.pts, pictures: [picture], bytes: picture.bytes.length });
      if (run.lostUntilPts === Number.POSITIVE_INFINITY) run.lostUntilPts = picture.pts;
    } else if (group === undefined) return;
    else {
      group.pictures.push(picture);
      group.bytes += picture.bytes.length;
    }
    this.#bytes += picture.bytes.length;
    run.newestPts = Math.max(run.newestPts, picture.pts);
    this.#trim();
    this.onProgress(run);
  }

  #trim(): void {
    for (const run of this.#runs) {
      const held = [...this.#holds].filter((hold) => hold.run === run).map(({ pts }) => pts);
      const keptFrom = Math.min(run.newestPts - this.#settings.keepS, ...held);
      while ((run.groups[1]?.pts ?? Number.POSITIVE_INFINITY) <= keptFrom) this.#shift(run);
      const stale = run.stamps.findIndex(({ pts }) => pts >= keptFrom - STAMPS_S);
      if (stale > MOST_STALE) run.stamps.splice(0, stale);
    }
    while (this.#bytes > this.#settings.maxBytes) {
      const run = this.#runs.find(({ groups }) => groups.length > 0);
      if (run === undefined) return;
      // Without its beginning the rest of a group is of no use, so what follows waits for the next key frame.
      this.#shift(run);
      run.lostUntilPts = run.groups[0]?.pts ?? Number.POSITIVE_INFINITY;
    }
    this.#drop(this.#runs.slice(0, -1).filter((run) => run.hasEnded && run.groups.length === 0));
  }

  #shift(run: Run): void {
    this.#bytes -= run.groups.shift()?.bytes ?? 0;
  }

  #drop(runs: readonly Run[]): void {
    for (const run of runs) {
      this.#bytes -= run.groups.reduce((sum, { bytes }) => sum + bytes, 0);
      run.groups = [];
    }
    this.#runs = this.#runs.filter((run) => !runs.includes(run));
  }
}

/** ffmpeg stamps frames of some live streams by the order of decoding, a frame or two before the stamps of their packets. */
function packetsAheadS({ first: { framePts, packetPts } }: Run): number {
  const aheadS = framePts === undefined || packetPts === undefined ? 0 : packetPts - framePts;
  return Math.abs(aheadS) < MOST_AHEAD_S ? aheadS : 0;
}

/** A first packet that is further off was not decoded. */
const MOST_AHEAD_S = 0.5;
/** Stamps of packets are whole ticks, those of frames are not. */
const GRAIN_S = 1e-3;
/** An event may be reported so much later than its first frame was decoded. */
const STAMPS_S = 60;
/** Stamps are cleared away so many at a time. */
const MOST_STALE = 64;
