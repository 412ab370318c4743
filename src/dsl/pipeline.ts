import { StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import type { KindName } from "../kinds/kinds.ts";
import type { GivenTo, KindsOfBlock } from "./block-types.ts";
import type { Dynamic } from "./dynamic.ts";
import { type FunctionStep, outputName } from "./function-step.ts";
import { checkGiven, invalid, movePromised } from "./given.ts";
import type { GivenOf, InputKinds, KindOf, OutputKinds, PromisedOf } from "./kind.ts";
import { meaningOf, type Promised, promise } from "./promised.ts";

type Names = Readonly<Record<string, KindName>>;

export interface StepOptions {
  /** Given a name by its kind and number otherwise. */
  name?: string;
  /** An identity for its state that the rest of the workflow has no part in. */
  key?: string;
}

/** One step that was added: where it runs, and what it is given. */
export interface Node {
  type: string;
  name: string;
  options: { key?: string };
  block: Block | null;
  /** Properties by name; those of a function stand in one map. */
  given: Readonly<Record<string, unknown>>;
  /** Names to be found among the outputs of other steps and the inputs of the dynamic step. */
  wanted: readonly string[];
  isFunction: boolean;
  /** Number of the function. */
  callable: number;
  /** Outputs by the name users know them by, with the name in selectors and their kinds. */
  outputs: ReadonlyMap<string, { port: string; kinds: readonly string[] }>;
  after: Node[];
  /** Inner workflow of a step for each item. */
  body: {
    pipeline: Pipeline;
    shared: Readonly<Record<string, unknown>>;
    over: Readonly<Record<string, unknown>>;
  } | null;
}

/** A step of a workflow that is being built; its outputs are under their names. */
export type Handle<O extends Names = Names> = PromisedOf<O> & {
  /** This step runs after the other, although nothing of it is needed. */
  after(...others: readonly object[]): Handle<O>;
};

/** The step of a block: its outputs, or any where the types do not know the block. */
export type HandleFor<B> = Handle<KindsOfBlock<B>>;

/** How `map` runs its body for each item; the settings are those of `for_each` ([dynamic-workflows.md](../dynamic-workflows.md)). */
export interface MapOptions {
  /** What all items share. */
  with?: Readonly<Record<string, unknown>>;
  /** Name of the step. */
  name?: string;
  /** Most items that are worked on. */
  maxItems?: number;
  /** What happens to a list that is longer: an error, or its first items alone. */
  overflow?: "fail" | "truncate";
  /** Field by which the items are put in order first. */
  orderBy?: string;
  /** What a failed item does: fail the whole, or be null. */
  onItemError?: "fail" | "null";
  /** Least share of items that have to succeed, 0 to 1. */
  minSuccessRatio?: number;
  /** Least number of items that have to succeed. */
  minSuccesses?: number;
  /** Field that names an item from frame to frame, for state of its own. */
  keyBy?: string;
  /** Most items at a time. */
  concurrency?: number;
  /** Whether several lists are combined, each item with each. */
  product?: boolean;
}

const nodes = new WeakMap<object, Node>();
const owners = new WeakMap<object, Pipeline>();

/** The workflow that a promised value stands in; undefined for an input of a part. */
export function ownerOf(promised: Promised): Pipeline | undefined {
  const { from } = meaningOf(promised);
  return "step" in from ? owners.get(from.step) : undefined;
}

/** Most steps of one workflow, whatever the limits say: a loop that does not end stops here. */
const MOST_STEPS = 1024;

let mostSteps = MOST_STEPS;

/** While the function builds, no workflow may have more steps; throws `DYN006` at the first that is too many. */
export function withMostSteps<T>(most: number | undefined, build: () => T): T {
  const before = mostSteps;
  mostSteps = Math.min(most ?? MOST_STEPS, MOST_STEPS);
  try {
    return build();
  } finally {
    mostSteps = before;
  }
}

/** A workflow that is being built. */
export class Pipeline {
  /** Name of the workflow. */
  readonly name: string;
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #inputs = new Map<string, Promised>();
  #outputs: Readonly<Record<string, unknown>> | null = null;
  readonly #most = mostSteps;

  constructor(name = "pipeline") {
    this.name = name;
  }

  /** Its steps so far. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** What its outputs are bound to; null before `outputs`. */
  get bound(): Readonly<Record<string, unknown>> | null {
    return this.#outputs;
  }

  /** Names of its inputs. */
  get inputNames(): readonly string[] {
    return [...this.#inputs.keys()];
  }

  /** An input of a workflow that others use as a part. */
  input<K extends KindName = "*">(name: string, of: K = "*" as K): Promised<K> {
    const known =
      this.#inputs.get(name) ?? promise<K>({ what: `the input "${name}"`, from: { input: name }, kinds: [of] });
    this.#inputs.set(name, known);
    return known as Promised<K>;
  }

  /** Adds a step: a function, or a block with its properties as in JSON. */
  step<I extends Names, O extends Names>(
    what: FunctionStep<I, O>,
    given: GivenOf<I & InputKinds>,
    options?: StepOptions,
  ): Handle<O>;
  step<B extends Block>(what: B, given: GivenTo<B>, options?: StepOptions): HandleFor<B>;
  step(what: string, given: Readonly<Record<string, unknown>>, options?: StepOptions): Handle;
  step(what: FunctionStep | Block | string, given: object, options: StepOptions = {}): Handle {
    return this.#step(what, given as Readonly<Record<string, unknown>>, options);
  }

  #step(what: FunctionStep | Block | string, given: Readonly<Record<string, unknown>>, options: StepOptions): Handle {
    if (typeof what === "string") return this.#add({ type: what, given, ...options });
    if ("block" in what) return this.#addFunction(what, given, options);
    const outputs = new Map(Object.entries(what.outputs).map(([name, kinds]) => [name, { port: name, kinds }]));
    return this.#add({ type: what.type, block: what, given, outputs, ...options });
  }

  /** Adds a function whose inputs are found by name among the outputs of earlier steps and the inputs of the whole. */
  addStep<I extends Names, O extends Names>(what: FunctionStep<I, O>, options: StepOptions = {}): Handle<O> {
    return this.#addFunction(what, {}, options, Object.keys(what.inputs)) as Handle<O>;
  }

  /** Runs a body for every item of a list or of detections; `body` is built once. */
  map<O extends Readonly<Record<string, unknown>>>(
    list: unknown,
    build: (item: Promised<"*">, body: Pipeline, shared: Readonly<Record<string, Promised<"*">>>) => O,
    { with: shared = {}, name, ...settings }: MapOptions = {},
  ): Handle<{ readonly [P in keyof O & string]: "*" }> {
    const body = new Pipeline("body");
    const promised = Object.fromEntries(Object.keys(shared).map((one) => [one, body.input(one)]));
    body.outputs(build(body.input("item"), body, promised));
    const outputs = new Map(Object.keys(body.bound ?? {}).map((one) => [one, { port: one, kinds: ["*"] }]));
    return this.#add({
      type: "millrace/for_each@v1",
      given: mapSettings(settings),
      outputs,
      body: { pipeline: body, shared, over: { item: list } },
      ...(name === undefined ? {} : { name }),
    }) as Handle<{ readonly [P in keyof O & string]: "*" }>;
  }

  /** Puts the steps of another workflow here, its inputs bound; its outputs are the handle's. */
  use(
    part: Pipeline,
    bindings: Readonly<Record<string, unknown>>,
    { name = part.name }: StepOptions = {},
  ): PromisedOf<Names> {
    const missing = part.inputNames.filter((input) => !Object.hasOwn(bindings, input));
    if (missing.length > 0) throw invalid(`the part "${part.name}" lacks its input "${missing[0]}"`);
    const copies = new Map<Node, Node>();
    const moved = (value: unknown) => movePromised(value, bindings, copies);
    for (const node of part.nodes) {
      const given = Object.fromEntries(Object.entries(node.given).map(([property, value]) => [property, moved(value)]));
      const body =
        node.body === null
          ? null
          : { ...node.body, over: movedAll(node.body.over, moved), shared: movedAll(node.body.shared, moved) };
      const copy: Node = {
        ...node,
        name: this.#freeName(`${name}_${node.name}`),
        given,
        body,
        after: node.after.map((one) => copies.get(one) ?? one),
      };
      this.#push(copy);
      copies.set(node, copy);
    }
    const outputs = Object.entries(part.bound ?? {}).map(([output, value]) => [output, moved(value)] as const);
    return Object.fromEntries(outputs) as PromisedOf<Names>;
  }

  /** A step that makes workflows itself. */
  dynamic<I extends InputKinds, O extends OutputKinds>(
    other: Dynamic<I, O>,
    given: GivenOf<I>,
    options: StepOptions = {},
  ): Handle<{ readonly [P in keyof O & string]: KindOf<O[P]> & KindName }> {
    const block = other.block();
    const outputs = new Map(Object.entries(block.outputs).map(([name, kinds]) => [name, { port: name, kinds }]));
    return this.#add({ type: block.type, block, given, outputs, ...options }) as never;
  }

  /** What the workflow gives. Returns the workflow, so that a builder can end with it. */
  outputs(given: Readonly<Record<string, unknown>>): this {
    this.#outputs = given;
    return this;
  }

  #addFunction(
    what: FunctionStep,
    given: Readonly<Record<string, unknown>>,
    options: StepOptions,
    wanted: readonly string[] = [],
  ): Handle {
    const outputs = new Map(
      Object.entries(what.outputs).map(([name, one], i) => [name, { port: outputName(i), kinds: [one as string] }]),
    );
    checkGiven(what, given, wanted);
    return this.#add({
      type: what.block.type,
      block: what.block,
      given,
      outputs,
      wanted,
      isFunction: true,
      callable: what.callable,
      label: what.name,
      ...options,
    });
  }

  #add(
    entry: Partial<Node> & StepOptions & { type: string; label?: string; given: Readonly<Record<string, unknown>> },
  ): Handle {
    const { type, name, key, label = shortName(type) } = entry;
    if (name !== undefined && this.#names.has(name)) throw invalid(`two steps have the name "${name}"`);
    const node: Node = {
      block: null,
      wanted: [],
      isFunction: false,
      callable: 0,
      outputs: new Map(),
      after: [],
      body: null,
      ...entry,
      name: name ?? this.#freeName(label),
      options: key === undefined ? {} : { key },
    };
    this.#push(node);
    return handleOf(node);
  }

  #push(node: Node): void {
    if (this.#nodes.length >= this.#most) {
      throw new StepError("DYN006", `max_steps is ${this.#most}, and the workflow "${this.name}" wants more`, {
        limit: "max_steps",
      });
    }
    this.#names.add(node.name);
    this.#nodes.push(node);
    owners.set(node, this);
  }

  #freeName(wanted: string): string {
    const base = wanted.replace(/[^\w-]/g, "_");
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base}_${n}`;
    return name;
  }
}

/** Begins a workflow. */
export function pipeline(name?: string): Pipeline {
  return new Pipeline(name);
}

function handleOf(node: Node): Handle {
  const known = new Map<string, Promised>();
  const output = (name: string): Promised => {
    const made =
      known.get(name) ??
      promise({
        what: `the output "${name}" of step "${node.name}"`,
        from: { step: node, output: name },
        kinds: node.outputs.get(name)?.kinds ?? ["*"],
      });
    known.set(name, made);
    return made;
  };
  const after = (...others: readonly object[]) => {
    for (const other of others) {
      const earlier = nodes.get(other);
      if (earlier === undefined) throw invalid(`step "${node.name}" can only run after a step`);
      node.after.push(earlier);
    }
    return handle;
  };
  const handle = new Proxy({} as Handle, {
    get(_, name) {
      if (name === "after") return after;
      if (typeof name === "string" && (node.outputs.size === 0 || node.outputs.has(name)) && name !== "then")
        return output(name);
      const has = [...node.outputs.keys()].join(", ");
      throw new StepError(
        "DYN007",
        `step "${node.name}" has no output "${String(name)}"${has === "" ? "" : `; it has ${has}`}`,
      );
    },
  });
  nodes.set(handle, node);
  return handle;
}

function movedAll(values: Readonly<Record<string, unknown>>, moved: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, moved(value)]));
}

function shortName(type: string): string {
  return (type.split("/").at(-1) ?? type).replace(/@.*$/, "");
}

const SETTINGS: Readonly<Record<string, string>> = {
  maxItems: "max_items",
  overflow: "overflow",
  orderBy: "order_by",
  onItemError: "on_item_error",
  minSuccessRatio: "min_success_ratio",
  minSuccesses: "min_successes",
  keyBy: "key_by",
  concurrency: "concurrency",
  product: "product",
};

function mapSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [SETTINGS[name] ?? name, value]));
}
