import { MillraceError, messageOf } from "../../base/errors.ts";
import { Serial } from "../../base/serial.ts";
import { endsWithin } from "../../base/within.ts";
import { writeClip } from "../../stream/packets/clip-file.ts";
import { type Cut, PacketRing, type Place } from "../../stream/packets/packet-ring.ts";
import type { ClipRules } from "../config/clip-rules.ts";
import type { ClipCounts } from "../report/archive-health.ts";
import type { Report } from "../report/events.ts";
import { type ClipFault, faultsOf, NO_PACKETS, nothingToCut } from "./clip-faults.ts";
import type { EventArchive } from "./event-archive.ts";
import type { EventRecord } from "./event-record.ts";

export interface ClipRecorderSettings {
  ffmpegPath: () => string;
  archive: EventArchive;
  report: Report;
  /** A clip lies in the archive. */
  made: (clip: MadeClip) => void;
}

export interface MadeClip {
  camera: string;
  event: string;
  /** Of its first frame, UTC. */
  start: string;
  durationS: number;
  bytes: number;
  /** What it should show and does not. */
  lacks: readonly ("start" | "middle" | "end")[];
}

interface Recorder {
  ring: PacketRing;
  rules: ClipRules;
  /** Of the events that are not over. */
  spans: Map<string, Span | typeof DONE>;
}

/** What the clip of an event is to show, in seconds of the stream. */
interface Span {
  event: EventRecord;
  /** Of the event's first frame. */
  place: Place;
  fromPts: number;
  untilPts: number;
  letGo: () => void;
}

/** An event whose clip is cut, or cannot be. */
const DONE = "done";

/** Clips that wait for the disk, of all cameras: those of a crowd end together, and share the packets they wait with. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 256 * 2 ** 20;
/** How much longer than `before_s` packets are kept: an event is reported after its first frame. */
const REPORT_S = 10;

/** For the ends of programs that were killed. */
const GIVE_UP_MS = 2000;

/** Cuts a clip for each event out of the packets of its camera. */
export class ClipRecorder {
  readonly #settings: ClipRecorderSettings;
  readonly #recorders = new Map<string, Recorder>();
  readonly #counts = new Map<string, ClipCounts>();
  readonly #turns = new Serial();
  /** Gives up clips that are not written yet. */
  readonly #ending = new AbortController();
  #waiting = 0;
  #waitingBytes = 0;

  constructor(settings: ClipRecorderSettings) {
    this.#settings = settings;
  }

  /** The ring of a camera that is opened now; nothing where it has no clips. */
  ringOf(camera: string, rules: ClipRules | null): PacketRing | undefined {
    this.#forget(camera);
    if (rules === null) return undefined;
    const ring = new PacketRing({ maxBytes: rules.ringBytes, keepS: rules.beforeS + REPORT_S });
    const spans: Recorder["spans"] = new Map();
    ring.onProgress = (run) => {
      for (const span of spans.values()) if (span !== DONE && span.place.run === run) this.#look(camera, span);
    };
    this.#recorders.set(camera, { ring, rules, spans });
    return ring;
  }

  /** Takes every event of the archive as it begins, goes on and ends. */
  observe(event: EventRecord): void {
    const recorder = this.#recorders.get(event.camera);
    if (recorder === undefined) return;
    const span = recorder.spans.get(event.id);
    if (span === undefined && event.end === null) this.#begin(recorder, event);
    if (span !== undefined && span !== DONE) this.#goOn(recorder, span, event);
    if (event.end !== null && recorder.spans.get(event.id) === DONE) recorder.spans.delete(event.id);
  }

  counts(): Record<string, ClipCounts> {
    const rings = [...this.#recorders].map(([camera, { ring }]) => {
      return [camera, { ...this.#countsOf(camera), ring_bytes: ring.bytes }] as const;
    });
    return { ...Object.fromEntries(this.#counts), ...Object.fromEntries(rings) };
  }

  /** Writes what has been cut, as far as the deadline allows; the rest has failed. */
  async close(deadlineMs: number): Promise<void> {
    for (const camera of this.#recorders.keys()) this.#forget(camera);
    if (await endsWithin(deadlineMs, this.#turns.idle())) return;
    this.#ending.abort(new MillraceError("CLIP_FAILED", "the disk did not take it before the end"));
    await endsWithin(GIVE_UP_MS, this.#turns.idle());
  }

  #forget(camera: string): void {
    const recorder = this.#recorders.get(camera);
    for (const span of recorder?.spans.values() ?? []) if (span !== DONE) span.letGo();
    this.#recorders.delete(camera);
  }

  #begin(recorder: Recorder, event: EventRecord): void {
    const { ring, rules, spans } = recorder;
    const place = ring.placeOf(Date.parse(event.start));
    if (place === null) {
      spans.set(event.id, DONE);
      // Of a camera that was opened again meanwhile it may be there.
      if (!this.#settings.archive.hasClip(event.id)) this.#failed(event, NO_PACKETS);
      return;
    }
    const fromPts = place.pts - rules.beforeS;
    const letGo = ring.hold({ run: place.run, pts: fromPts });
    const span = { event, place, fromPts, untilPts: place.pts + rules.longestS, letGo };
    spans.set(event.id, span);
    this.#look(event.camera, span);
  }

  #goOn({ ring, rules }: Recorder, span: Span, event: EventRecord): void {
    const { place } = span;
    span.event = event;
    const end = event.end === null ? null : ring.placeOf(Date.parse(event.end));
    if (end !== null && end.run === place.run) span.untilPts = Math.min(span.untilPts, end.pts + rules.afterS);
    this.#look(event.camera, span);
  }

  /** Cuts as soon as everything is there, or nothing more will come. */
  #look(camera: string, span: Span): void {
    const { run } = span.place;
    if (run.newestPts <= span.untilPts && !run.hasEnded && run.codec !== null) return;
    const recorder = this.#recorders.get(camera);
    const cut = recorder?.ring.cut(run, span.fromPts, span.untilPts) ?? null;
    if (span.event.end === null) recorder?.spans.set(span.event.id, DONE);
    else recorder?.spans.delete(span.event.id);
    span.letGo();
    if (cut === null) this.#failed(span.event, nothingToCut(run));
    else this.#write(span, cut, faultsOf(cut, { ...span, run }));
  }

  #write(span: Span, cut: Cut, faults: readonly ClipFault[]): void {
    if (this.#waiting >= MOST_WAITING || this.#waitingBytes + cut.bytes > MOST_WAITING_BYTES) {
      const message = `${this.#waiting} clips wait for the disk already`;
      this.#failed(span.event, { code: "CLIP_BUSY", message });
      return;
    }
    this.#waiting++;
    this.#waitingBytes += cut.bytes;
    void this.#turns.run(async () => {
      try {
        await this.#make(span, cut, faults);
      } catch (error) {
        const code = error instanceof MillraceError ? error.code : "CLIP_FAILED";
        this.#failed(span.event, { code, message: messageOf(error) });
      } finally {
        this.#waiting--;
        this.#waitingBytes -= cut.bytes;
      }
    });
  }

  async #make({ event, place }: Span, cut: Cut, faults: readonly ClipFault[]): Promise<void> {
    const { archive, ffmpegPath, made, report } = this.#settings;
    const startMs = Date.parse(event.start) - (place.pts - cut.fromPts) * 1000;
    const durationS = Math.round((cut.toPts - cut.fromPts) * 1000) / 1000;
    const note = { start: new Date(startMs).toISOString(), duration_s: durationS };
    const { signal } = this.#ending;
    const write = (path: string) => writeClip(cut, { ffmpegPath: ffmpegPath(), path, signal });
    const bytes = await archive.clip(event.id, { note, write, bytes: cut.bytes });
    const { camera, pipeline, id } = event;
    const counts = this.#countsOf(camera);
    counts.made++;
    if (faults.length > 0) counts.incomplete++;
    for (const { code, message } of faults)
      report({ type: "clip_incomplete", camera, pipeline, event: id, code, message });
    made({ camera, event: id, start: note.start, durationS, bytes, lacks: faults.map(({ lacks }) => lacks) });
  }

  #failed({ camera, pipeline, id }: EventRecord, { code, message }: { code: string; message: string }): void {
    this.#countsOf(camera).failed++;
    this.#settings.report({ type: "clip_failed", camera, pipeline, event: id, code, message });
  }

  #countsOf(camera: string): ClipCounts {
    const counts = this.#counts.get(camera) ?? { made: 0, incomplete: 0, failed: 0, ring_bytes: 0 };
    this.#counts.set(camera, counts);
    return counts;
  }
}
