import type { z } from "zod";
import { StepError } from "../base/errors.ts";
import type { Block, BlockManifest } from "../blocks/contract/block.ts";
import { type GeneratedStep, type GeneratedWorkflow, numbersOf, OWN_BLOCKS } from "./generated.ts";

// The shape of a generated workflow: everything of it that the compiled plan depends on, as one text. Numbers, truth
// values and short lists of numbers that could as well come from a selector are lifted out, so that workflows that
// differ in them alone share a plan. Names of steps are no part of it. Texts are compared whole: no hash is trusted.

export interface Shape {
  key: string;
  /** The lifted values, which parameters replace in the workflow. */
  lifted: readonly LiftedValue[];
}

export interface LiftedValue {
  step: number;
  property: string;
  /** Of a map; null for the whole property. */
  entry: string | null;
  value: unknown;
  /** What the block takes there. */
  schema: z.ZodType;
}

const BETWEEN = "\u0001";

/** Reads shapes; caches facts about block types. */
export class ShapeReader {
  readonly #blocks: ReadonlyMap<string, BlockManifest>;
  readonly #types = new Map<string, TypeOfStep>();

  constructor(blocks: ReadonlyMap<string, BlockManifest>) {
    this.#blocks = blocks;
  }

  read(workflow: GeneratedWorkflow): Shape {
    const numbers = numbersOf(workflow);
    const lifted: LiftedValue[] = [];
    let key = "";
    for (let i = 0; i < workflow.steps.length; i++) {
      key += this.#stepText(workflow.steps[i] as GeneratedStep, {
        step: i,
        lifted,
        numbers,
        own: workflow[OWN_BLOCKS],
      });
    }
    for (const output of workflow.outputs) {
      const shown = "selector" in output ? referenceText(output.selector, numbers) : "value";
      key += BETWEEN + JSON.stringify(output.name) + BETWEEN + shown;
    }
    return { key, lifted };
  }

  #stepText(step: GeneratedStep, place: Place): string {
    const { text: type, liftable, properties } = this.#typeOf(step.type, place.own);
    let text = `;${BETWEEN}${type}`;
    for (const property in step) {
      if (property === "type" || property === "name") continue;
      text += BETWEEN + (properties.has(property) ? property : JSON.stringify(property)) + BETWEEN;
      if (property === "step_options") text += optionsText(step, place.numbers);
      else text += valueText(step[property], { property, liftable: liftable.get(property) }, place);
    }
    return text;
  }

  #typeOf(type: string, own: readonly Block[] = []): TypeOfStep {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const block = this.#blocks.get(type) ?? own.find((one) => one.type === type);
    const found: TypeOfStep = {
      text: JSON.stringify(type),
      properties: new Set(Object.keys(block?.schema.shape ?? {})),
      liftable: block === undefined ? new Map() : liftableOf(block),
    };
    if (block !== undefined) this.#types.set(type, found);
    return found;
  }
}

/** What is known of the steps of one type. */
interface TypeOfStep {
  text: string;
  /** Names that no user has made up. */
  properties: ReadonlySet<string>;
  liftable: ReadonlyMap<string, Liftable>;
}

function liftableOf({ ports, outputOffset, offsets, autoBatch }: BlockManifest): Map<string, Liftable> {
  const found = new Map<string, Liftable>();
  if (outputOffset === -1) return found;
  for (const [property, { form, literal, only, steps }] of Object.entries(ports)) {
    if (literal === null || only === "steps" || steps || form === "list") continue;
    // A selector of a single value means something else there than the value itself.
    if ((offsets[property] ?? 0) > 0 || autoBatch.includes(property)) continue;
    found.set(property, { schema: literal, isMap: form === "map" });
  }
  return found;
}

interface Liftable {
  schema: z.ZodType;
  isMap: boolean;
}

interface Place {
  step: number;
  lifted: LiftedValue[];
  numbers: ReadonlyMap<string, number>;
  /** Blocks that the workflow brings. */
  own?: readonly Block[] | undefined;
}

interface Property {
  property: string;
  liftable: Liftable | undefined;
}

function valueText(value: unknown, { property, liftable }: Property, { step, lifted, numbers }: Place): string {
  if (typeof value === "string") return textOf(value, numbers);
  if (liftable?.isMap === false && isLiftable(value)) {
    lifted.push({ step, property, entry: null, value, schema: liftable.schema });
    return liftedText(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => innerText(item, numbers)).join(",")}]`;
  if (typeof value !== "object" || value === null) return innerText(value, numbers);
  const entries = Object.entries(value).map(([entry, item]) => {
    if (liftable?.isMap !== true || !isLiftable(item)) return `${JSON.stringify(entry)}:${innerText(item, numbers)}`;
    lifted.push({ step, property, entry, value: item, schema: liftable.schema });
    return `${JSON.stringify(entry)}:${liftedText(item)}`;
  });
  return `{${entries.join(",")}}`;
}

/** A list of numbers counts like a number; longer ones than this are data, which no property should be made of. */
const LONGEST_LIST = 64;

function isLiftable(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.length <= LONGEST_LIST && value.every((item) => typeof item === "number");
}

function liftedText(value: unknown): string {
  return Array.isArray(value) ? "#list" : `#${typeof value}`;
}

function textOf(value: string, numbers: ReadonlyMap<string, number>): string {
  return value.startsWith("$") ? referenceText(value, numbers) : JSON.stringify(value);
}

/** Deeper than this no selector is recognised, so the text itself is the shape. */
function innerText(value: unknown, numbers: ReadonlyMap<string, number>): string {
  if (typeof value === "string") return textOf(value, numbers);
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    throw new StepError("DYN002", "a step of the generated workflow has a property that cannot be written as JSON");
  }
}

const STEPS = "$steps.";

/** The number of a step replaces its name. */
function referenceText(selector: string, numbers: ReadonlyMap<string, number>): string {
  if (!selector.startsWith(STEPS)) return selector;
  const dot = selector.indexOf(".", STEPS.length);
  const name = dot === -1 ? selector.slice(STEPS.length) : selector.slice(STEPS.length, dot);
  const number = numbers.get(name);
  if (number === undefined) return JSON.stringify(selector);
  return dot === -1 ? `@${number}` : `@${number}${selector.slice(dot)}`;
}

function optionsText({ step_options: options }: GeneratedStep, numbers: ReadonlyMap<string, number>): string {
  const { after = [], ...rest } = options ?? {};
  const order = (Array.isArray(after) ? after : []).map((name) => numbers.get(String(name).replace(STEPS, "")) ?? name);
  return `${JSON.stringify(rest)}${JSON.stringify(order)}`;
}

/** Name of the parameter that replaces a lifted value. */
export function liftedName(index: number): string {
  return `lifted--${index}`;
}
