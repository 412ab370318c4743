/** The escapes for letters, digits and space inside of a class. */
export interface Charset {
  word: string;
  digit: string;
  space: string;
}

const UNICODE: Charset = {
  word: "\\p{L}\\p{N}_",
  digit: "\\p{Nd}",
  space: "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
};
const ASCII: Charset = { word: "A-Za-z0-9_", digit: "0-9", space: "\\t-\\r\\x20" };

export function charsetOf(isAscii: boolean): Charset {
  return isAscii ? ASCII : UNICODE;
}

/** The content of a class for `w`, `D` and their like, null for other letters. */
export function classEscape(letter: string, { word, digit, space }: Charset): string | null {
  const set = { w: word, d: digit, s: space }[letter.toLowerCase()];
  if (set === undefined) return null;
  return letter === letter.toLowerCase() ? set : `[^${set}]`;
}

/** A character that matches itself wherever it is written. */
export function oneCharacter(character: string): string {
  if (/[\p{L}\p{N} _]/u.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const LETTERS: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const CODES = [
  /^x(?<hex>[\da-fA-F]{2})/,
  /^u(?<hex>[\da-fA-F]{4})/,
  /^U(?<hex>[\da-fA-F]{8})/,
  /^u\{(?<hex>[\da-fA-F]{1,6})\}/,
  /^(?<octal>0[0-7]{0,2}|[0-3][0-7]{2})/,
];

/** The character that a text behind a backslash begins with. Throws a SyntaxError for a letter without a meaning. */
export function readEscape(text: string): { character: string; length: number } {
  for (const code of CODES) {
    const found = code.exec(text);
    if (found === null) continue;
    const { hex, octal } = found.groups as { hex?: string; octal?: string };
    const point = hex === undefined ? Number.parseInt(octal ?? "0", 8) : Number.parseInt(hex, 16);
    if (point > 0x10ffff) throw new SyntaxError(`bad escape \\${found[0]}`);
    return { character: String.fromCodePoint(point), length: found[0].length };
  }
  const [letter] = text;
  if (letter === undefined) throw new SyntaxError("bad escape at the end");
  const known = LETTERS[letter];
  if (known === undefined && /[A-Za-z0-9]/.test(letter)) throw new SyntaxError(`bad escape \\${letter}`);
  return { character: known ?? letter, length: letter.length };
}
