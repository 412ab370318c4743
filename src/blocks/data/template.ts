import { StepError } from "../../base/errors.ts";
import { pythonLiteral, pythonText } from "../../query/python-text.ts";
import { formatValue, templateError } from "./format-value.ts";

/** A text, or the place of a named value with its conversion and format. */
type Part = string | { name: string; conversion: string; format: readonly Part[] };

/** Most characters of a text made from a template. */
const LONGEST = 1_000_000;

/** A template in Python's format language with named places, ready to be filled. Throws TEMPLATE_MALFORMED. */
export interface Template {
  names: readonly string[];
  fill: (values: Readonly<Record<string, unknown>>) => string;
}

export function parseTemplate(text: string): Template {
  const parts = parse(text, 0);
  const names = [...new Set(namesOf(parts))];
  return { names, fill: (values) => filled(parts, values, names) };
}

function parse(text: string, depth: number): readonly Part[] {
  if (depth > 2) throw malformed("places are nested too deeply");
  const parts: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const next = /[{}]/.exec(text.slice(at));
    const end = next === null ? text.length : at + next.index;
    if (end > at) parts.push(text.slice(at, end));
    if (next === null) break;
    if (text[end + 1] === next[0]) {
      parts.push(next[0]);
      at = end + 2;
    } else if (next[0] === "}") {
      throw malformed(`a single "}" at character ${end + 1}; write "}}" for a brace`);
    } else {
      const close = closing(text, end);
      parts.push(place(text.slice(end + 1, close), depth));
      at = close + 1;
    }
  }
  return parts;
}

/** Position of the brace that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return i;
  }
  throw malformed(`"{" at character ${open + 1} is never closed; write "{{" for a brace`);
}

function place(inside: string, depth: number): Part {
  const [, name = "", conversion = "", format = ""] = /^([^!:]*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(inside) ?? [];
  if (name === "" || /^\d+$/.test(name)) throw malformed(`the place {${inside}} has no name`);
  if (/[.[]/.test(name)) {
    throw malformed(`the place {${inside}} reaches into a value; let data_operations extract what is wanted`);
  }
  if (!["", "s", "r", "a"].includes(conversion)) throw malformed(`unknown conversion "!${conversion}" in {${inside}}`);
  return { name, conversion, format: parse(format, depth + 1) };
}

function namesOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : [part.name, ...namesOf(part.format)]));
}

function filled(parts: readonly Part[], values: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  const missing = names.find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) {
    const known = Object.keys(values).join(", ");
    throw templateError(`the template names "${missing}", which data lacks; there are: ${known}`);
  }
  const text = parts.map((part) => textOf(part, values)).join("");
  if (text.length <= LONGEST) return text;
  throw templateError(`the text would have ${text.length} characters, more than ${LONGEST}`);
}

function textOf(part: Part, values: Readonly<Record<string, unknown>>): string {
  if (typeof part === "string") return part;
  const format = part.format.map((inner) => textOf(inner, values)).join("");
  return formatValue(converted(values[part.name], part.conversion), format);
}

function converted(value: unknown, conversion: string): unknown {
  if (conversion === "") return value;
  if (conversion === "s") return pythonText(value);
  const literal = pythonLiteral(value);
  return conversion === "r" ? literal : literal.replace(/[^\0-\x7f]/gu, escaped);
}

function escaped(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16)}`;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

function malformed(message: string): StepError {
  return new StepError("TEMPLATE_MALFORMED", message);
}
