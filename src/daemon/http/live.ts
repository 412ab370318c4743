import type { ServerResponse } from "node:http";
import { endsWithin } from "../../base/within.ts";
import type { Viewers } from "../pipeline/pipeline.ts";

const BOUNDARY = "millrace-frame";

/** The annotated pictures: made only while there are viewers, at a limited rate for each camera. */
export interface LiveView extends Viewers {
  /** Streams a camera's pictures to a browser as MJPEG until either side ends. */
  stream(camera: string, response: ServerResponse): void;
  /** The next picture of a camera, or null when none came in time. */
  next(camera: string, timeoutMs: number): Promise<Uint8Array | null>;
  close(): void;
}

interface Watcher {
  /** False while the viewer has not taken the picture before. */
  isReady(): boolean;
  show(jpeg: Uint8Array): void;
}

export function openLiveView({ maxFps }: { maxFps: number }): LiveView {
  const watchers = new Map<string, Set<Watcher>>();
  const lastShown = new Map<string, number>();
  const streams = new Set<ServerResponse>();

  function watch(camera: string, watcher: Watcher): () => void {
    const set = watchers.get(camera) ?? new Set();
    watchers.set(camera, set.add(watcher));
    return () => {
      set.delete(watcher);
      if (set.size === 0 && watchers.get(camera) === set) watchers.delete(camera);
    };
  }

  return {
    wanting(cameras) {
      const now = performance.now();
      return cameras.filter((camera) => {
        const set = watchers.get(camera);
        if (set === undefined || now - (lastShown.get(camera) ?? 0) < 1000 / maxFps) return false;
        if (![...set].some((watcher) => watcher.isReady())) return false;
        lastShown.set(camera, now);
        return true;
      });
    },
    show(camera, jpeg) {
      for (const watcher of watchers.get(camera) ?? []) if (watcher.isReady()) watcher.show(jpeg);
    },
    stream(camera, response) {
      response.writeHead(200, {
        "content-type": `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
        "cache-control": "no-store",
      });
      response.flushHeaders();
      const stop = watch(camera, {
        isReady: () => response.writableLength === 0,
        show(jpeg) {
          response.write(`--${BOUNDARY}\r\ncontent-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`);
          response.write(jpeg);
          response.write("\r\n");
        },
      });
      streams.add(response);
      response.on("close", () => {
        streams.delete(response);
        stop();
      });
    },
    async next(camera, timeoutMs) {
      let picture: Uint8Array | null = null;
      let stop = () => {};
      const shown = new Promise<void>((resolve) => {
        const show = (jpeg: Uint8Array) => {
          picture ??= jpeg;
          resolve();
        };
        stop = watch(camera, { isReady: () => true, show });
      });
      await endsWithin(timeoutMs, shown);
      stop();
      return picture;
    },
    close() {
      for (const response of streams) response.end();
    },
  };
}
