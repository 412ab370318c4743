import type { Block } from "../../src/blocks/contract/block.ts";

// The rules of the language once more, slow and plain: every value by the index of its element, looked up by selector.
// Shares nothing with the compiler and the engine but the blocks and their declarations.

type Entry = Record<string, unknown>;
type Lineage = readonly string[];
type Index = readonly number[];

export interface OracleDocument {
  inputs: readonly Entry[];
  steps: readonly Entry[];
  outputs: readonly Entry[];
}

/** `"2:StepInputLineageError"` for the third step; steps behind a faulty one are not judged. */
export type Verdict = { faults: string[] } | { rows: Entry[] };

interface Reference {
  property: string;
  key: string | number | null;
  selector: string;
  lineage: Lineage;
}

interface Shape {
  references: Reference[];
  gates: { step: string; lineage: Lineage }[];
  execution: Lineage;
  output: Lineage;
  /** Lineage of what stands in lists. */
  lists: Lineage | null;
}

const ROOT = "root";

/** What a definition means for some inputs, or the faults of its dimensions, lineages and gates. */
export function interpret(
  document: OracleDocument,
  blocks: ReadonlyMap<string, Block>,
  { inputs, size }: { inputs: Entry; size: number },
): Verdict {
  const world = new World(document, blocks, inputs, size);
  const faults = world.judge();
  return faults.length > 0 ? { faults: faults.toSorted() } : { rows: world.rows() };
}

class World {
  private readonly document: OracleDocument;
  private readonly blocks: ReadonlyMap<string, Block>;
  private readonly inputs: Entry;
  private readonly size: number;
  private readonly shapes = new Map<string, Shape | string | null>();
  private readonly values = new Map<string, Map<string, unknown>>();
  private readonly chosen = new Map<string, Map<string, readonly string[]>>();
  private readonly done = new Set<string>();

  constructor(document: OracleDocument, blocks: ReadonlyMap<string, Block>, inputs: Entry, size: number) {
    this.document = document;
    this.blocks = blocks;
    this.inputs = inputs;
    this.size = size;
  }

  judge(): string[] {
    return this.document.steps.flatMap((step, i) => {
      const shape = this.shapeOf(step);
      const faults = typeof shape === "string" ? [shape] : [];
      return [...(this.kindsMeet(step) ? [] : ["ReferenceTypeError"]), ...faults].map((fault) => `${i}:${fault}`);
    });
  }

  private kindsMeet(step: Entry): boolean {
    return Object.entries(this.blockOf(step).ports).every(([property, port]) => {
      return entriesOf(step[property]).every(([, selector]) => {
        const [, producer, output] = /^\$steps\.([^.]+)\.(.+)$/.exec(String(selector)) ?? [];
        if (producer === undefined || output === undefined) return true;
        const brought = this.blockOf(this.stepNamed(producer)).outputs[output] ?? [];
        return [...port.kinds, ...brought].includes("*") || port.kinds.some((kind) => brought.includes(kind));
      });
    });
  }

  rows(): Entry[] {
    for (const step of this.document.steps) this.evaluate(step);
    const rooted = this.document.outputs.some((output) => this.lineageOf(output["selector"] as string)?.[0] === ROOT);
    return Array.from({ length: rooted ? this.size : 1 }, (_, row) => {
      return Object.fromEntries(this.document.outputs.map((output) => [output["name"], this.show(output, row)]));
    });
  }

  // What a step is: an error class, null behind a faulty step, or its shape.

  private shapeOf(step: Entry): Shape | string | null {
    const name = step["name"] as string;
    if (!this.shapes.has(name)) this.shapes.set(name, this.findShape(step));
    return this.shapes.get(name) ?? null;
  }

  private findShape(step: Entry): Shape | string | null {
    const block = this.blockOf(step);
    const references = this.referencesOf(step);
    const gates = this.gatesOf(step);
    if (references === null || gates === null) return null;
    const batch = references.filter(({ lineage }) => lineage.length > 0);

    const taking = [...block.batches, ...block.batchesOrScalars, ...block.autoBatch];
    if (taking.length > 0 && batch.some(({ property }) => !taking.includes(property)))
      return "ExecutionGraphStructureError";
    if (!dimensionsFit(block, references)) return "StepInputDimensionalityError";
    const lineages = [...new Map(batch.map(({ lineage }) => [lineage.join("/"), lineage])).values()];
    if (!lineagesFit(lineages)) return "StepInputLineageError";
    const deepestGate = gates.reduce<Lineage>((a, { lineage }) => (lineage.length > a.length ? lineage : a), []);
    const grounds = batch.length > 0 ? lineages : [deepestGate];
    if (!gates.every((gate) => grounds.some((ground) => startsWith(ground, gate.lineage)))) {
      return "ControlFlowDefinitionError";
    }

    const longest = grounds.reduce((a, b) => (b.length > a.length ? b : a));
    const own = longest.slice(0, batch.length > 0 ? ownDimension(block, batch) : longest.length);
    const followed = batch.find(({ property }) => property === block.reference)?.lineage ?? own;
    const lists = block.outputOffset < 0 || longest.length > own.length ? longest : null;
    if (block.outputOffset < 0)
      return { references, gates, execution: own.slice(0, -1), output: followed.slice(0, -1), lists };
    const output = block.outputOffset > 0 ? [...followed, step["name"] as string] : followed;
    return { references, gates, execution: own, output, lists };
  }

  private blockOf(step: Entry): Block {
    return this.blocks.get(step["type"] as string) as Block;
  }

  private stepNamed(name: string): Entry {
    return this.document.steps.find((step) => step["name"] === name) as Entry;
  }

  private referencesOf(step: Entry): Reference[] | null {
    const found: Reference[] = [];
    for (const [property, port] of Object.entries(this.blockOf(step).ports)) {
      if (port.steps) continue;
      for (const [key, selector] of entriesOf(step[property])) {
        if (typeof selector !== "string" || !selector.startsWith("$")) continue;
        const lineage = this.lineageOf(selector);
        if (lineage === null) return null;
        found.push({ property, key, selector, lineage });
      }
    }
    return found;
  }

  private gatesOf(step: Entry): Shape["gates"] | null {
    const found: Shape["gates"] = [];
    for (const other of this.document.steps) {
      if (!this.blockOf(other).flow || !JSON.stringify(other).includes(`"$steps.${step["name"]}"`)) continue;
      const shape = this.shapeOf(other);
      if (shape === null || typeof shape === "string") return null;
      found.push({ step: other["name"] as string, lineage: shape.execution });
    }
    return found;
  }

  private lineageOf(selector: string): Lineage | null {
    const [, kind, name] = /^\$(inputs|steps)\.([^.]+)/.exec(selector) ?? [];
    if (kind === "steps") {
      const shape = this.shapeOf(this.stepNamed(name as string));
      return shape === null || typeof shape === "string" ? null : shape.output;
    }
    const input = this.document.inputs.find((candidate) => candidate["name"] === name) as Entry;
    if (input["type"] === "WorkflowParameter") return [];
    return input["dimensionality"] === 2 ? [ROOT, `${name}[1]`] : [ROOT];
  }

  // What comes out of it.

  private evaluate(step: Entry): void {
    const name = step["name"] as string;
    if (this.done.has(name)) return;
    this.done.add(name);
    const block = this.blockOf(step);
    const shape = this.shapeOf(step) as Shape;
    for (const { selector } of shape.references) {
      if (selector.startsWith("$steps.")) this.evaluate(this.stepNamed(selector.split(".")[1] as string));
    }
    for (const gate of shape.gates) this.evaluate(this.stepNamed(gate.step));

    const living = this.elements(shape.execution).flatMap((index) => {
      const children = this.childrenOf(index, shape, block);
      const inputs = this.inputsOf(step, shape, { index, children });
      return inputs === null ? [] : [{ index, children, inputs }];
    });
    const context = {
      step: name,
      source: "",
      state: undefined,
      prepared: undefined,
      init: {},
      services: undefined as never,
    };
    const all = block.runMany?.(
      living.map(({ inputs }) => inputs),
      living.map(() => context),
    ) as unknown[] | undefined;
    living.forEach(({ index, children, inputs }, n) => {
      const result = all === undefined ? block.run?.(inputs, context) : all[n];
      this.keep(step, { index, children, result });
    });
  }

  private inputsOf(step: Entry, shape: Shape, { index, children }: { index: Index; children: Index[] }): Entry | null {
    const block = this.blockOf(step);
    for (const gate of shape.gates) {
      const isOwn = gate.lineage.length <= shape.execution.length;
      if (isOwn && !this.isChosen(gate.step, step, index.slice(0, gate.lineage.length))) return null;
    }
    const inputs: Entry = {};
    for (const [property, port] of Object.entries(block.ports)) {
      const given = property in step ? step[property] : block.schema.shape[property]?.safeParse(undefined).data;
      inputs[property] = port.form === "value" || given === undefined ? given : structuredClone(given);
    }
    for (const reference of shape.references) {
      const value = this.valueFor(reference, { step, shape, index, children });
      const isSingle = reference.lineage.length === 0 && !isListed(reference, shape, block);
      const runsOnce =
        shape.references.every(({ lineage }) => lineage.length === 0) &&
        shape.gates.every(({ lineage }) => lineage.length === 0);
      const isMissing = value === null && !isParameter(reference);
      if (isMissing && !block.acceptsEmpty && (!isSingle || runsOnce)) return null;
      if (reference.key === null) inputs[reference.property] = value;
      else (inputs[reference.property] as Entry)[reference.key as string] = value;
    }
    for (const [property, field] of Object.entries(block.schema.shape)) {
      if (property in block.ports || property === "type" || property === "name") continue;
      inputs[property] = field.safeParse(step[property]).data;
    }
    return inputs;
  }

  private valueFor(reference: Reference, at: { step: Entry; shape: Shape; index: Index; children: Index[] }): unknown {
    const { step, shape, index, children } = at;
    if (!isListed(reference, shape, this.blockOf(step))) {
      return this.value(reference.selector, reference.lineage.length === 0 ? [] : index);
    }
    const { outputOffset, runMany } = this.blockOf(step);
    const isBatch = shape.lists !== null && shape.lists.length > 0;
    const takesNone = runMany !== null && outputOffset < 0 && shape.execution.length === 0 && isBatch;
    return children.length === 0 && !takesNone
      ? null
      : children.map((child) => this.childValue(reference, child, step, shape));
  }

  private childrenOf(index: Index, shape: Shape, block: Block): Index[] {
    const { lists } = shape;
    if (lists === null) return [];
    if (lists.length === 0) return this.filterChildren([[]], shape, block);
    const children = this.elements(lists).filter((child) => startsWith(child, index));
    return this.filterChildren(children, shape, block);
  }

  private filterChildren(children: Index[], shape: Shape, block: Block): Index[] {
    if (block.acceptsEmpty) return children;
    const listed = shape.references.filter((reference) => isListed(reference, shape, block));
    const step = this.document.steps.find((candidate) => this.shapeOf(candidate) === shape) as Entry;
    const has = (reference: Reference, child: Index) =>
      isParameter(reference)
        ? this.isUngated(child, step, shape)
        : this.childValue(reference, child, step, shape) !== null;
    return children.filter((child) => listed.every((reference) => has(reference, child)));
  }

  private isUngated(child: Index, step: Entry, shape: Shape): boolean {
    const finer = shape.gates.filter(({ lineage }) => lineage.length > shape.execution.length);
    return finer.every((gate) => this.isChosen(gate.step, step, child.slice(0, gate.lineage.length)));
  }

  private childValue(reference: Reference, child: Index, step: Entry, shape: Shape): unknown {
    for (const gate of shape.gates) {
      const isFiner = gate.lineage.length > shape.execution.length;
      if (isFiner && !this.isChosen(gate.step, step, child.slice(0, gate.lineage.length))) return null;
    }
    return this.value(reference.selector, reference.lineage.length === 0 ? [] : child);
  }

  private keep(step: Entry, { index, children, result }: { index: Index; children: Index[]; result: unknown }): void {
    const name = step["name"] as string;
    const block = this.blockOf(step);
    const shape = this.shapeOf(step) as Shape;
    const put = (at: Index, outputs: unknown) => {
      for (const output of Object.keys(block.outputs)) {
        this.column(`$steps.${name}.${output}`).set(at.join("."), (outputs as Entry | null)?.[output] ?? null);
      }
    };
    if (block.flow) {
      const chosen = this.chosen.get(name) ?? new Map<string, readonly string[]>();
      this.chosen.set(name, chosen.set(index.join("."), result as string[]));
    } else if (block.outputOffset > 0) (result as unknown[]).forEach((outputs, i) => void put([...index, i], outputs));
    else if (shape.output.length > index.length) {
      ((result ?? []) as unknown[]).forEach((outputs, i) => void put(children[i] as Index, outputs));
    } else put(index, result);
  }

  private isChosen(gate: string, step: Entry, index: Index): boolean {
    return this.chosen.get(gate)?.get(index.join("."))?.includes(`$steps.${step["name"]}`) ?? false;
  }

  /** All elements of a batch that exist for these inputs. */
  private elements(lineage: Lineage): Index[] {
    const last = lineage.at(-1);
    if (last === undefined) return [[]];
    if (last === ROOT) return Array.from({ length: this.size }, (_, i) => [i]);
    return this.elements(lineage.slice(0, -1)).flatMap((parent) => {
      const found: Index[] = [];
      for (let i = 0; this.exists(last, [...parent, i]); i++) found.push([...parent, i]);
      return found;
    });
  }

  private exists(batch: string, index: Index): boolean {
    const input = /^(.+)\[1\]$/.exec(batch)?.[1];
    if (input !== undefined)
      return ((this.inputs[input] as unknown[][])[index[0] as number] ?? []).length > (index[1] as number);
    const [output] = Object.keys(this.blockOf(this.stepNamed(batch)).outputs);
    return this.column(`$steps.${batch}.${output}`).has(index.join("."));
  }

  private column(selector: string): Map<string, unknown> {
    const column = this.values.get(selector) ?? new Map<string, unknown>();
    this.values.set(selector, column);
    return column;
  }

  private value(selector: string, index: Index): unknown {
    if (!selector.startsWith("$inputs.")) return this.column(selector).get(index.join(".")) ?? null;
    return index.reduce<unknown>((value, i) => (value as unknown[])[i], this.inputs[selector.slice(8)]) ?? null;
  }

  // What the rows show of it.

  private show(output: Entry, row: number): unknown {
    const selector = output["selector"] as string;
    const lineage = this.lineageOf(selector) as Lineage;
    const leaf = (index: Index): unknown => {
      if (!selector.endsWith(".*")) return this.value(selector, index);
      const step = this.stepNamed(selector.split(".")[1] as string);
      const names = Object.keys(this.blockOf(step).outputs);
      return Object.fromEntries(names.map((name) => [name, this.value(selector.replace("*", name), index)]));
    };
    return this.nest(lineage, lineage[0] === ROOT ? [row] : [], leaf);
  }

  private nest(lineage: Lineage, index: Index, leaf: (index: Index) => unknown): unknown {
    if (index.length === lineage.length) return leaf(index);
    const next = this.elements(lineage.slice(0, index.length + 1)).filter((child) => startsWith(child, index));
    return next.map((child) => this.nest(lineage, child, leaf));
  }
}

/** Dimension of a parameter = dimension of the reference + its offset - the offset of the reference. */
function dimensionsFit(block: Block, references: readonly Reference[]): boolean {
  const batch = references.filter(({ lineage }) => lineage.length > 0);
  if (batch.length === 0) {
    if (references.some(({ property }) => (block.offsets[property] ?? 0) > 0)) return false;
    const cast = [...block.batches, ...block.autoBatch];
    return block.outputOffset >= 0 || references.some(({ property }) => cast.includes(property));
  }
  if (Object.keys(block.offsets).length === 0) return new Set(batch.map(({ lineage }) => lineage.length)).size === 1;
  const base = ownDimension(block, batch);
  return references.every(({ property, lineage }) => {
    const offset = block.offsets[property] ?? 0;
    return lineage.length === base + offset || (lineage.length === 0 && offset === 0);
  });
}

/** Dimension of an input of offset 0. */
function ownDimension(block: Block, batch: readonly Reference[]): number {
  const base = (batch.find(({ property }) => property === block.reference) ?? batch[0]) as Reference;
  return base.lineage.length - (block.offsets[base.property] ?? 0);
}

/** At most two lengths, one lineage for each, the shorter being the longer without its last. */
function lineagesFit(lineages: readonly Lineage[]): boolean {
  if (lineages.length > 2) return false;
  const [a, b] = lineages;
  if (a === undefined || b === undefined) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.join("/") === long.slice(0, -1).join("/");
}

function isListed({ property, lineage }: Reference, shape: Shape, block: Block): boolean {
  if (lineage.length > 0) return lineage.length > shape.execution.length;
  return block.outputOffset < 0 && [...block.batches, ...block.autoBatch].includes(property);
}

function startsWith(longer: readonly unknown[], shorter: readonly unknown[]): boolean {
  return shorter.every((item, i) => item === longer[i]);
}

function entriesOf(value: unknown): [string | number | null, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  if (typeof value === "object" && value !== null) return Object.entries(value);
  return [[null, value]];
}

/** Null is a value of parameters, and only of them. */
function isParameter({ selector, lineage }: Reference): boolean {
  return selector.startsWith("$inputs.") && lineage.length === 0;
}
