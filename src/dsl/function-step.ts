import { z } from "zod";
import { StepError } from "../base/errors.ts";
import { type Block, defineBlock } from "../blocks/contract/block.ts";
import { orRef, refMap } from "../blocks/contract/fields.ts";
import type { KindName, Kinds } from "../kinds/kinds.ts";
import type { InputKinds, ValuesOf } from "./kind.ts";

type Names = Readonly<Record<string, KindName>>;

/** A function as a step of workflows; inputs and outputs have names and kinds. */
export interface FunctionStep<I extends Names = Names, O extends Names = Names> {
  /** Name of the step. */
  name: string;
  /** Kinds of inputs by name. */
  inputs: I;
  /** Kinds of outputs by name. */
  outputs: O;
  /** The step as a block. */
  block: Block;
  /** Number of the function in this process. */
  callable: number;
}

export interface StepDeclaration<I extends Names, O extends Names> {
  /** The function's own name by default. */
  name?: string;
  inputs?: I;
  outputs: O;
}

/** The looser form: names alone, of any kind. */
export interface NamedStep<I extends string = string, O extends string = string> {
  name?: string;
  inputs?: readonly I[];
  outputs: readonly O[];
}

type Result<O extends Names> = { readonly [P in keyof O]: Kinds[O[P]] } | Kinds[O[keyof O]];
type Given = Record<string, unknown>;

/** Makes a step of a function; it may answer later, and where there is one output, give that value itself. */
export function step<const I extends InputKinds = Record<never, never>, const O extends Names = Names>(
  declaration: StepDeclaration<I, O>,
  run: (values: ValuesOf<I>) => Result<O> | Promise<Result<O>>,
): FunctionStep<I, O>;
export function step<const I extends string = never, const O extends string = string>(
  declaration: NamedStep<I, O>,
  // biome-ignore lint/suspicious/noExplicitAny: names without kinds say nothing of the values
  run: (values: Record<I, any>) => unknown,
): FunctionStep<Record<I, "*">, Record<O, "*">>;
export function step(
  { name, inputs = {}, outputs }: StepDeclaration<Names, Names> | NamedStep,
  run: (values: never) => unknown,
): FunctionStep {
  const given = kindsOf(inputs);
  const declared = kindsOf(outputs);
  const label = name ?? (run.name || "step");
  const names = Object.keys(declared);
  const owner = { call: (values: Given) => answer((run as (values: Given) => unknown)(values), names, label) };
  const block = blockOf(label, declared, owner);
  return { name: label, inputs: given, outputs: declared, block, callable: register(owner) };
}

function kindsOf(names: Names | readonly string[]): Names {
  if (!Array.isArray(names)) return names as Names;
  return Object.fromEntries((names as string[]).map((name) => [name, "*"] as const));
}

/** Outputs get names that selectors can hold, in the order of their declaration. */
export function outputName(index: number): string {
  return `o${index}`;
}

/** The form of an argument whose parts are connected one by one, by their paths. */
export type ArgumentForm =
  | { from: string }
  | { value: unknown }
  | { list: readonly ArgumentForm[] }
  | { map: Readonly<Record<string, ArgumentForm>> };

type Call = (values: Given) => Given | Promise<Given>;

/** Functions by number, for as long as the steps live that were made of them. */
const functions = new Map<number, WeakRef<{ call: Call }>>();
const forgotten = new FinalizationRegistry<number>((id) => functions.delete(id));

let made = 0;

function register(owner: { call: Call }): number {
  const id = ++made;
  functions.set(id, new WeakRef(owner));
  forgotten.register(owner, id);
  return id;
}

/**
 * The block of all functions of one label and kinds of outputs. Which one is called is a number, so that workflows
 * that differ in their functions alone have one shape and are compiled once.
 */
function blockOf(label: string, outputs: Names, owner: { call: Call }): Block {
  const kinds = Object.values(outputs);
  const type = `function/${[label, ...kinds].map((word) => word.replace(/[^\w-]/g, "_")).join(".")}@v1`;
  const block = defineBlock({
    type,
    summary: `The function ${label}.`,
    inputs: z.object({
      function: orRef(z.int(), "integer"),
      given: refMap(["*"]).default({}),
      texts: z.record(z.string(), z.unknown()).default({}),
      forms: z.record(z.string(), z.unknown()).default({}),
    }),
    outputs: Object.fromEntries(kinds.map((one, i) => [outputName(i), one])),
    acceptsEmpty: true,
    sink: true,
    example: {},
    run: ({ function: id, given, texts, forms }) => callFunction(id, { given, texts, forms }),
  });
  owners.set(block, owner);
  return block;
}

/** A workflow that brings the block keeps its function alive. */
const owners = new WeakMap<Block, { call: Call }>();

interface Arguments {
  given: Readonly<Record<string, unknown>>;
  texts: Readonly<Record<string, unknown>>;
  forms: Readonly<Record<string, unknown>>;
}

function callFunction(id: number, { given, texts, forms }: Arguments): Given | Promise<Given> {
  const call = functions.get(id)?.deref()?.call;
  if (call === undefined) throw new StepError("STEP_FAILED", "its function lives no longer in this process");
  const whole = Object.entries(given).filter(([path]) => !path.includes("/"));
  const joined = Object.entries(forms).map(([name, form]) => [name, joinedFrom(form as ArgumentForm, given)] as const);
  return call({ ...texts, ...Object.fromEntries(whole), ...Object.fromEntries(joined) });
}

function joinedFrom(form: ArgumentForm, given: Readonly<Record<string, unknown>>): unknown {
  if ("from" in form) return given[form.from];
  if ("value" in form) return form.value;
  if ("list" in form) return form.list.map((item) => joinedFrom(item, given));
  return Object.fromEntries(Object.entries(form.map).map(([key, item]) => [key, joinedFrom(item, given)]));
}

function answer(result: unknown, names: readonly string[], label: string): Given | Promise<Given> {
  if (result instanceof Promise) return result.then((value: unknown) => namedResult(value, names, label));
  return namedResult(result, names, label);
}

function namedResult(result: unknown, names: readonly string[], label: string): Given {
  const [only, ...others] = names;
  const isNamed =
    typeof result === "object" &&
    result !== null &&
    names.length > 0 &&
    names.every((name) => Object.hasOwn(result, name));
  if (isNamed) return Object.fromEntries(names.map((name, i) => [outputName(i), (result as Given)[name] ?? null]));
  if (only !== undefined && others.length === 0) return { [outputName(0)]: result ?? null };
  if (only === undefined) return {};
  throw new StepError("STEP_RESULT", `the function "${label}" returned ${typeof result}, expected ${names.join(", ")}`);
}
