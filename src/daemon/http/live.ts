import type { ServerResponse } from "node:http";
import { endsWithin } from "../../base/within.ts";
import type { Viewers } from "../pipeline/pipeline.ts";
import type { JpegForm } from "../worker/picture-wish.ts";

const BOUNDARY = "millrace-frame";
/** Of all pictures together; each may hold a picture that waits to be sent. */
const MOST_STREAMS = 64;

/** One picture of a camera as it is shown. */
export interface View {
  camera: string;
  /** Null for the output that the pipeline shows. */
  output: string | null;
  maxFps: number;
  form: JpegForm;
}

/** Pictures of outputs, made only while there are viewers, at a limited rate for each. */
export interface LiveView extends Viewers {
  /** Streams pictures to a browser as MJPEG until either side ends. */
  stream(view: View, response: ServerResponse): void;
  /** Streams pictures of several views in one answer, each as a line of JSON with its name and size, and its bytes. */
  streamAll(views: ReadonlyMap<string, View>, response: ServerResponse): void;
  /** The next picture, or null when none came in time. */
  next(view: View, timeoutMs: number): Promise<Uint8Array | null>;
  /** Streams of a view. */
  viewersOf(view: View): number;
  close(): void;
}

interface Watcher {
  /** False while the viewer has not taken the picture before. */
  isReady(): boolean;
  show(jpeg: Uint8Array): void;
}

/** Those who look at one view. */
interface Audience {
  view: View;
  watchers: Set<Watcher>;
  shownAt: number;
}

export function openLiveView(): LiveView {
  const audiences = new Map<string, Audience>();
  const streams = new Set<ServerResponse>();

  function watch(view: View, watcher: Watcher): () => void {
    const key = JSON.stringify(view);
    const audience = audiences.get(key) ?? { view, watchers: new Set(), shownAt: Number.NEGATIVE_INFINITY };
    audiences.set(key, audience);
    audience.watchers.add(watcher);
    return () => {
      audience.watchers.delete(watcher);
      if (audience.watchers.size === 0 && audiences.get(key) === audience) audiences.delete(key);
    };
  }

  /** Answers with what `open` starts, until either side ends. */
  function begin(response: ServerResponse, type: string, open: () => (() => void)[]): void {
    if (streams.size >= MOST_STREAMS) {
      response.writeHead(503, { "content-type": "text/plain; charset=utf-8" });
      response.end(`${MOST_STREAMS} streams of pictures are open already, and no more are at once`);
      return;
    }
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    response.flushHeaders();
    const stops = open();
    streams.add(response);
    response.on("close", () => {
      streams.delete(response);
      for (const stop of stops) stop();
    });
  }

  return {
    wanting(frames) {
      const now = performance.now();
      const cameras = new Set(frames.map(({ camera }) => camera));
      const due = [...audiences.values()].filter(({ view, watchers, shownAt }) => {
        if (!cameras.has(view.camera) || now - shownAt < 1000 / view.maxFps) return false;
        return [...watchers].some((watcher) => watcher.isReady());
      });
      return due.map((audience) => {
        audience.shownAt = now;
        const { camera, output, form } = audience.view;
        return { wish: { camera, output, form }, take: (picture) => show(audience, picture?.jpeg) };
      });
    },
    stream(view, response) {
      begin(response, `multipart/x-mixed-replace; boundary=${BOUNDARY}`, () => [
        watch(view, {
          isReady: () => response.writableLength === 0,
          show(jpeg) {
            response.write(`--${BOUNDARY}\r\ncontent-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`);
            response.write(jpeg);
            response.write("\r\n");
          },
        }),
      ]);
    },
    streamAll(views, response) {
      begin(response, "application/octet-stream", () => {
        return Array.from(views, ([name, view]) => {
          // One picture of each waits at most, so that none is kept out by another.
          let isTaken = true;
          return watch(view, {
            isReady: () => isTaken,
            show(jpeg) {
              isTaken = false;
              response.write(`${JSON.stringify({ show: name, bytes: jpeg.length })}\n`);
              response.write(jpeg, () => {
                isTaken = true;
              });
            },
          });
        });
      });
    },
    async next(view, timeoutMs) {
      let picture: Uint8Array | null = null;
      let stop = () => {};
      const shown = new Promise<void>((resolve) => {
        const take = (jpeg: Uint8Array) => {
          picture ??= jpeg;
          resolve();
        };
        stop = watch(view, { isReady: () => true, show: take });
      });
      await endsWithin(timeoutMs, shown);
      stop();
      return picture;
    },
    viewersOf: (view) => audiences.get(JSON.stringify(view))?.watchers.size ?? 0,
    close() {
      for (const response of streams) response.end();
    },
  };
}

function show({ watchers }: Audience, jpeg: Uint8Array | undefined): void {
  if (jpeg === undefined) return;
  for (const watcher of watchers) if (watcher.isReady()) watcher.show(jpeg);
}
