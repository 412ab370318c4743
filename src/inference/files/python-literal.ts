// Exporters write lists and dicts into the metadata of a model with Python's repr().

export type PythonValue = string | number | boolean | null | PythonValue[] | Map<string, PythonValue>;

/** Reads a literal of Python (or JSON): dict, list, tuple, str, number, True, False, None. undefined when it is none. */
export function readPythonLiteral(text: string): PythonValue | undefined {
  const cursor = { text, at: 0 };
  const value = readValue(cursor);
  skipSpace(cursor);
  return cursor.at === text.length ? value : undefined;
}

interface Cursor {
  text: string;
  at: number;
}

const WORDS: Record<string, PythonValue> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const CLOSING: Record<string, string> = { "[": "]", "(": ")", "{": "}" };
const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function readValue(cursor: Cursor): PythonValue | undefined {
  skipSpace(cursor);
  const char = cursor.text[cursor.at] ?? "";
  if (char === "{") return readDict(cursor);
  if (char in CLOSING) return readList(cursor);
  if (char === "'" || char === '"') return readString(cursor);
  const word = take(cursor, /[-+.\w]+/y);
  if (word in WORDS) return WORDS[word];
  return word !== "" && Number.isFinite(Number(word)) ? Number(word) : undefined;
}

function readList(cursor: Cursor): PythonValue[] | undefined {
  const closing = CLOSING[cursor.text[cursor.at++] ?? ""] ?? "";
  const items: PythonValue[] = [];
  while (!skip(cursor, closing)) {
    const item = readValue(cursor);
    if (item === undefined || !endOfItem(cursor, closing)) return undefined;
    items.push(item);
  }
  return items;
}

function readDict(cursor: Cursor): Map<string, PythonValue> | undefined {
  cursor.at++;
  const entries = new Map<string, PythonValue>();
  while (!skip(cursor, "}")) {
    const key = readValue(cursor);
    if (key === undefined || !skip(cursor, ":")) return undefined;
    const value = readValue(cursor);
    if (value === undefined || !endOfItem(cursor, "}")) return undefined;
    entries.set(String(key), value);
  }
  return entries;
}

function readString(cursor: Cursor): string | undefined {
  const quote = cursor.text[cursor.at++];
  let text = "";
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at] ?? "";
    if (char === quote) {
      cursor.at++;
      return text;
    }
    text += char === "\\" ? readEscape(cursor) : char;
  }
  return undefined;
}

function readEscape(cursor: Cursor): string {
  cursor.at++;
  const char = cursor.text[cursor.at] ?? "";
  const digits = { x: 2, u: 4, U: 8 }[char];
  if (digits === undefined) return ESCAPES[char] ?? char;
  const code = Number.parseInt(cursor.text.slice(cursor.at + 1, cursor.at + 1 + digits), 16);
  cursor.at += digits;
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/** True after a comma, or when the closing bracket comes next. */
function endOfItem(cursor: Cursor, closing: string): boolean {
  if (skip(cursor, ",")) return true;
  return cursor.text[cursor.at] === closing;
}

function skip(cursor: Cursor, char: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at++;
  return true;
}

function skipSpace(cursor: Cursor): void {
  take(cursor, /\s*/y);
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0] ?? "";
  cursor.at += found.length;
  return found;
}
