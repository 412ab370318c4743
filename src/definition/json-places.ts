import { pointer } from "../base/issue.ts";

/** Why a text is no JSON: the offset of the fault, and what to say about it. */
export interface JsonFault {
  offset: number;
  /** Ends a sentence about the document. */
  what: string;
  hint?: string;
}

/** Offsets of the values in a JSON text, by JSON pointer. The key of an entry counts as the place of its value. */
export function jsonPlaces(text: string): Map<string, number> {
  const places = new Map<string, number>();
  new Scanner(text, (path, offset) => places.set(pointer(path), offset)).document();
  return places;
}

/** The first fault of a text that is no JSON; null for JSON. */
export function jsonFault(text: string): JsonFault | null {
  return new Scanner(text, () => {}).document();
}

type Visit = (path: readonly (string | number)[], offset: number) => void;

const HINT = "definitions are JSON: double quotes, no comments, no comma after the last element";

const ENDS = "ends too early";
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const CHARACTERS = /(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const WORD = /[^\s,:[\]{}"]+/y;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const CURLY = /[\u2018-\u201f\u00ab\u00bb]/;

/** What other languages write, and JSON in its place. */
const INSTEAD: Readonly<Record<string, string>> = {
  True: "write true; Python's literals are no JSON",
  False: "write false; Python's literals are no JSON",
  None: "write null; Python's literals are no JSON",
  NaN: "JSON has no NaN: write null or a number",
  Infinity: "JSON has no Infinity: write null or a large number",
  "-Infinity": "JSON has no Infinity: write null or a large number",
  undefined: "write null, or leave the property out",
};

/** Walks a text as JSON and stops at its first fault. */
class Scanner {
  readonly #text: string;
  readonly #visit: Visit;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #fault: JsonFault | null = null;

  constructor(text: string, visit: Visit) {
    this.#text = text;
    this.#visit = visit;
  }

  document(): JsonFault | null {
    try {
      this.#value(this.#skip());
    } catch (error) {
      // Nested too deeply to continue; the places found so far are right.
      if (!(error instanceof RangeError)) throw error;
      return this.#fault;
    }
    if (this.#fault === null && this.#skip() < this.#text.length) this.#fail("goes on after its end");
    return this.#fault;
  }

  /** `place` is where the value, or its name, begins. */
  #value(place: number): void {
    this.#visit(this.#path, place);
    const first = this.#text[this.#skip()];
    if (first === "{") this.#object();
    else if (first === "[") this.#array();
    else if (first === '"') this.#string();
    else this.#word();
  }

  #object(): void {
    this.#at++;
    if (this.#closes("}")) return;
    for (;;) {
      const place = this.#skip();
      if (this.#text[place] !== '"') {
        this.#fail(this.#insteadOfName(place));
        return;
      }
      const name = this.#string();
      if (this.#fault !== null) return;
      if (this.#text[this.#skip()] !== ":") {
        this.#fail('needs a ":" after a name');
        return;
      }
      this.#at++;
      this.#inside(name, place);
      if (this.#fault !== null || !this.#continues("}")) return;
    }
  }

  #insteadOfName(place: number): string {
    if (place >= this.#text.length) return ENDS;
    return this.#text[place] === "," ? "has a comma too many" : "needs a name in double quotes";
  }

  #array(): void {
    this.#at++;
    if (this.#closes("]")) return;
    for (let i = 0; ; i++) {
      this.#inside(i, this.#skip());
      if (this.#fault !== null || !this.#continues("]")) return;
    }
  }

  #inside(key: string | number, place: number): void {
    this.#path.push(key);
    this.#value(place);
    this.#path.pop();
  }

  /** A comma and the next entry; false at the end of the list, or at a fault. */
  #continues(end: string): boolean {
    const found = this.#text[this.#skip()];
    if (found === ",") {
      const comma = this.#at++;
      if (this.#text[this.#skip()] !== end) return true;
      this.#fail("has a comma after the last element", comma);
      return false;
    }
    if (found === end) this.#at++;
    else this.#fail(found === undefined ? ENDS : `needs a comma or "${end}"`);
    return false;
  }

  #closes(end: string): boolean {
    if (this.#text[this.#skip()] !== end) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    STRING.lastIndex = start;
    const found = STRING.exec(this.#text)?.[0];
    if (found === undefined) {
      this.#fail(...this.#stringFault(start));
      return "";
    }
    this.#at += found.length;
    return JSON.parse(found) as string;
  }

  #stringFault(start: number): [string, number] {
    CHARACTERS.lastIndex = start + 1;
    const end = start + 1 + (CHARACTERS.exec(this.#text)?.[0].length ?? 0);
    const stop = this.#text[end];
    if (stop === undefined) return [ENDS, end];
    if (stop === "\\") return ["has an escape that JSON does not know", end];
    return ["has a text that goes on over the end of its line", end];
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? "";
    if (LITERAL.test(word)) this.#at += word.length;
    else if (this.#at >= this.#text.length) this.#fail(ENDS);
    else this.#failAtWord(word);
  }

  #failAtWord(word: string): void {
    const found = word === "" ? this.#text.slice(this.#at, this.#at + 1) : word;
    const better = Object.hasOwn(INSTEAD, found) ? INSTEAD[found] : undefined;
    this.#fail(`is not JSON at ${JSON.stringify(found.slice(0, 20))}`, this.#at, better);
  }

  #fail(what: string, offset = this.#at, hint = HINT): void {
    const shown = CURLY.test(this.#text[offset] ?? "") ? 'write straight double quotes, as in "name"' : hint;
    this.#fault ??= { offset, what, hint: shown };
  }

  #skip(): number {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
    return this.#at;
  }
}
