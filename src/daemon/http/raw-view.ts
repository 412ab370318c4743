import type { ServerResponse } from "node:http";
import Mpeg1Muxer from "node-rtsp-stream/mpeg1muxer.js";
import { blot } from "../../base/secrets.ts";
import { endWithThisProcess, killWithCertainty } from "../../stream/ffmpeg/bound-child.ts";
import { isRelayed, openRelay, type Relay } from "../../stream/relay/relay.ts";
import type { SourceSettings } from "../../stream/source-settings.ts";

/** The camera's own picture as MPEG-1 for players (`ffplay http://…/raw/gate.ts`), without annotations. */
export interface RawView {
  /** A viewer more; the encoder runs from the first to the last. */
  stream(camera: string, response: ServerResponse): void;
  close(): Promise<void>;
}

export interface RawViewSettings {
  ffmpegPath: string;
  /** How to open a camera; undefined for one that is gone. */
  sourceOf: (camera: string) => SourceSettings | undefined;
}

export function openRawView({ ffmpegPath, sourceOf }: RawViewSettings): RawView {
  const running = new Map<string, RunningView>();

  function start(camera: string, source: SourceSettings): RunningView {
    const view = new RunningView(ffmpegPath, source, () => {
      if (running.get(camera) === view) running.delete(camera);
    });
    running.set(camera, view);
    return view;
  }

  return {
    stream(camera, response) {
      const source = sourceOf(camera);
      if (source === undefined) return void response.writeHead(404).end("there is no such camera");
      if (!running.has(camera) && running.size >= MOST_ENCODERS) {
        response.writeHead(503, { "content-type": "text/plain; charset=utf-8" });
        response.end(`the raw pictures of ${MOST_ENCODERS} cameras are being encoded already, and no more are at once`);
        return;
      }
      const view = running.get(camera) ?? start(camera, source);
      view.add(response);
    },
    async close() {
      await Promise.all([...running.values()].map((view) => view.end("the daemon stops")));
    },
  };
}

/** Each takes about a processor, from frames that are to be processed. */
const MOST_ENCODERS = 4;
/** A viewer that is this many bytes behind loses pictures instead of filling memory. */
const MOST_BEHIND_BYTES = 4 * 1024 * 1024;
/** MPEG-1 knows only a few frame rates, and the encoder must not have opinions on sound. */
const OPTIONS = { "-r": 25, "-q:v": 5, "-an": "", "-loglevel": "error" };

/** One encoder and its viewers. No viewer is answered before there is a picture, or a reason why there is none. */
class RunningView {
  readonly #viewers = new Set<ServerResponse>();
  readonly #ended: () => void;
  readonly #timer: NodeJS.Timeout;
  #relay: Relay | null = null;
  #muxer: Mpeg1Muxer | null = null;
  #hasPictures = false;
  #isOver = false;

  constructor(ffmpegPath: string, source: SourceSettings, ended: () => void) {
    this.#ended = ended;
    const { connectTimeoutMs: limitMs } = source;
    this.#timer = setTimeout(() => void this.end(`no picture came within ${limitMs / 1000} s`), limitMs);
    this.#start(ffmpegPath, source).catch((error) => this.end(String(error)));
  }

  add(response: ServerResponse): void {
    this.#viewers.add(response);
    if (this.#hasPictures) welcome(response);
    response.on("close", () => {
      this.#viewers.delete(response);
      if (this.#viewers.size === 0) void this.end("no viewers");
    });
  }

  async end(reason: string): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#ended();
    for (const viewer of this.#viewers) {
      if (!viewer.headersSent) viewer.writeHead(502, { "content-type": "text/plain; charset=utf-8" });
      viewer.end(this.#hasPictures ? undefined : blot(`${reason}\n`));
    }
    if (this.#muxer !== null) await killWithCertainty(this.#muxer.stream, 500);
    this.#relay?.close();
  }

  async #start(ffmpegPath: string, source: SourceSettings): Promise<void> {
    const failed = (error: Error) => void this.end(error.message);
    if (isRelayed(source.url)) this.#relay = await openRelay({ ...source, failed });
    if (this.#isOver) return this.#relay?.close();
    const url = this.#relay?.url ?? source.url;
    const muxer = new Mpeg1Muxer({ url, ffmpegPath, ffmpegOptions: OPTIONS });
    // The package starts it, so the kernel's own way to end it with the daemon is out.
    endWithThisProcess(muxer.stream);
    this.#muxer = muxer;
    muxer.on("mpeg1data", (chunk: Buffer) => this.#send(chunk));
    muxer.stream.on("error", (error) => this.end(error.message));
    muxer.stream.on("exit", () => this.end("ffmpeg finds no video there"));
  }

  #send(chunk: Buffer): void {
    if (!this.#hasPictures) {
      this.#hasPictures = true;
      clearTimeout(this.#timer);
      for (const viewer of this.#viewers) welcome(viewer);
    }
    for (const viewer of this.#viewers) if (viewer.writableLength < MOST_BEHIND_BYTES) viewer.write(chunk);
  }
}

function welcome(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "video/mp2t", "cache-control": "no-store" });
}
