import { isDeepStrictEqual } from "node:util";
import type { FrameHandle } from "../../kinds/frame.ts";
import { findEncoder, type VideoEncoder } from "../../stream/push/video-encoder.ts";
import type { Viewers } from "../pipeline/pipeline.ts";
import type { VideoTarget } from "../prepare/video-target.ts";
import type { Report } from "../report/events.ts";
import type { VideoHealth } from "../report/video-health.ts";
import type { Wanted } from "../worker/picture-wish.ts";
import { openPicturePipes } from "./picture-pipes.ts";
import { VideoStream, type VideoStreamContext } from "./video-stream.ts";

export interface VideoOutSettings {
  ffmpegPath: string;
  report: Report;
}

/** All streams of video that the config asks for. */
export class VideoOut implements Viewers {
  readonly #context: VideoStreamContext;
  readonly #streams = new Map<VideoTarget, VideoStream>();
  readonly #closing = new Set<Promise<void>>();

  constructor({ ffmpegPath, report }: VideoOutSettings) {
    const found = new Map<string, Promise<VideoEncoder>>();
    const find = (name: string) => {
      const finding = found.get(name) ?? findEncoder(ffmpegPath, name);
      found.set(name, finding);
      // A machine that was busy may have one later.
      finding.catch(() => found.delete(name));
      return finding;
    };
    this.#context = { ffmpegPath, pipes: openPicturePipes(), findEncoder: find, report };
  }

  /** Opens and closes streams, so that these run; those that are the same go on. */
  async want(targets: readonly VideoTarget[]): Promise<void> {
    const kept = [...this.#streams].filter(([target]) => targets.some((next) => isDeepStrictEqual(target, next)));
    const gone = [...this.#streams].filter((entry) => !kept.some(([target]) => target === entry[0]));
    for (const [target] of gone) this.#streams.delete(target);
    // An encoder may take the place of another one, which has to have left it.
    await Promise.all(gone.map(([, stream]) => this.#closed(stream)));
    const coming = targets.filter((next) => !kept.some(([target]) => isDeepStrictEqual(target, next)));
    for (const target of coming) this.#streams.set(target, new VideoStream(target, this.#context));
  }

  wanting(frames: readonly FrameHandle[]): Wanted[] {
    if (this.#streams.size === 0) return [];
    return frames.flatMap(({ camera }) => {
      const streams = [...this.#streams].filter(([target]) => target.camera === camera);
      return streams.map(([, stream]) => stream.wanted()).filter((wanted) => wanted !== null);
    });
  }

  health(): VideoHealth[] {
    return [...this.#streams.values()].map((stream) => stream.health());
  }

  async close(): Promise<void> {
    await this.want([]);
    await Promise.all(this.#closing);
    await this.#context.pipes.close();
  }

  #closed(stream: VideoStream): Promise<void> {
    const closing = stream.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }
}
