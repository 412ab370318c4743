import { z } from "zod";
import { StepError } from "../base/errors.ts";
import { type Block, defineBlock } from "../blocks/block.ts";
import { refMap } from "../blocks/fields.ts";
import type { KindName, Kinds } from "../kinds/kinds.ts";
import type { InputKinds, ValuesOf } from "./kind.ts";

type Names = Readonly<Record<string, KindName>>;

/** A function that stands as a step in workflows; inputs and outputs have names and kinds. */
export interface FunctionStep<I extends Names = Names, O extends Names = Names> {
  name: string;
  inputs: I;
  outputs: O;
  block: Block;
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
  return {
    name: label,
    inputs: given,
    outputs: declared,
    block: blockOf(label, declared, run as (values: Given) => unknown),
  };
}

function kindsOf(names: Names | readonly string[]): Names {
  if (!Array.isArray(names)) return names as Names;
  return Object.fromEntries((names as string[]).map((name) => [name, "*"] as const));
}

let made = 0;

/** Outputs get names that selectors can hold, in the order of their declaration. */
export function outputName(index: number): string {
  return `o${index}`;
}

function blockOf(label: string, outputs: Names, run: (values: Given) => unknown): Block {
  const names = Object.keys(outputs);
  const type = `function/${label.replace(/[^\w-]/g, "_")}@v${++made}`;
  return {
    ...defineBlock({
      type,
      summary: `The function ${label}.`,
      inputs: z.object({ given: refMap(["*"]).default({}), texts: z.record(z.string(), z.unknown()).default({}) }),
      outputs: Object.fromEntries(names.map((name, i) => [outputName(i), outputs[name] ?? "*"])),
      acceptsEmpty: true,
      sink: true,
      example: {},
      run: ({ given, texts }) => answer(run({ ...texts, ...given }), names, label),
    }),
  };
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
