import { keepRecent } from "../../base/keep-recent.ts";

/** Vectors of texts by model: prompts of a workflow are the same for every frame. */
export interface KeptVectors {
  /** One for each text, in order; `make` is asked for those that are not kept. */
  vectorsOf(
    model: string,
    texts: readonly string[],
    make: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
  ): Promise<Float32Array[]>;
}

const MOST = 1024;

/** Keeps the vectors of the texts used last, `most` in all. */
export function keepVectors(most = MOST): KeptVectors {
  /** Also of texts that are being asked for; in order of use. */
  const kept = new Map<string, Promise<Float32Array>>();

  function keep(key: string, vector: Promise<Float32Array>): Promise<Float32Array> {
    // One that failed may be asked for again.
    vector.catch(() => kept.get(key) === vector && kept.delete(key));
    return keepRecent(kept, key, vector, most);
  }

  return {
    vectorsOf(model, texts, make) {
      const keyOf = (text: string) => JSON.stringify([model, text]);
      const absent = [...new Set(texts)].filter((text) => !kept.has(keyOf(text)));
      const made = absent.length === 0 ? Promise.resolve([]) : make(absent);
      const fresh = new Map(
        absent.map((text, i) => [text, made.then((vectors) => vectors[i] ?? new Float32Array())] as const),
      );
      return Promise.all(
        texts.map((text) => {
          const vector = fresh.get(text) ?? kept.get(keyOf(text));
          return vector === undefined ? new Float32Array() : keep(keyOf(text), vector);
        }),
      );
    },
  };
}
