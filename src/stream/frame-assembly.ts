import { SourceError } from "../base/errors.ts";
import { type RenditionRequest, renditionKey } from "../kinds/frame.ts";
import type { SizedRendition } from "./frame-pool.ts";
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
  readonly #open = new Map<number, OpenFrame>();
  readonly #waiting = new Set<number>();
  #info: StreamInfo | undefined;

  constructor(settings: FrameAssemblySettings) {
    this.#settings = settings;
  }

  /** True while frames cannot be read because there is no slot for them. */
  get isHeld(): boolean {
    return this.#info !== undefined && this.#waiting.size > 0;
  }

  /**
   * Tells the size of the picture, from which follow the sizes of all renditions. They are not awaited from the
   * streams, because ffmpeg may fill the pipe of one before it begins another. Throws `STREAM_GEOMETRY_CHANGED` when
   * the size was another one before.
   */
  setFacts(facts: InputFacts): void {
    if (this.#info !== undefined) throw geometryChanged(this.#info, facts);
    const { renditions, sink, wake } = this.#settings;
    this.#info = { ...facts, renditions: renditions.map((request) => sized(request, facts)) };
    sink.start(this.#info, wake);
    wake();
  }

  nutSink(rendition: number): NutSink {
    let ordinal = 0;
    let size = "";
    return {
      stream: (width, height) => {
        size = `${width}x${height}`;
      },
      frame: (pts) => {
        const frame = this.#begin(ordinal, pts);
        if (frame === undefined) {
          this.#waiting.add(rendition);
          return "wait";
        }
        this.#waiting.delete(rendition);
        ordinal++;
        return frame.place === "discard" ? "discard" : this.#view(frame, rendition, { pts, size });
      },
      frameEnd: () => this.#end(ordinal - 1),
    };
  }

  /** Gives up the frames that are not complete. */
  close(): void {
    for (const { place } of this.#open.values()) if (place !== "discard") this.#settings.sink.abandon(place);
    this.#open.clear();
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

  #view(frame: OpenFrame, index: number, { pts, size }: { pts: number; size: string }): Uint8Array {
    const rendition = this.#info?.renditions[index];
    const expected = `${rendition?.width}x${rendition?.height}`;
    if (size !== expected) throw damaged(`a rendition of ${size} pixels, expected ${expected}`);
    if (Math.abs(pts - frame.pts) > 1e-3) throw damaged(`renditions of one frame at ${frame.pts} s and ${pts} s`);
    return this.#settings.sink.view(Number(frame.place), index);
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

function sized(request: RenditionRequest, { width, height }: InputFacts): SizedRendition {
  const { fit, pixelFormat } = request;
  const size = fit === "none" ? { width, height } : { width: request.width, height: request.height };
  return { key: renditionKey(request), ...size, fit, pixelFormat };
}

function geometryChanged(before: InputFacts, after: InputFacts): SourceError {
  const message = `the picture changed from ${before.width}x${before.height} to ${after.width}x${after.height}`;
  return new SourceError("STREAM_GEOMETRY_CHANGED", message, { cause: "geometry_changed" });
}

function damaged(found: string): SourceError {
  return new SourceError("STREAM_BAD_NUT", `ffmpeg wrote ${found}`, { cause: "decoder_failed" });
}
