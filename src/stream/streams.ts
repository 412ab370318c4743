import { CameraStream, type StreamContext, type StreamSettings } from "./camera-stream.ts";

/** The streams of a daemon that more than one camera may view. */
export class Streams {
  readonly #streams = new Map<string, CameraStream>();

  /**
   * The stream of this name that was opened in the same way and may be joined, or another: one that is opened in another way, by a
   * changed address, ends with its last view.
   */
  open(settings: StreamSettings, context: StreamContext): CameraStream {
    const key = JSON.stringify(Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const open = this.#streams.get(key);
    if (open?.isOpen === true) return open;
    const stream = new CameraStream(settings, context);
    this.#streams.set(key, stream);
    const forget = () => {
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    };
    stream.finished.then(forget, forget);
    return stream;
  }
}
