import { SourceError } from "../../base/errors.ts";
import { type RenditionRequest, renditionKey } from "../../kinds/frame.ts";
import type { InputFacts } from "../ffmpeg/stderr-log.ts";
import type { SizedRendition } from "./frame-pool.ts";
import { FrameSizes, type PictureSize } from "./frame-sizes.ts";
import type { NutSink } from "./nut.ts";

/** What is known about a stream before the first frame of a size. */
export interface StreamInfo extends InputFacts {
  renditions: readonly SizedRendition[];
}

/** Takes the frames of one run. */
export interface FrameSink {
  /** Makes room, before the first claim and whenever the size changes. `wake` repeats what was refused: a false here, or a claim. */
  start(info: StreamInfo, wake: () => void): boolean;
  /** Slot for the next frame, or what to do without one. */
  claim(): number | "discard" | "wait";
  view(slot: number, rendition: number): Uint8Array;
  /** All renditions are there. `pts` is in seconds. */
  complete(place: number | "discard", pts: number, info: StreamInfo): void;
  /** The frame will never be complete. */
  abandon(slot: number): void;
}

export interface FrameAssemblySettings {
  renditions: readonly RenditionRequest[];
  sink: FrameSink;
  /** Whether the readers of `sizeSinks` say the size of each frame; otherwise all are of the size in the log. */
  isSizedByFrame: boolean;
  /** Wakes the waiting readers. */
  wake: () => void;
  /** Called for each complete frame. */
  completed: () => void;
}

/** Puts the renditions of each frame together: the first one to begin decides for all whether there is a slot. */
export class FrameAssembly {
  readonly #settings: FrameAssemblySettings;
  readonly #open = new Map<number, OpenFrame>();
  readonly #waiting = new Set<number>();
  readonly #sizes: FrameSizes | null;
  #facts: InputFacts | undefined;
  #info: StreamInfo | undefined;

  constructor(settings: FrameAssemblySettings) {
    this.#settings = settings;
    const arrived = () => {
      if (this.#waiting.size > 0) settings.wake();
    };
    this.#sizes = settings.isSizedByFrame ? new FrameSizes(arrived) : null;
  }

  /** True while frames cannot be read because there is no slot for them. */
  get isHeld(): boolean {
    return this.#nextSize() !== undefined && this.#waiting.size > 0;
  }

  /** Sinks of the outputs before those of the renditions. */
  sizeSinks(): NutSink[] {
    return this.#sizes?.sinks() ?? [];
  }

  /**
   * Facts from the log, with the size of the picture. Sizes are not awaited from the streams of the renditions, because
   * ffmpeg may fill the pipe of one before it begins another. Throws `STREAM_GEOMETRY_CHANGED` for a second size unless frames say theirs.
   */
  setFacts(facts: InputFacts): void {
    if (this.#sizes === null && this.#facts !== undefined) throw geometryChanged(this.#facts, facts);
    this.#facts = facts;
    this.#settings.wake();
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
    const info = this.#nextInfo();
    const place = info === undefined ? "wait" : this.#settings.sink.claim();
    if (info === undefined || place === "wait") return undefined;
    this.#sizes?.take();
    const frame = { place, pts, info, isFirst: ordinal === 0, missing: this.#settings.renditions.length };
    this.#open.set(ordinal, frame);
    return frame;
  }

  /** Of the next frame to begin; undefined while its size is unknown or has no room. */
  #nextInfo(): StreamInfo | undefined {
    const size = this.#nextSize();
    if (size === undefined || this.#facts === undefined) return undefined;
    if (this.#info?.width === size.width && this.#info.height === size.height) return this.#info;
    const { renditions, sink, wake } = this.#settings;
    const info = { ...this.#facts, ...size, renditions: renditions.map((request) => sized(request, size)) };
    if (!sink.start(info, wake)) return undefined;
    this.#info = info;
    return info;
  }

  #nextSize(): PictureSize | undefined {
    return this.#facts === undefined || this.#sizes === null ? this.#facts : this.#sizes.next;
  }

  /** The header of a stream has the size of its first frame; that of later ones shows in their number of bytes. */
  #view(frame: OpenFrame, index: number, { pts, size }: { pts: number; size: string }): Uint8Array {
    const rendition = frame.info.renditions[index];
    const expected = `${rendition?.width}x${rendition?.height}`;
    if (frame.isFirst && size !== expected) throw damaged(`a rendition of ${size} pixels, expected ${expected}`);
    if (Math.abs(pts - frame.pts) > 1e-3) throw damaged(`renditions of one frame at ${frame.pts} s and ${pts} s`);
    return this.#settings.sink.view(Number(frame.place), index);
  }

  #end(ordinal: number): void {
    const frame = this.#open.get(ordinal);
    if (frame === undefined || --frame.missing > 0) return;
    this.#open.delete(ordinal);
    this.#settings.completed();
    this.#settings.sink.complete(frame.place, frame.pts, frame.info);
  }
}

interface OpenFrame {
  place: number | "discard";
  pts: number;
  info: StreamInfo;
  isFirst: boolean;
  missing: number;
}

function sized(request: RenditionRequest, { width, height }: PictureSize): SizedRendition {
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
