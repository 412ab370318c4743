/**
 * Text of any origin for a terminal or a log: what moves the cursor, changes colours, ends a line in another way than a
 * newline, or turns the direction of writing is shown as its code. In text of JSON it stays the same text.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNPRINTABLE, codeOf);
}

/** The same as one entry of a log: further lines are set in, so that none passes for an entry of its own. */
export function printableEntry(text: string): string {
  return printable(text).replace(/\n(?=\S)/g, "\n  ");
}

// Controls but tab and newline, their second set, marks of direction, separators of lines.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
