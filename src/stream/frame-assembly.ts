import { SourceError } from "../base/errors.ts";
import { type RenditionRequest, renditionKey } from "../kinds/frame.ts";
import { type SizedRendition, sizeOf } from "./frame-pool.ts";
import type { NutSink } from "./nut.ts";
import type { InputFacts } from "./stderr-log.ts";

/** What a run knows about its stream before the first frame. */
export interface StreamInfo extends InputFacts {
  renditions: readonly SizedRendition[];
}

/** Takes the frames of one run. */
export interface FrameSink {
  /** Called once, before the first claim. `wake` has a refused claim made again. */
  start(info: StreamInfo, wake: () => void): void;
  /** Slot for the next frame, or what to do without one. */
  claim(): number | "discard" | "wait";
  view(slot: number, rendition: number): Uint8Array;
  /** All renditions are there. `pts` is in seconds. */
  complete(place: number | "discard", pts: number): void;
  /** The frame will never be complete. */
  abandon(slot: number): void;
}

export interface FrameAssemblySettings {
  renditions: readonly RenditionRequest[];
  sink: FrameSink;
  /** Has the readers ask again that were told to wait. */
  wake: () => void;
  /** Called for each complete frame. */
  completed: () => void;
}

/** Puts the renditions of each frame together: the first one to begin decides for all whether there is a slot. */
export class FrameAssembly {
  readonly #settings: FrameAssemblySettings;
  readonly #sizes: ({ width: number; height: number } | undefined)[];
  readonly #open = new Map<number, OpenFrame>();
  readonly #waiting = new Set<number>();
  #facts: InputFacts | undefined;
  #info: StreamInfo | undefined;

  constructor(settings: FrameAssemblySettings) {
    this.#settings = settings;
    this.#sizes = settings.renditions.map(() => undefined);
  }

  /** True while frames cannot be read because there is no slot for them. */
  get isHeld(): boolean {
    return this.#info !== undefined && this.#waiting.size > 0;
  }

  /** Throws `STREAM_GEOMETRY_CHANGED` when the size was another one before. */
  setFacts(facts: InputFacts): void {
    if (this.#facts !== undefined) throw geometryChanged(this.#facts, facts);
    this.#facts = facts;
    this.#startWhenKnown();
  }

  nutSink(rendition: number): NutSink {
    let ordinal = 0;
    return {
      stream: (width, height) => {
        this.#sizes[rendition] = { width, height };
        this.#startWhenKnown();
      },
      frame: (pts, sizeBytes) => {
        const frame = this.#begin(ordinal, pts);
        if (frame === undefined) {
          this.#waiting.add(rendition);
          return "wait";
        }
        this.#waiting.delete(rendition);
        ordinal++;
        return frame.place === "discard" ? "discard" : this.#view(frame, rendition, { pts, sizeBytes });
      },
      frameEnd: () => this.#end(ordinal - 1),
    };
  }

  /** Gives up the frames that are not complete. */
  close(): void {
    for (const { place } of this.#open.values()) if (place !== "discard") this.#settings.sink.abandon(place);
    this.#open.clear();
  }

  #startWhenKnown(): void {
    const sizes = this.#sizes.filter((size) => size !== undefined);
    if (this.#facts === undefined || sizes.length < this.#sizes.length) return;
    const renditions = this.#settings.renditions.map((request, index) => sized(request, sizes[index]));
    this.#info = { ...this.#facts, renditions };
    this.#settings.sink.start(this.#info, this.#settings.wake);
    this.#settings.wake();
  }

  #begin(ordinal: number, pts: number): OpenFrame | undefined {
    const begun = this.#open.get(ordinal);
    if (begun !== undefined) return begun;
    const place = this.#info === undefined ? "wait" : this.#settings.sink.claim();
    if (place === "wait") return undefined;
    const frame = { place, pts, missing: this.#settings.renditions.length };
    this.#open.set(ordinal, frame);
    return frame;
  }

  #view(frame: OpenFrame, rendition: number, { pts, sizeBytes }: { pts: number; sizeBytes: number }): Uint8Array {
    const expected = sizeOf(this.#info?.renditions[rendition]);
    if (sizeBytes !== expected) throw damaged(`a frame of ${sizeBytes} bytes, expected ${expected}`);
    if (Math.abs(pts - frame.pts) > 1e-3) throw damaged(`renditions of one frame at ${frame.pts} s and ${pts} s`);
    return this.#settings.sink.view(Number(frame.place), rendition);
  }

  #end(ordinal: number): void {
    const frame = this.#open.get(ordinal);
    if (frame === undefined || --frame.missing > 0) return;
    this.#open.delete(ordinal);
    this.#settings.completed();
    this.#settings.sink.complete(frame.place, frame.pts);
  }
}

interface OpenFrame {
  place: number | "discard";
  pts: number;
  missing: number;
}

function sized(request: RenditionRequest, size = { width: 0, height: 0 }): SizedRendition {
  return { key: renditionKey(request), ...size, fit: request.fit, pixelFormat: request.pixelFormat };
}

function geometryChanged(before: InputFacts, after: InputFacts): SourceError {
  const message = `the picture changed from ${before.width}x${before.height} to ${after.width}x${after.height}`;
  return new SourceError("STREAM_GEOMETRY_CHANGED", message, { cause: "geometry_changed" });
}

function damaged(found: string): SourceError {
  return new SourceError("STREAM_BAD_NUT", `ffmpeg wrote ${found}`, { cause: "decoder_failed" });
}
