/** Name under which the steps that write and read the cache share it. */
export const CAMERA_CACHE = "cache";

/** Values by key, of one camera; as many as were written last. */
export class CameraCache {
  private readonly values = new Map<string, unknown>();

  /** What was written under the key; false when nothing was. */
  get(key: string): unknown {
    return this.values.has(key) ? this.values.get(key) : false;
  }

  set(key: string, value: unknown): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= MOST_KEYS) return;
    const [oldest] = this.values.keys();
    if (oldest !== undefined) this.values.delete(oldest);
  }
}

const MOST_KEYS = 1024;
