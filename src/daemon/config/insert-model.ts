import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from "yaml";

/**
 * The text of a config with one more entry in `models`; every other character of it stays. Null where there is no safe place to
 * write, such as in a `models` that an alias brings.
 */
export function insertModel(text: string, id: string, entry: object): string | null {
  const document = parseDocument(text, { merge: true });
  const written = spliced(document, text, id, entry);
  if (document.errors.length > 0 || written === null) return null;
  return isDeepStrictEqual(dataOf(written), withModel(dataOf(text), id, entry)) ? written : null;
}

function dataOf(text: string): unknown {
  const document = parseDocument(text, { merge: true });
  return document.errors.length > 0 ? null : document.toJS();
}

function withModel(config: unknown, id: string, entry: object): object {
  const { models, ...rest } = (config ?? {}) as { models?: object | null };
  return { ...rest, models: { ...models, [id]: entry } };
}

function spliced(document: Document, text: string, id: string, entry: object): string | null {
  const root = document.contents;
  if (root === null) return append(text, yaml({ models: { [id]: entry } }, 0));
  if (!isMap(root)) return null;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === "models");
  if (pair !== undefined) return intoModels(text, pair, { [id]: entry });
  return isFlow(root)
    ? intoFlow(text, root, { models: { [id]: entry } })
    : append(text, yaml({ models: { [id]: entry } }, 0));
}

function intoModels(text: string, { key, value }: Pair, entry: object): string | null {
  const keyEnd = isScalar(key) ? key.range?.[1] : undefined;
  if (keyEnd === undefined) return null;
  const isEmpty = value === null || (isScalar(value) && value.value === null && value.source === "");
  const keyIndent = keyEnd - String(isScalar(key) ? key.source : "").length - lineStart(text, keyEnd);
  if (isEmpty) return insertLines(text, lineEnd(text, keyEnd), yaml(entry, keyIndent + 2));
  if (!isMap(value)) return null;
  return isFlow(value) ? intoFlow(text, value, entry) : intoBlock(text, value, entry);
}

/** After the last entry and the comments that are indented as its own keys are. */
function intoBlock(text: string, map: YAMLMap, entry: object): string | null {
  const first = map.items[0]?.key;
  const last = map.items.at(-1);
  const start = rangeOf(first)?.[0];
  const end = rangeOf(last?.value)?.[1] ?? rangeOf(last?.key)?.[1];
  if (start === undefined || end === undefined) return null;
  const indent = start - lineStart(text, start);
  // The end of a block is the beginning of the line after it.
  let at = text[end - 1] === "\n" ? end : lineEnd(text, end);
  for (let next = at; next < text.length; ) {
    const line = text.slice(next, lineEnd(text, next));
    if (!/^\s*(#.*)?\s*$/.test(line)) break;
    next += line.length;
    if (new RegExp(`^ {${indent + 1},}#`).test(line)) at = next;
  }
  return insertLines(text, at, yaml(entry, indent));
}

function intoFlow(text: string, map: YAMLMap, entry: object): string | null {
  const end = map.range?.[1];
  if (end === undefined || text[end - 1] !== "}") return null;
  const inner = JSON.stringify(entry).slice(1, -1);
  const begin = text.slice(0, end - 1).trimEnd();
  const comma = map.items.length === 0 || begin.endsWith(",") ? "" : ", ";
  return `${begin}${comma}${inner}${text.slice(begin.length)}`;
}

function append(text: string, lines: string): string {
  return insertLines(text, text.length, text.trim() === "" ? lines : `\n${lines}`);
}

/** Lines end as those of the file do. */
function insertLines(text: string, at: number, lines: string): string {
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const before = at > 0 && text[at - 1] !== "\n" ? ending : "";
  return `${text.slice(0, at)}${before}${lines.replaceAll("\n", ending)}${text.slice(at)}`;
}

function yaml(value: object, indent: number): string {
  return stringify(value, { lineWidth: 0 }).replace(/^(?=.)/gm, " ".repeat(indent));
}

function isFlow(map: YAMLMap): boolean {
  return map.flow === true;
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Behind the line break. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found === -1 ? text.length : found + 1;
}
