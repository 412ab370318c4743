import { z } from "zod";
import { BugError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { KIND_NAMES, type KindName } from "../../kinds/kinds.ts";
import { operationsSchema, statementSchema } from "../../query/query.ts";
import { refList, refMap, refTo, stepRefMap, stepRefs } from "../contract/fields.ts";
import { splitOutside } from "./split.ts";
import { KIND_WORDS, TYPE_WORDS } from "./words.ts";

/**
 * The schema of a property of this type, with its port when it can be connected. A type is one of these, or several
 * joined by "|":
 * - `$[image|str]` a selector of the kinds, `$in[..]` of an input of the workflow only, `$out[..]` of an output only
 * - `str`, `bool`, `int`, `num`, with bounds `int1..`, `num0..1`, `num0!..1!` without the bounds themselves, `dict`, `any`, `operations`, `statement`
 * - `{a,"b c"}` one of these texts; `{a,b,...}` these or any other
 * - `list<..>`, `list<..>2..2` with bounds of length, `map<..>`; with selectors or `step` inside, each element connects
 */
export function fieldOf(type: string): z.ZodType {
  const alternatives = alternativesOf(type);
  const [first = ""] = alternatives;
  const container = CONTAINER.exec(first);
  const inner = container?.[2] ?? "";
  if (alternatives.length === 1 && (inner === "step" || inner.includes("$"))) {
    return connectedContainer(container?.[1] === "map", inner);
  }
  const { selectors, literal } = partsOf(alternatives);
  if (selectors.length === 0 && literal !== null) return literal;
  return refTo([...new Set(selectors.flatMap(kindsOf))], literal, sideOf(selectors));
}

/** Kinds by their names or short names, joined by "|". */
export function kindsIn(text: string): KindName[] {
  return text.split("|").map((word) => {
    const kind = KIND_WORDS[word.trim()] ?? KIND_NAMES.find((name) => name === word.trim());
    if (kind === undefined) throw new BugError(`"${word}" is no kind`);
    return kind;
  });
}

const CONTAINER = /^(list|map)<(.*)>(?:(\d+)\.\.(\d*))?$/s;
const NUMBER = /^(int|num)(?:([\d.]*?)(!?)\.\.([\d.]*)(!?))?$/;

function alternativesOf(type: string): string[] {
  return splitOutside(type, "|").flatMap((part) => {
    const word = TYPE_WORDS[part];
    return word === undefined ? [part] : alternativesOf(word);
  });
}

function partsOf(alternatives: readonly string[]): { selectors: string[]; literal: z.ZodType | null } {
  const selectors = alternatives.filter((alternative) => alternative.startsWith("$"));
  const literals = alternatives.filter((alternative) => !alternative.startsWith("$"));
  return { selectors, literal: literals.length === 0 ? null : union(literals) };
}

function kindsOf(selector: string): KindName[] {
  return kindsIn(selector.slice(selector.indexOf("[") + 1, -1));
}

/** Where all selectors of a property point at one side of the workflow only. */
function sideOf(selectors: readonly string[]): "inputs" | "steps" | undefined {
  if (selectors.every((selector) => selector.startsWith("$in["))) return "inputs";
  return selectors.every((selector) => selector.startsWith("$out[")) ? "steps" : undefined;
}

function connectedContainer(isMap: boolean, inner: string): z.ZodType {
  if (inner === "step") return isMap ? stepRefMap() : stepRefs();
  const { selectors, literal } = partsOf(alternativesOf(inner));
  const kinds = selectors.flatMap(kindsOf);
  if (isMap) return refMap(kinds, literal);
  if (literal !== null) throw new BugError(`"${inner}" mixes selectors and literals in a list`);
  return refList(...kinds);
}

function union(types: readonly string[]): z.ZodType {
  const [first, ...others] = types.map(literalOf);
  if (first === undefined) throw new BugError("a type without alternatives");
  return others.length === 0 ? first : z.union([first, ...others]);
}

function literalOf(type: string): z.ZodType {
  const container = CONTAINER.exec(type);
  if (container !== null) return containerOf(container);
  const number = NUMBER.exec(type);
  if (number !== null) return numberOf(number);
  if (type.startsWith("{")) return choiceOf(type);
  const simple = SIMPLE()[type];
  if (simple === undefined) throw new BugError(`"${type}" is no type of a property`);
  return simple;
}

const SIMPLE: () => Readonly<Record<string, z.ZodType>> = lazy(() => ({
  str: z.string(),
  bool: z.boolean(),
  dict: z.record(z.string(), z.unknown()),
  any: z.unknown(),
  operations: operationsSchema(),
  statement: statementSchema(),
}));

function containerOf([, shape, inner = "", least, most]: RegExpExecArray): z.ZodType {
  const element = union(alternativesOf(inner));
  if (shape === "map") return z.record(z.string(), element);
  const list = least === undefined ? z.array(element) : z.array(element).min(Number(least));
  return most ? list.max(Number(most)) : list;
}

function numberOf([, word, least, above, most, below]: RegExpExecArray): z.ZodType {
  const number = word === "int" ? z.int() : z.number();
  const started = !least ? number : above ? number.gt(Number(least)) : number.min(Number(least));
  return !most ? started : below ? started.lt(Number(most)) : started.max(Number(most));
}

function choiceOf(type: string): z.ZodType {
  const choices = splitOutside(type.slice(1, -1), ",").map((choice) => choice.replace(/^"(.*)"$/, "$1"));
  return choices.at(-1) === "..." ? z.string() : z.enum(choices);
}
