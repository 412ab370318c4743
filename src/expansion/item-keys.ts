const MS_PER_S = 1000;

/** Separates a camera from the key of one of its items: neither can hold it. */
const BETWEEN = "\u0000";

export interface KeySettings {
  mostKeys: number;
  ttlS: number;
  /** Forgets the state under a key. */
  forget: (stateKey: string) => void;
}

/** Which items of a source have a state of their own: the last used are kept, for a while. */
export class ItemKeys {
  readonly #settings: KeySettings;
  /** Time of the last use by state key, the least recently used first. */
  readonly #used = new Map<string, Map<string, number>>();

  constructor(settings: KeySettings) {
    this.#settings = settings;
  }

  /** The state key of an item; its state is made again when it was not used for long. */
  use(source: string, value: unknown, nowMs: number): string {
    const stateKey = `${source}${BETWEEN}${typeof value}:${String(value)}`;
    const used = this.#used.get(source) ?? new Map<string, number>();
    this.#used.set(source, used);
    used.delete(stateKey);
    used.set(stateKey, nowMs);
    return stateKey;
  }

  /** Drops what is too old or too many; returns how many states were forgotten although they were young. */
  sweep(source: string, nowMs: number): number {
    const used = this.#used.get(source) ?? new Map<string, number>();
    const { mostKeys, ttlS, forget } = this.#settings;
    let evicted = 0;
    for (const [stateKey, at] of used) {
      const isOld = nowMs - at > ttlS * MS_PER_S;
      if (!isOld && used.size <= mostKeys) break;
      if (!isOld) evicted++;
      used.delete(stateKey);
      forget(stateKey);
    }
    return evicted;
  }

  /** Forgets every item of a source. */
  drop(source: string): void {
    for (const stateKey of this.#used.get(source)?.keys() ?? []) this.#settings.forget(stateKey);
    this.#used.delete(source);
  }
}

/** A state key for an item that has no key. */
export function keylessStateKey(source: string, index: number): string {
  return `${source}${BETWEEN}${index}`;
}
