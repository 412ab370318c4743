import { StepError } from "../base/errors.ts";
import type { KindName } from "../kinds/kinds.ts";

declare const PROMISED: unique symbol;

/** What a step will give when it runs. It has no value while the workflow is built: it can only be handed on. */
export interface Promised<K extends KindName = KindName> {
  /** In types alone: the kind. */
  readonly [PROMISED]: K;
}

interface Meaning {
  /** Where it comes from, in words. */
  what: string;
  /** Step and output, or the input of a workflow. */
  from: { step: object; output: string } | { input: string };
  kinds: readonly string[];
}

const meanings = new WeakMap<object, Meaning>();

/** Every access throws `DYN007`. JavaScript cannot intercept tests of truth and identity. */
export function promise<K extends KindName>(meaning: Meaning): Promised<K> {
  const refuse = (): never => {
    const message = `${meaning.what} has no value while the workflow is built`;
    const hint = "hand it to a step, or to a nested dynamic step, which gets its value";
    throw new StepError("DYN007", `${message}; ${hint}`, { promised: meaning.what });
  };
  const promised = new Proxy(nothing, {
    apply: refuse,
    construct: refuse,
    get: refuse,
    has: refuse,
    set: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    getPrototypeOf: refuse,
    setPrototypeOf: refuse,
    isExtensible: refuse,
    preventExtensions: refuse,
  });
  meanings.set(promised, meaning);
  return promised as unknown as Promised<K>;
}

/** Promises are functions, so that calling one is noticed as well. */
function nothing(): void {}

export function isPromised(value: unknown): value is Promised {
  return typeof value === "function" && meanings.has(value);
}

/** What promises something inside of a value; promises are not looked at. */
export function promisedIn(value: unknown): Promised[] {
  if (isPromised(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(promisedIn) : [];
}

export function meaningOf(promised: Promised): Meaning {
  return meanings.get(promised) as Meaning;
}
