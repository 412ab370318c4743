import { type Charset, charsetOf, classEscape, oneCharacter, readEscape } from "./pattern-characters.ts";

/** A Python regular expression as a JavaScript one; throws a SyntaxError for what has no counterpart. */
export function patternOf(regex: string): RegExp {
  const translation = new Translation(regex);
  return new RegExp(translation.source(), translation.flags.has("i") ? "iv" : "v");
}

/** Rewrites one token at a time; every group has a name, so that those of the translation's own do not shift numbers. */
class Translation {
  readonly flags: ReadonlySet<string>;
  readonly #text: string;
  #at: number;
  #groups = 0;
  #own = 0;
  readonly #named = new Map<string, number>();

  constructor(regex: string) {
    const found = /^(?:\(\?[a-zA-Z]+\))*/.exec(regex)?.[0] ?? "";
    this.flags = flagsOf(found.replaceAll(/[(?)]/g, ""));
    this.#text = regex;
    this.#at = found.length;
  }

  source(): string {
    const source = this.#alternatives();
    if (this.#at < this.#text.length) throw new SyntaxError("unbalanced parenthesis");
    return source;
  }

  #alternatives(): string {
    const found = [this.#sequence()];
    while (this.#take("|")) found.push(this.#sequence());
    return found.join("|");
  }

  #sequence(): string {
    let found = "";
    for (;;) {
      this.#skipSpace();
      if (this.#at >= this.#text.length || this.#sees("|") || this.#sees(")")) return found;
      const atom = this.#atom();
      this.#skipSpace();
      found += this.#repeated(atom);
    }
  }

  #repeated(atom: string): string {
    const counts = this.#match(/[*+?]|\{\d*,\d*\}|\{\d+\}/y);
    if (counts === null || counts === "{,}") {
      this.#at -= counts?.length ?? 0;
      return atom;
    }
    if (atom === "") throw new SyntaxError("nothing to repeat");
    const quantifier = counts.replace("{,", "{0,");
    if (this.#take("?")) return `${atom}${quantifier}?`;
    return this.#take("+") ? this.#atomic(`${atom}${quantifier}`) : `${atom}${quantifier}`;
  }

  /** What has matched is not given back: a lookahead decides once. */
  #atomic(source: string): string {
    const name = `a${++this.#own}`;
    return `(?=(?<${name}>${source}))\\k<${name}>`;
  }

  #atom(): string {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case ".":
        return this.flags.has("s") ? "[\\s\\S]" : "[^\\n]";
      case "^":
        return this.flags.has("m") ? "(?:(?<![\\s\\S])|(?<=\\n))" : START;
      case "$":
        // It also stands before a last line feed.
        return this.flags.has("m") ? `(?=\\n|${END})` : `(?=\\n?${END})`;
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new SyntaxError("nothing to repeat");
      default:
        return oneCharacter(character);
    }
  }

  #group(): string {
    if (!this.#take("?")) return this.#capture();
    if (this.#match(/#[^)]*\)/y) !== null) return "";
    const lookaround = this.#match(/:|=|!|<=|<!/y);
    if (lookaround !== null) return `(?${this.#closed(lookaround)})`;
    if (this.#take(">")) return this.#atomic(this.#closed(""));
    const name = this.#match(/P?<[^\W\d]\w*>/uy)?.replace(/^P?<|>$/g, "");
    if (name !== undefined) return this.#capture(name.replace(">", ""));
    const again = this.#match(/P=[^\W\d]\w*\)/uy)?.slice(2, -1);
    if (again !== undefined) return this.#backReference(this.#numberOf(again));
    const found = this.#match(/[^)]{0,8}\)?/y);
    throw new SyntaxError(`"(?${found}" has no counterpart`);
  }

  #capture(name?: string): string {
    const number = ++this.#groups;
    if (name !== undefined) this.#named.set(name, number);
    return `(?<g${number}>${this.#closed("")})`;
  }

  #closed(before: string): string {
    const inner = this.#alternatives();
    if (!this.#take(")")) throw new SyntaxError("missing ), unterminated subpattern");
    return `${before}${inner}`;
  }

  #numberOf(name: string): number {
    const number = this.#named.get(name);
    if (number === undefined) throw new SyntaxError(`unknown group name "${name}"`);
    return number;
  }

  #backReference(number: number): string {
    if (number > this.#groups) throw new SyntaxError(`invalid group reference ${number}`);
    return `\\k<g${number}>`;
  }

  #escape(): string {
    const charset = charsetOf(this.flags.has("a"));
    const [letter] = this.#text.slice(this.#at);
    if (letter === "A" || letter === "Z") return this.#after(1, letter === "A" ? START : END);
    if (letter === "b" || letter === "B") return this.#after(1, letter === "b" ? edge(charset) : noEdge(charset));
    const number = /^(?!0|[0-3][0-7][0-7])(?<number>\d{1,2})/.exec(this.#text.slice(this.#at))?.groups?.["number"];
    if (number !== undefined) return this.#after(number.length, this.#backReference(Number(number)));
    const named = this.#match(/k<[^\W\d]\w*>/uy)?.slice(2, -1);
    if (named !== undefined) return this.#backReference(this.#numberOf(named));
    const set = this.#set(charset);
    return set === null ? oneCharacter(this.#character()) : `[${set}]`;
  }

  /** A class with its own rules: `]` at its beginning is a literal. */
  #class(): string {
    const negation = this.#take("^") ? "^" : "";
    const charset = charsetOf(this.flags.has("a"));
    let found = "";
    for (let isFirst = true; isFirst || !this.#sees("]"); isFirst = false) {
      const set = this.#sees("\\") ? this.#setAfterBackslash(charset) : null;
      found += set ?? this.#range(charset);
    }
    this.#at++;
    return `[${negation}${found}]`;
  }

  #setAfterBackslash(charset: Charset): string | null {
    this.#at++;
    const set = this.#set(charset);
    if (set === null) this.#at--;
    return set;
  }

  #range(charset: Charset): string {
    const first = this.#member();
    if (!this.#sees("-") || this.#text[this.#at + 1] === "]" || this.#at + 1 >= this.#text.length) {
      return oneCharacter(first);
    }
    this.#at++;
    if (this.#sees("\\") && this.#setAfterBackslash(charset) !== null) throw new SyntaxError("bad character range");
    const last = this.#member();
    if ((first.codePointAt(0) ?? 0) > (last.codePointAt(0) ?? 0)) throw new SyntaxError("bad character range");
    return `${oneCharacter(first)}-${oneCharacter(last)}`;
  }

  #member(): string {
    const character = this.#next();
    if (character !== "\\") return character;
    return this.#take("b") ? "\b" : this.#character();
  }

  #set(charset: Charset): string | null {
    const property = this.#match(/[pP]\{[\w=]+\}/y);
    if (property !== null) return `\\${property}`;
    const set = classEscape(this.#text[this.#at] ?? "", charset);
    return set === null ? null : this.#after(1, set);
  }

  #character(): string {
    const { character, length } = readEscape(this.#text.slice(this.#at));
    return this.#after(length, character);
  }

  #skipSpace(): void {
    if (this.flags.has("x")) this.#match(/(?:\s|#[^\n]*)+/y);
    // A comment may stand between what is repeated and how often.
    while (this.#match(/\(\?#[^)]*\)/y) !== null) this.#skipSpace();
  }

  #next(): string {
    const [character] = this.#text.slice(this.#at, this.#at + 2);
    if (character === undefined) throw new SyntaxError("it ends too early");
    return this.#after(character.length, character);
  }

  #after(length: number, found: string): string {
    this.#at += length;
    return found;
  }

  #sees(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }
}

const START = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

function edge({ word }: Charset): string {
  return `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
}

function noEdge({ word }: Charset): string {
  return `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
}

function flagsOf(letters: string): Set<string> {
  const foreign = [...letters].find((letter) => !"imsaux".includes(letter));
  if (foreign !== undefined) throw new SyntaxError(`the flag "${foreign}" has no counterpart`);
  return new Set(letters);
}
