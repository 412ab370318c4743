import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { KindName, Kinds } from "../../kinds/kinds.ts";
import type { TaskName } from "../../kinds/model-task.ts";

// A field is a zod schema; what the compiler must know of it is registered beside it.

/** What a property can be connected to. */
export interface Port {
  /** One selector, a list whose elements may be selectors, or a map whose values may be. */
  form: "value" | "list" | "map";
  /** Kinds of data a selector may bring; empty for a property that names steps. */
  kinds: readonly string[];
  /** What a selector must point at where not both are taken: an input of the workflow, or an output of a step. */
  only?: "inputs" | "steps";
  /** The property names the steps that a flow-control step lets run. */
  steps: boolean;
  /** What a literal in place of a selector must satisfy (an element of a list, a value of a map); null: none may. */
  literal: z.ZodType | null;
  /** A selector may take the place of the list, whose value is the list then. */
  orWhole?: true;
  /** The property names a model; absent for one that does not. */
  model?: PortModel;
  /** The property names classes of the model that the block asks. */
  classes?: boolean;
}

/** What a block asks of the model that a property names. */
export interface PortModel {
  task: TaskName;
  /** Put before the property's value to get the model's id: "clip/" where a version chooses the model. */
  prefix: string;
}

// Typed loosely: zod's own metadata types would unfold the schema that a port holds without end.
const ports = z.registry<{ port: object }>();

const SELECTOR = /^\$(inputs\.[A-Za-z0-9_-]+|steps\.[A-Za-z0-9_-]+\.[A-Za-z0-9_*-]+)$/;
const STEP_SELECTOR = /^\$steps\.[A-Za-z0-9_-]+$/;

const INPUT_SELECTOR = /^\$inputs\.[A-Za-z0-9_-]+$/;
const OUTPUT_SELECTOR = /^\$steps\.[A-Za-z0-9_-]+\.[A-Za-z0-9_*-]+$/;

const selector = lazy(() => z.string().regex(SELECTOR, { error: 'expected a selector such as "$steps.name.output"' }));
const inputSelector = lazy(() =>
  z.string().regex(INPUT_SELECTOR, { error: 'expected an input such as "$inputs.name"' }),
);
const outputSelector = lazy(() =>
  z.string().regex(OUTPUT_SELECTOR, { error: 'expected an output such as "$steps.name.output"' }),
);
const stepSelector = lazy(() => z.string().regex(STEP_SELECTOR, { error: 'expected a step such as "$steps.name"' }));

/** A property that takes a selector and nothing else; in `run` it is a value of the kinds. */
export function ref<K extends KindName>(...kinds: K[]): z.ZodType<Kinds[K], string> {
  return register(selector().meta({ kinds }), { form: "value", kinds, steps: false, literal: null });
}

/** The same for inputs of the workflow alone: what the language calls a legacy selector. */
export function inputRef<K extends KindName>(...kinds: K[]): z.ZodType<Kinds[K], string> {
  return register(inputSelector().meta({ kinds }), {
    form: "value",
    kinds,
    steps: false,
    literal: null,
    only: "inputs",
  });
}

/** The same for outputs of steps alone. */
export function outputRef<K extends KindName>(...kinds: K[]): z.ZodType<Kinds[K], string> {
  return register(outputSelector().meta({ kinds }), {
    form: "value",
    kinds,
    steps: false,
    literal: null,
    only: "steps",
  });
}

/** A property that takes a literal of the schema or a selector. */
export function orRef<T>(schema: z.ZodType<T>, ...kinds: KindName[]): z.ZodType<T> {
  return register(either(schema, kinds), { form: "value", kinds, steps: false, literal: schema });
}

/** A property that takes a literal of the schema or an input of the workflow, and no output of a step. */
export function orInputRef<T>(schema: z.ZodType<T>, ...kinds: KindName[]): z.ZodType<T> {
  return refTo(kinds, schema, "inputs") as z.ZodType<T>;
}

/** The same for kinds and literals known only at run time; without a literal only selectors are taken. */
export function refTo(kinds: readonly string[], literal: z.ZodType | null, only?: "inputs" | "steps"): z.ZodType {
  const taken = only === undefined ? selector() : only === "inputs" ? inputSelector() : outputSelector();
  const schema = literal === null ? taken : either(literal, kinds as KindName[], taken);
  return register(schema.meta({ kinds }), { form: "value", kinds, steps: false, literal, ...(only ? { only } : {}) });
}

/** The id of a model that the block asks for a task. */
export function modelRef(task: TaskName): z.ZodType<string> {
  const literal = z.string().min(1);
  const port = { kinds: ["roboflow_model_id"], literal, model: { task, prefix: "" } } as const;
  return register(either(literal, port.kinds), { form: "value", steps: false, ...port });
}

/** A version that chooses the model, whose id is the prefix and the version. */
export function modelVersion<const V extends string>(
  task: TaskName,
  { prefix, versions }: { prefix: string; versions: readonly V[] },
): z.ZodType<V> {
  const literal = z.enum(versions);
  const port = { kinds: ["string"], literal, model: { task, prefix } } as const;
  return register(either(literal, port.kinds), { form: "value", steps: false, ...port });
}

/** Names of classes of the model that the block asks. */
export function modelClasses(): z.ZodType<string[]> {
  const [kinds, literal] = [["list_of_values"] as const, z.array(z.string())];
  return register(either(literal, kinds), { form: "value", kinds, steps: false, literal, classes: true });
}

/** A list whose elements are selectors or, when a schema is given, literals. */
export function refList<K extends KindName>(...kinds: K[]): z.ZodType<Kinds[K][], string[]> {
  return register(z.array(selector().meta({ kinds })).min(1), { form: "list", kinds, steps: false, literal: null });
}

/** The same where a selector of a list may take the place of the list; values are what the kinds say, or lists of it. */
export function refListOrRef<K extends KindName>(...kinds: K[]): z.ZodType<Kinds[K][] | Kinds[K], string[] | string> {
  const either = z.union([z.array(selector().meta({ kinds })).min(1), selector().meta({ kinds })]);
  return register(either, { form: "list", kinds, steps: false, literal: null, orWhole: true });
}

/** A map of names to selectors or literals of the schema (any literal by default, none for null). */
export function refMap(
  kinds: readonly KindName[],
  literal: z.ZodType | null = z.unknown(),
): z.ZodType<Record<string, unknown>> {
  const value = literal === null ? selector().meta({ kinds }) : either(literal, kinds);
  return register(z.record(z.string(), value), { form: "map", kinds, steps: false, literal });
}

/** Steps that a flow-control step lets run. */
export function stepRefs(): z.ZodType<string[]> {
  return register(z.array(stepSelector()), { form: "list", kinds: [], steps: true, literal: null });
}

/** Steps by case name. */
export function stepRefMap(): z.ZodType<Record<string, string>> {
  return register(z.record(z.string(), stepSelector()), { form: "map", kinds: [], steps: true, literal: null });
}

/** The port of a field, seen through defaults and optionals; undefined for a plain literal. */
export function portOf(schema: z.ZodType): Port | undefined {
  const own = ports.get(schema);
  if (own !== undefined) return own.port as Port;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return portOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}

function either(schema: z.ZodType, kinds: readonly KindName[], taken: z.ZodType = selector()): z.ZodType {
  // A literal that merely looks like a selector is one: the language has no escape for "$".
  const literal = schema.refine((value) => typeof value !== "string" || !value.startsWith("$"), {
    error: "a text that starts with $ is a selector",
  });
  return z.union([taken.meta({ kinds }), literal.meta({ not: { type: "string", pattern: "^\\$" } })]);
}

function register<T, I>(schema: z.ZodType, port: Port): z.ZodType<T, I> {
  ports.add(schema, { port });
  // The phantom type: the value of a selector is known only at run time.
  return schema as unknown as z.ZodType<T, I>;
}
