import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import type { KindName, Kinds } from "../../kinds/kinds.ts";
import type { TaskName } from "../../kinds/model-task.ts";
import { type Port, portOf } from "./fields.ts";
import type { Services } from "./services.ts";

/** What `run` learns beside its inputs. */
export interface Context<State = unknown, Prepared = unknown, Init extends string = string> {
  /** Name of the step. */
  step: string;
  /** Camera (video identifier) that the element belongs to, "" for data of no camera. */
  source: string;
  /** Whose state the element finds: its camera's, or that of one item of it where a workflow keeps items apart; the source when absent. */
  stateKey?: string;
  /** This step's state for this source, as `state()` made it. */
  state: State;
  /** What `prepare` made of the step's literal properties. */
  prepared: Prepared;
  /** The initialisation parameters that the block asks for, by name; made once for each thread. */
  init: Readonly<Record<Init, unknown>>;
  /** What the block may ask of the program; only those that it names in `needs`. */
  services: Services;
  /** The frame that the element belongs to, for sinks and for blocks that have state or run workflows; null for all others. */
  frame?: FrameScope | null;
  /** Where the element stands, for blocks that are `placed`; null for all others. */
  place?: ElementPlace | null;
}

/** Indices in every level of batch, from the outside in; a single value is the first of one batch. */
export interface ElementPlace {
  /** Names the run of the workflow. */
  run: string;
  index: readonly number[];
  /** Of the elements in the lists that the block gets for it. */
  children: readonly (readonly number[])[];
}

/** What all workflows that run for one frame share, however deep. */
export interface FrameScope {
  /** Workflows around the step. */
  depth: number;
  /** What expansions of the frame have used up. */
  spent: { expansions: number; steps: number };
  /** Seconds on the clock of the recording that the frame is from, null for live frames and for pictures of no video. */
  recordedS: number | null;
}

export const CHILDREN = "*";

/** A class whose instances a state may have. */
export type StateClass = abstract new (...parameters: never[]) => object;

/** What the compiler and the catalogue know about a block type. */
export interface BlockManifest {
  /** Full type id, such as `package/name@v1`. */
  type: string;
  /** Other type ids of the same block. */
  aliases: readonly string[];
  /** What it does, in one or two sentences. */
  summary: string;
  /** Step properties, `type` and `name` included; unknown keys are ignored as in the reference. */
  schema: z.ZodObject;
  /** Properties that selectors may connect to data or steps, by name. */
  ports: Readonly<Record<string, Port>>;
  /** Other names that a property may have in a definition, by its own. */
  synonyms: Readonly<Record<string, readonly string[]>>;
  /** Names of outputs, and the kinds that each may have. */
  outputs: Readonly<Record<string, readonly string[]>>;
  /** Outputs beside those, which a step names in its literal properties; null for a block that has none. */
  dynamicOutputs: DynamicOutputs | null;
  /** Properties that take batches; when there is none, any property may, and `run` is called for each element. */
  batches: readonly string[];
  /** Properties that take batches and scalars. */
  batchesOrScalars: readonly string[];
  /** Properties whose scalars are always made a batch. */
  autoBatch: readonly string[];
  /** Dimension of properties relative to each other; empty when all are equal. */
  offsets: Readonly<Record<string, number>>;
  /** Property whose dimension the others are measured by; null where all are equal. */
  reference: string | null;
  /** Levels of batch that the outputs have more than the inputs: 1 for a block that makes several elements of one, -1 for one that joins them. */
  outputOffset: -1 | 0 | 1;
  /**
   * Outputs nested deeper than the others: names of the batches they open, from the outside in. Outputs of equal names
   * correspond; `CHILDREN` is the batch that the block gets in lists.
   */
  nesting?: Readonly<Record<string, readonly string[]>>;
  /** Whether the block is called for elements that are missing, with null in their place; otherwise its outputs are null there. */
  acceptsEmpty: boolean;
  /** The block decides which steps run and has no outputs. */
  flow: boolean;
  /** The block keeps state for each step and source, so elements reach it in frame order on one thread. */
  stateful: boolean;
  /**
   * All steps of a workflow whose blocks share by this name have one state for each source, and a frame reaches the first of them only
   * after the frame before it has passed the last; absent for a block whose steps have their own.
   */
  shares?: string;
  /** The block acts on the world outside, so it runs even when nothing uses its outputs. */
  sink: boolean;
  /** Services that it asks for; others are not in its context. */
  needs: readonly (keyof Services)[];
  /** Whether a step with these literal properties looks at the pixels that the block needs; always when absent. */
  looks?: (literals: Readonly<Record<string, unknown>>) => boolean;
  /** Names of the initialisation parameters that the block wants to find in its context; none when absent. */
  init?: readonly string[];
  /** Models that literal properties choose, beside those that a property names. */
  asks?: AskedModels;
  /** What the block is for, in a word that whole categories are switched off by: `model`, `sink`. */
  category?: string;
  /** What properties that are right one by one cannot mean together. */
  check?: CheckTogether;
  /** Properties of a step that shows the block. */
  example: Readonly<Record<string, unknown>>;
  /** Why the block is known but cannot run here; null for one that can. */
  unsupported: Unsupported | null;
}

/** Ids of models and what each is asked for, given the properties of a step that are not connected to data. */
export type AskedModels = (literals: Readonly<Record<string, unknown>>) => readonly { task: TaskName; id: string }[];

/** A fault of a step: the property it concerns, and the end of a sentence that begins with the property. */
export interface TogetherFault {
  property: string;
  what: string;
}

/** Properties connected to data are undefined, and so are such entries of lists and maps. */
export type CheckTogether = (literals: Readonly<Record<string, unknown>>) => readonly TogetherFault[];

/** Kinds of the outputs by their names, given the properties of a step that are not connected to data. */
export type DynamicOutputs = (
  literals: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, readonly string[]>>;

interface Unsupported {
  /** Ends the sentence "the block cannot run here: ...". */
  reason: string;
  /** What serves the purpose here, when something does. */
  instead: string | null;
}

export type Outputs = Record<string, unknown>;
type Run = (inputs: never, context: Context<never, never>) => unknown;
type RunMany = (elements: readonly never[], contexts: readonly Context<never, never>[]) => unknown;

/** A block as the engine runs it. */
export interface Block extends BlockManifest {
  /** Called once for a step with its literal properties, before the first frame; null where nothing is prepared. */
  prepare: ((literals: Readonly<Record<string, unknown>>) => unknown) | null;
  /** Makes the state of a step for one source; null for a block without state. */
  state: (() => unknown) | null;
  /** One call for each element: outputs, a list of them when `outputOffset` is 1, chosen targets when `flow`. */
  run: ((inputs: Record<string, unknown>, context: Context) => unknown) | null;
  /** Classes of the objects in the state, where it may be kept over a restart; absent where it may not. */
  keeps?: readonly StateClass[];
  /** One call for all elements of a batch; one result for each, in order. */
  runMany: ((elements: readonly Record<string, unknown>[], contexts: readonly Context[]) => unknown) | null;
  /** The block runs workflows. */
  nests?: boolean;
  /** Its contexts carry the places of elements. */
  placed?: boolean;
  /** Forgets what `prepared` keeps under a state key that is no longer in use. */
  forget?: (prepared: unknown, stateKey: string) => void;
}

declare const TYPES: unique symbol;

/** Facts of a block that exist in types alone: values of its properties, and kinds of its outputs. */
export interface Typed<P, O> {
  readonly [TYPES]?: { properties: P; outputs: O };
}

/** Values of properties; those with a default may be missing. */
type PropertiesOf<S extends Shape> = {
  [P in keyof z.input<z.ZodObject<S>>]: P extends keyof InputsOf<S> ? InputsOf<S>[P] : never;
};

type Fields<S extends Shape> = z.ZodObject<S> | (() => z.ZodObject<S>);
type Shape = Readonly<Record<string, z.ZodType>>;
type InputsOf<S extends Shape> = z.output<z.ZodObject<S>>;
type OutputKinds = Readonly<Record<string, KindName | readonly KindName[]>>;
type ValueOf<K> = K extends KindName ? Kinds[K] : K extends readonly (infer E extends KindName)[] ? Kinds[E] : never;
type OutputsOf<O extends OutputKinds> = { [P in keyof O]: ValueOf<O[P]> | null };
type Results<O extends OutputKinds, D, F> = F extends true
  ? readonly string[]
  : D extends 1
    ? OutputsOf<O>[]
    : OutputsOf<O> | null;

interface Declaration<
  S extends Shape,
  O extends OutputKinds,
  D extends -1 | 0 | 1,
  F extends boolean,
  T,
  P,
  I extends string,
> {
  /** Full type id, `roboflow_core/byte_tracker@v3`. */
  type: string;
  aliases?: readonly string[];
  category?: string;
  summary: string;
  /** Fields of the step; a function is called when they are first needed, which most programs never do for most blocks. */
  inputs: Fields<S>;
  synonyms?: Partial<Record<keyof S & string, readonly string[]>>;
  outputs: O;
  dynamicOutputs?: DynamicOutputs;
  batches?: readonly (keyof S & string)[];
  batchesOrScalars?: readonly (keyof S & string)[];
  autoBatch?: readonly (keyof S & string)[];
  offsets?: Partial<Record<keyof S & string, number>>;
  reference?: keyof S & string;
  outputOffset?: D;
  acceptsEmpty?: boolean;
  flow?: F;
  sink?: boolean;
  needs?: readonly (keyof Services)[];
  /** Whether a step looks at the pixels of its images, by its properties that are not connected to data. */
  looks?: (literals: Partial<InputsOf<S>>) => boolean;
  init?: readonly I[];
  check?: (literals: Partial<InputsOf<S>>) => readonly TogetherFault[];
  asks?: (literals: Partial<InputsOf<S>>) => readonly { task: TaskName; id: string }[];
  example: Readonly<Record<string, unknown>>;
  /** Called once for a step with its literal properties (those not connected to data). */
  prepare?: (literals: Partial<InputsOf<S>>) => P;
  /** Makes the state of one step for one source. */
  state?: () => T;
  /**
   * The state may be kept over a restart: it is plain data, lists, maps, sets, numbers in typed arrays, and objects of these
   * classes, whose fields are all that they are. What `prepare` makes is kept along, where the state refers to it.
   */
  keeps?: readonly StateClass[];
  /** Name under which steps have one state together. */
  shares?: string;
  run?: (inputs: InputsOf<S>, context: Context<T, P, I>) => Results<O, D, F> | Promise<Results<O, D, F>>;
  runMany?: (
    elements: readonly InputsOf<S>[],
    contexts: readonly Context<T, P, I>[],
  ) => Results<O, D, F>[] | Promise<Results<O, D, F>[]>;
}

/** Declares a block: from this one declaration come its manifest, types, JSON schema, reference page and conformance test. */
export function defineBlock<
  S extends Shape,
  const O extends OutputKinds,
  D extends -1 | 0 | 1 = 0,
  F extends boolean = false,
  T = undefined,
  P = undefined,
  const I extends string = never,
>(declaration: Declaration<S, O, D, F, T, P, I>): Block & Typed<PropertiesOf<S>, O> {
  // Most programs use few of the blocks.
  const inputs = lazy(() => fieldsOf(declaration));
  const schema = lazy(() => manifestSchema(declaration.type, declaration.aliases ?? [], inputs()));
  const ports = lazy(() => portsOf(inputs().shape as Shape));
  return {
    type: declaration.type,
    aliases: declaration.aliases ?? [],
    summary: declaration.summary,
    get schema() {
      return schema();
    },
    get ports() {
      return ports();
    },
    synonyms: definedOnly(declaration.synonyms ?? {}),
    outputs: Object.fromEntries(Object.entries(declaration.outputs).map(([name, kinds]) => [name, [kinds].flat()])),
    dynamicOutputs: declaration.dynamicOutputs ?? null,
    batches: declaration.batches ?? [],
    batchesOrScalars: declaration.batchesOrScalars ?? [],
    autoBatch: declaration.autoBatch ?? [],
    offsets: definedOnly(declaration.offsets ?? {}),
    reference: declaration.reference ?? null,
    outputOffset: declaration.outputOffset ?? 0,
    acceptsEmpty: declaration.acceptsEmpty ?? false,
    flow: declaration.flow ?? false,
    stateful: declaration.state !== undefined,
    ...(declaration.shares === undefined ? {} : { shares: declaration.shares }),
    sink: declaration.sink ?? false,
    needs: declaration.needs ?? [],
    ...(declaration.looks === undefined ? {} : { looks: declaration.looks as NonNullable<BlockManifest["looks"]> }),
    init: declaration.init ?? [],
    ...(declaration.category === undefined ? {} : { category: declaration.category }),
    ...(declaration.asks === undefined ? {} : { asks: declaration.asks as AskedModels }),
    ...(declaration.check === undefined ? {} : { check: declaration.check as CheckTogether }),
    example: declaration.example,
    unsupported: null,
    prepare: (declaration.prepare as Block["prepare"]) ?? null,
    state: declaration.state ?? null,
    ...(declaration.keeps === undefined ? {} : { keeps: declaration.keeps }),
    // The engine hands over exactly what the schema describes; the types meet here and nowhere else.
    run: (declaration.run as Run as Block["run"]) ?? null,
    runMany: (declaration.runMany as RunMany as Block["runMany"]) ?? null,
  };
}

function fieldsOf<S extends Shape>({ type, inputs }: { type: string; inputs: Fields<S> }): z.ZodObject<S> {
  const fields: unknown = typeof inputs === "function" ? inputs() : inputs;
  // An object of another copy of zod is one as well.
  if (isRecord(fields) && isRecord(fields["shape"])) return fields as unknown as z.ZodObject<S>;
  throw new TypeError(`the inputs of the block "${type}" are no object of zod`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The properties of a step of a block as one schema. */
export function manifestSchema(type: string, aliases: readonly string[], inputs: z.ZodObject): z.ZodObject {
  return z.object({ type: z.enum([type, ...aliases]), name: z.string(), ...inputs.shape });
}

/** The properties that can be connected to data or steps. */
export function portsOf(shape: Shape): Record<string, Port> {
  const found: Record<string, Port> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const port = portOf(schema);
    if (port !== undefined) found[name] = port;
  }
  return found;
}

function definedOnly<V>(entries: Partial<Record<string, V>>): Record<string, V> {
  const found: Record<string, V> = {};
  for (const [name, entry] of Object.entries(entries)) if (entry !== undefined) found[name] = entry;
  return found;
}
