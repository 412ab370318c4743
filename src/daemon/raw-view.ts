import type { ServerResponse } from "node:http";
import Mpeg1Muxer from "node-rtsp-stream/mpeg1muxer.js";
import { endWithThisProcess, killWithCertainty } from "../stream/bound-child.ts";

/** The camera's own picture as MPEG-1 for players (`ffplay http://…/raw/gate.ts`), without annotations. */
export interface RawView {
  /** A viewer more; the encoder runs from the first to the last. */
  stream(camera: string, response: ServerResponse): void;
  close(): Promise<void>;
}

export interface RawViewSettings {
  ffmpegPath: string;
  /** Address of a camera, credentials included. */
  addressOf: (camera: string) => string;
}

/** Each takes about a processor, from frames that are to be processed. */
const MOST_ENCODERS = 4;

/** A viewer that is this many bytes behind loses pictures instead of filling memory. */
const MOST_BEHIND_BYTES = 4 * 1024 * 1024;

export function openRawView({ ffmpegPath, addressOf }: RawViewSettings): RawView {
  const running = new Map<string, { muxer: Mpeg1Muxer; viewers: Set<ServerResponse> }>();

  function start(camera: string) {
    // MPEG-1 knows only a few frame rates, and the encoder must not have opinions on sound.
    const ffmpegOptions = { "-r": 25, "-q:v": 5, "-an": "", "-loglevel": "error" };
    const muxer = new Mpeg1Muxer({ url: addressOf(camera), ffmpegPath, ffmpegOptions });
    // The package starts it, so the kernel's own way to end it with the daemon is out.
    endWithThisProcess(muxer.stream);
    const view = { muxer, viewers: new Set<ServerResponse>() };
    running.set(camera, view);
    muxer.on("mpeg1data", (chunk: Buffer) => {
      for (const viewer of view.viewers) if (viewer.writableLength < MOST_BEHIND_BYTES) viewer.write(chunk);
    });
    muxer.stream.on("error", () => endAll(camera));
    muxer.stream.on("exit", () => endAll(camera));
    return view;
  }

  function endAll(camera: string): void {
    const view = running.get(camera);
    running.delete(camera);
    for (const viewer of view?.viewers ?? []) viewer.end();
  }

  async function stop(camera: string): Promise<void> {
    const view = running.get(camera);
    endAll(camera);
    if (view !== undefined) await killWithCertainty(view.muxer.stream, 500);
  }

  return {
    stream(camera, response) {
      if (!running.has(camera) && running.size >= MOST_ENCODERS) {
        response.writeHead(503, { "content-type": "text/plain; charset=utf-8" });
        response.end(`the raw pictures of ${MOST_ENCODERS} cameras are being encoded already, and no more are at once`);
        return;
      }
      const view = running.get(camera) ?? start(camera);
      response.writeHead(200, { "content-type": "video/mp2t", "cache-control": "no-store" });
      view.viewers.add(response);
      response.on("close", () => {
        view.viewers.delete(response);
        if (view.viewers.size === 0 && running.get(camera) === view) void stop(camera);
      });
    },
    async close() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}
