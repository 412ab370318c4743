import { MillraceError, StepError } from "../../base/errors.ts";

/** Values that one answer may become; numbers of lists and tables count as one, and what costs more as several. */
const MOST_VALUES = 4 * 2 ** 20;
/** Lists, objects and keys of JSON: each costs about as much memory and time as four numbers. */
const COST_OF_STRUCTURE = 4;
/** Of the text itself; with more of them it takes longer to read than a call may. */
const MOST_JSON_VALUES = 2 ** 20;
const DEEPEST_JSON = 256;
/** Shorter text cannot hold too much. */
const SHORT_JSON = 2 ** 18;
const VALUES_BETWEEN_LOOKS = 8192;

/** What turning one answer into values may still cost, in memory and until the deadline of the call. */
export class ReadBudget {
  readonly #endsAt: number;
  readonly #limitMs: number;
  #left = MOST_VALUES;
  #nextLook = MOST_VALUES - VALUES_BETWEEN_LOOKS;

  constructor(limitMs = Number.POSITIVE_INFINITY) {
    this.#limitMs = limitMs;
    this.#endsAt = performance.now() + limitMs;
  }

  /** Call it before the values are made. Throws DYNAMIC_VALUE for too many, DYNAMIC_TIMEOUT when it is late. */
  spend(values: number): void {
    this.#left -= values;
    if (this.#left > this.#nextLook) return;
    if (this.#left < 0) throw tooMany();
    this.#nextLook = this.#left - VALUES_BETWEEN_LOOKS;
    if (performance.now() > this.#endsAt) {
      const message = `the answer was not read within the ${this.#limitMs} ms of the call`;
      throw new StepError("DYNAMIC_TIMEOUT", message, { limitMs: this.#limitMs });
    }
  }
}

/** Looks at JSON before it is parsed, which cannot be ended halfway. Throws DYNAMIC_PROTOCOL for too much of it. */
export function checkJsonBounds(bytes: Uint8Array): void {
  const found = excessOf(bytes);
  if (found !== null) throw garbled(found);
}

/** The limit that a JSON text exceeds; null when it is within bounds. */
export function excessOf(bytes: Uint8Array): string | null {
  if (bytes.length <= SHORT_JSON) return null;
  let [values, depth] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfText(bytes, i);
    else if (byte === COMMA) values++;
    else if (byte === COLON) values += COST_OF_STRUCTURE;
    else if (byte === LIST || byte === OBJECT) {
      values += COST_OF_STRUCTURE;
      if (++depth > DEEPEST_JSON) return `data nested more than ${DEEPEST_JSON} levels deep`;
    } else if (byte === LIST_END || byte === OBJECT_END) depth--;
  }
  return values > MOST_JSON_VALUES ? `JSON of more than ${MOST_JSON_VALUES} values` : null;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

function endOfText(bytes: Uint8Array, start: number): number {
  for (let i = start + 1; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return bytes.length;
}

function tooMany(): MillraceError {
  const instead = "arrays of one dimension, bytes and pictures are passed on as they are";
  return new MillraceError("DYNAMIC_VALUE", `the answer becomes more than ${MOST_VALUES} values; ${instead}`);
}

function garbled(found: string): MillraceError {
  return new MillraceError("DYNAMIC_PROTOCOL", `the process of a code block sent ${found}`);
}
