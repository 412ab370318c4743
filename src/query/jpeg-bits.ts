/** Codes by symbol: short ones for frequent symbols. */
export interface HuffmanTable {
  /** As a file tells them: how many of each length, and the symbols in order. */
  description: readonly number[];
  codes: ReadonlyMap<number, { code: number; length: number }>;
}

/** Codes in order of their length, of which `counts` has the number for each. */
export function huffmanTable(counts: readonly number[], symbols: readonly number[]): HuffmanTable {
  const codes = new Map<number, { code: number; length: number }>();
  const all = Array.from({ length: 16 }, (_, i) => counts[i] ?? 0);
  let [code, next] = [0, 0];
  for (const [i, count] of all.entries()) {
    for (let n = 0; n < count; n++) codes.set(symbols[next++] ?? 0, { code: code++, length: i + 1 });
    code *= 2;
  }
  return { description: [...all, ...symbols], codes };
}

/** Bytes and bits of a JPEG file. */
export class BitWriter {
  #bytes = new Uint8Array(65_536);
  #length = 0;
  #held = 0;
  #count = 0;

  bytes(values: readonly number[]): void {
    for (const value of values) this.#put(value);
  }

  segment(marker: number, content: readonly number[]): void {
    const length = content.length + 2;
    this.bytes([0xff, marker, length >> 8, length & 255, ...content]);
  }

  code(symbol: number, { codes }: HuffmanTable): void {
    const found = codes.get(symbol);
    if (found !== undefined) this.write(found.code, found.length);
  }

  write(value: number, length: number): void {
    this.#held = (this.#held << length) | value;
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      const byte = (this.#held >>> this.#count) & 255;
      this.#put(byte);
      // A decoder must not read it as a marker.
      if (byte === 255) this.#put(0);
    }
    this.#held &= (1 << this.#count) - 1;
  }

  /** Fills the last byte. */
  flush(): void {
    if (this.#count > 0) this.write((1 << (8 - this.#count)) - 1, 8 - this.#count);
  }

  result(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #put(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}
