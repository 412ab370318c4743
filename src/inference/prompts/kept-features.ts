import { createHash } from "node:crypto";
import type { Features } from "./open-decoder.ts";

/** Pictures whose features are kept; each is up to 16 MB. */
const MOST = 8;

/** Features of the pictures that were asked about last, so that further prompts for a picture do not encode it again. */
export class KeptFeatures {
  readonly #kept = new Map<string, Features>();

  /** Those of a picture, by its pixels as they enter the model; `encode` makes them where they are not kept. */
  async of(pixels: Uint8Array, encode: () => Promise<Features>): Promise<Features> {
    // Hashing takes a few milliseconds where encoding takes hundreds, and knows a picture wherever it comes from.
    const key = createHash("sha1").update(pixels).digest("base64");
    const features = this.#kept.get(key) ?? (await encode());
    this.#kept.delete(key);
    this.#kept.set(key, features);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
    return features;
  }
}
