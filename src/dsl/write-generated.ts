import { messageOf, StepError } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import {
  type GeneratedOutput,
  type GeneratedStep,
  type GeneratedWorkflow,
  OWN_BLOCKS,
} from "../expansion/generated.ts";
import { isDetections } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";
import type { ArgumentForm } from "./function-step.ts";
import { invalid } from "./given.ts";
import type { Node, Pipeline } from "./pipeline.ts";
import { isPromised, meaningOf, type Promised, promisedIn } from "./promised.ts";

type Values = Readonly<Record<string, unknown>>;

/** What the workflow stands in: the values of the dynamic step's inputs, and the outputs it declares. */
export interface Surrounding {
  inputs: Values;
  outputs: readonly string[];
}

/** The workflow as it is written in JSON, with the functions that are its steps beside it. */
export function writeGenerated(built: Pipeline, around: Surrounding): GeneratedWorkflow {
  const blocks = new Set<Block>();
  const writer = new Writer(built, around, blocks);
  const steps = built.nodes.map((node) => writer.step(node));
  return {
    type: "GeneratedWorkflow",
    name: built.name,
    steps,
    outputs: writer.outputs(),
    [OWN_BLOCKS]: [...blocks],
  };
}

class Writer {
  readonly #built: Pipeline;
  readonly #around: Surrounding;
  readonly #blocks: Set<Block>;
  readonly #owned: ReadonlySet<Node>;
  readonly #inputOf = new Map<unknown, string>();

  constructor(built: Pipeline, around: Surrounding, blocks: Set<Block>) {
    this.#built = built;
    this.#around = around;
    this.#blocks = blocks;
    this.#owned = new Set(built.nodes);
    // A primitive cannot be distinguished from one that is equal by chance.
    for (const [name, value] of Object.entries(around.inputs)) {
      if (typeof value === "object" && value !== null) this.#inputOf.set(value, name);
    }
  }

  step(node: Node): GeneratedStep {
    if (node.block !== null) this.#blocks.add(node.block);
    const after = node.after.map(({ name }) => name);
    const options = { ...node.options, ...(after.length > 0 ? { after } : {}) };
    return {
      type: node.type,
      name: node.name,
      ...(node.isFunction ? this.#ofFunction(node) : this.#ofBlock(node)),
      ...(Object.keys(options).length > 0 ? { step_options: options } : {}),
    };
  }

  /** By declaration; without one, those of the declared names that exactly one step gives. */
  outputs(): GeneratedOutput[] {
    const { bound } = this.#built;
    if (bound === null)
      return this.#around.outputs.map((name) => ({ name, selector: this.#found(name, "the workflow") }));
    return Object.entries(bound).map(([name, value]): GeneratedOutput => {
      const written = this.#value(value, `the output "${name}"`);
      return typeof written === "string" && written.startsWith("$") ? { name, selector: written } : { name, value };
    });
  }

  /** Values that could be taken for selectors stand apart, and the form of lists and maps that hold promises. */
  #ofFunction({ name, given, wanted, callable }: Node): Values {
    const connected: Record<string, unknown> = {};
    const texts: Record<string, unknown> = {};
    const forms: Record<string, ArgumentForm> = {};
    for (const [input, value] of Object.entries(given)) {
      const place = `"${input}" of step "${name}"`;
      if (typeof value === "string") texts[input] = value;
      else if (this.#isMixed(value)) forms[input] = this.#split(value, { connected, path: input, place });
      else connected[input] = this.#value(value, place);
    }
    for (const input of wanted) {
      const selector = this.#found(input, `step "${name}"`, name);
      if (selector.startsWith("$")) connected[input] = selector;
    }
    return {
      function: callable,
      given: connected,
      ...(Object.keys(texts).length > 0 ? { texts } : {}),
      ...(Object.keys(forms).length > 0 ? { forms } : {}),
    };
  }

  /** A list or map with something in it that flows, so that its entries are connected one by one. */
  #isMixed(value: unknown): boolean {
    if (this.#inputOf.has(value) || typeof value !== "object" || value === null) return false;
    return promisedIn(value).length > 0 || this.#holdsInput(value);
  }

  #holdsInput(value: object): boolean {
    const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
    if (!isPlain || isDetections(value) || isImage(value)) return false;
    return Object.values(value).some((item) => {
      return this.#inputOf.has(item) || (typeof item === "object" && item !== null && this.#holdsInput(item));
    });
  }

  #split(value: unknown, site: { connected: Record<string, unknown>; path: string; place: string }): ArgumentForm {
    const { connected, path, place } = site;
    const inside = (item: unknown, key: string | number) => this.#split(item, { ...site, path: `${path}/${key}` });
    if (!this.#isMixed(value)) {
      if (typeof value === "string") return { value };
      connected[path] = this.#value(value, place);
      return { from: path };
    }
    if (Array.isArray(value)) return { list: value.map(inside) };
    return {
      map: Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, inside(item, key)])),
    };
  }

  #ofBlock(node: Node): Values {
    const place = (property: string) => `"${property}" of step "${node.name}"`;
    const entries = Object.entries(node.given).map(([property, value]) => {
      return [snakeCase(property), this.#deep(value, place(property))] as const;
    });
    return { ...Object.fromEntries(entries), ...(node.body === null ? {} : this.#body(node.body, place)) };
  }

  #body({ pipeline, over, shared }: NonNullable<Node["body"]>, place: (name: string) => string): Values {
    const writer = new Writer(pipeline, { inputs: {}, outputs: [] }, this.#blocks);
    const outputs = writer.outputs();
    const literal = outputs.find((output) => !("selector" in output));
    if (literal !== undefined) throw invalid(`the output "${literal.name}" of the body is no output of a step`);
    const inputs = [...Object.keys(over), ...Object.keys(shared)].map((name) => ({ type: "WorkflowBatchInput", name }));
    const bound = (values: Values) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.#value(value, place(name))]));
    const definition = { version: "1.0", inputs, steps: pipeline.nodes.map((node) => writer.step(node)), outputs };
    return { over: bound(over), with: bound(shared), workflow_definition: definition };
  }

  #deep(value: unknown, place: string): unknown {
    if (isPromised(value) || this.#inputOf.has(value)) return this.#value(value, place);
    if (typeof value === "string" && value.startsWith("$")) throw selectorLike(value, place);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item, place));
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#deep(item, place)]));
  }

  /** A selector for what a step or an input will give; any other value as it is. */
  #value(value: unknown, place: string): unknown {
    if (isPromised(value)) return this.#selector(value, place);
    const input = this.#inputOf.get(value);
    if (input !== undefined) return `$inputs.${input}`;
    if (value === undefined) return value;
    if (isImage(value))
      throw invalid(`${place} is a picture that is no input of the dynamic step; a step has to make it`);
    if (isDetections(value)) return value;
    checkWritable(value, place);
    return value;
  }

  #selector(value: Promised, place: string): string {
    const { from, what } = meaningOf(value);
    if ("input" in from) {
      if (this.#built.inputNames.includes(from.input)) return `$inputs.${from.input}`;
      throw invalid(`${place} is ${what} of another workflow`);
    }
    const node = from.step as Node;
    if (!this.#owned.has(node)) throw invalid(`${place} is ${what}, which stands in another workflow`);
    return `$steps.${node.name}.${node.outputs.get(from.output)?.port ?? from.output}`;
  }

  /** The one output or input of a name; `before` is the step that asks, which only sees those before it. */
  #found(name: string, who: string, before?: string): string {
    const end = before === undefined ? undefined : this.#built.nodes.findIndex((node) => node.name === before);
    const makers = this.#built.nodes.slice(0, end).filter((node) => node.outputs.has(name));
    if (makers.length > 1) {
      const names = makers.map((node) => node.name).join(" and ");
      throw invalid(`${who} wants "${name}", which both ${names} give; name the one with outputs()`);
    }
    const [maker] = makers;
    if (maker !== undefined) return `$steps.${maker.name}.${maker.outputs.get(name)?.port ?? name}`;
    if (Object.hasOwn(this.#around.inputs, name)) return `$inputs.${name}`;
    if (before === undefined)
      throw new StepError("DYN008", `the output "${name}" is declared, but no step of the workflow gives it`);
    throw invalid(`${who} wants "${name}", which no step before it and no input gives`);
  }
}

/** A text of the data must not become a connection. */
function selectorLike(text: string, place: string): StepError {
  const hint = "a text that starts with $ is a selector there; the steps of functions take any text";
  return invalid(`${place} is ${JSON.stringify(text)}: ${hint}`);
}

function checkWritable(value: unknown, place: string): void {
  if (typeof value === "function" || typeof value === "symbol") throw invalid(`${place} is a ${typeof value}`);
  try {
    JSON.stringify(value);
  } catch (error) {
    if (error instanceof StepError) throw error;
    throw invalid(`${place} cannot be written: ${messageOf(error)}`);
  }
}

/** Properties of blocks are written as in JSON; the ways of programs are understood. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
