/** What JSON of a language model's answer can be: an object or a list. */
export type AnswerJson = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * The JSON in the answer of a language model, undefined where there is none. Models wrap it in fences and prose, write one
 * object per line or leave out the brackets around a list; the strictest reading that succeeds is taken.
 */
export function answerJson(answer: string): AnswerJson | undefined {
  const unfenced = answer.replace(FENCE_LINE, "");
  const candidates = [JSON_BLOCK.exec(answer)?.[1], ANY_BLOCK.exec(answer)?.[1], answer, unfenced];
  for (const candidate of candidates) {
    const found = candidate === undefined ? undefined : parsed(candidate);
    if (found !== undefined) return found;
  }
  const isListFirst = /[[{]/.exec(unfenced)?.[0] === "[";
  const [first, second] = isListFirst ? (["[]", "{}"] as const) : (["{}", "[]"] as const);
  return objectSequence(unfenced) ?? outermost(unfenced, first) ?? outermost(unfenced, second);
}

/** The text of the first block fenced as JSON, the whole answer where there is none. */
export function fencedJson(answer: string): string {
  return JSON_BLOCK.exec(answer)?.[1] ?? answer;
}

const JSON_BLOCK = /```json([\s\S]*?)```/i;
const ANY_BLOCK = /```[a-z0-9_+-]*[ \t]*\r?\n?([\s\S]*?)```/i;
const FENCE_LINE = /^[ \t]*```[a-z0-9_+-]*[ \t]*$/gim;
const SEPARATOR = /^[\s,]*$/;

function parsed(text: string): AnswerJson | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as AnswerJson) : undefined;
  } catch {
    return undefined;
  }
}

function outermost(text: string, brackets: "[]" | "{}"): AnswerJson | undefined {
  const [start, end] = [text.indexOf(brackets.charAt(0)), text.lastIndexOf(brackets.charAt(1))];
  return start < 0 || end <= start ? undefined : parsed(text.slice(start, end + 1));
}

/** Objects one after another with nothing but white space and commas between them. */
function objectSequence(text: string): AnswerJson | undefined {
  const objects: unknown[] = [];
  let at = 0;
  for (const [start, end] of topLevelObjects(text)) {
    const object = SEPARATOR.test(text.slice(at, start)) ? parsed(text.slice(start, end)) : undefined;
    if (object === undefined) return undefined;
    objects.push(object);
    at = end;
  }
  return objects.length > 0 && SEPARATOR.test(text.slice(at)) ? objects : undefined;
}

/** Where braces that hold all others open and close. */
function* topLevelObjects(text: string): Generator<[start: number, end: number]> {
  let [depth, start, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isText) {
      if (letter === "\\") at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = depth > 0;
    else if (letter === "{" && depth++ === 0) start = at;
    else if (letter === "}" && depth > 0 && --depth === 0) yield [start, at + 1];
  }
  if (depth > 0) yield [start, text.length];
}
