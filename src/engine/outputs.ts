import { messageOf } from "../base/errors.ts";
import type { Plan, PlanOutput } from "../compiler/plan.ts";
import { isDetections, toRoot } from "../kinds/detections.ts";
import { isImage } from "../kinds/image.ts";
import type { Level } from "./levels.ts";
import type { Values } from "./values.ts";

/**
 * One object for each element of the batch; a single one when no output follows the batch.
 * Deeper levels become nested lists, scalars are repeated, batches born inside go whole into every row.
 */
export function constructRows(plan: Plan, values: Values, size: number): Record<string, unknown>[] {
  const follows = plan.outputs.some((output) => slotsOf(output).some((slot) => isRooted(plan, slot)));
  return Array.from({ length: follows ? size : 1 }, (_, row) => {
    return Object.fromEntries(plan.outputs.map((output) => [output.name, rowValue(output, { plan, values, row })]));
  });
}

interface Place {
  plan: Plan;
  values: Values;
  row: number;
}

/** What an output shows for one element of its level. */
type Leaf = (element: number) => unknown;

function rowValue({ name, source, coordinates }: PlanOutput, place: Place): unknown {
  const show = (slot: number): Leaf => {
    const column = place.values.column(slot);
    return coordinates === "parent" ? (i) => shifted(column[i] ?? null, name, place) : (i) => column[i] ?? null;
  };
  if (source.type === "slot") return nested(source.slot, place, show(source.slot));
  return all(source.slots, place, show);
}

/** All outputs of a step in one object, for each element that all of them share; deeper ones are lists in it. */
function all(slots: readonly { name: string; slot: number }[], place: Place, show: (slot: number) => Leaf): unknown {
  const { plan, values } = place;
  const depthOf = (slot: number) => plan.levels[plan.slots[slot]?.level ?? 0]?.lineage.length ?? 0;
  const [first] = slots.toSorted((a, b) => depthOf(a.slot) - depthOf(b.slot));
  if (first === undefined) return {};
  const leaves = slots.map(({ name, slot }) => {
    const below = chainOf(values.levelOfSlot(slot), depthOf(slot) - depthOf(first.slot));
    return [name, (i: number) => list(below, i, show(slot))] as const;
  });
  return nested(first.slot, place, (i) => Object.fromEntries(leaves.map(([output, leaf]) => [output, leaf(i)])));
}

/** A code block may give what only looks like detections: that output is null then, and the others are not lost. */
function shifted(value: unknown, name: string, { values, row }: Place): unknown {
  try {
    return inRoot(value);
  } catch (error) {
    const message = `output "${name}" ${whyMalformed(error)}`;
    values.faults.push({ step: name, type: "output", element: row, code: "OUTPUT_MALFORMED", message });
    return null;
  }
}

function whyMalformed(error: unknown): string {
  if (error instanceof RangeError) return "holds itself, or is nested too deeply";
  return `holds detections that are not whole: ${messageOf(error)}`;
}

function slotsOf(output: PlanOutput): number[] {
  return output.source.type === "slot" ? [output.source.slot] : output.source.slots.map(({ slot }) => slot);
}

function isRooted(plan: Plan, slot: number): boolean {
  return plan.levels[plan.slots[slot]?.level ?? 0]?.isFromInputs ?? false;
}

function nested(slot: number, { plan, values, row }: Place, leaf: Leaf): unknown {
  const depth = plan.levels[plan.slots[slot]?.level ?? 0]?.lineage.length ?? 0;
  if (depth === 0) return leaf(0);
  const chain = chainOf(values.levelOfSlot(slot), depth);
  return isRooted(plan, slot) ? list(chain.slice(1), row, leaf) : list(chain, 0, leaf);
}

function chainOf(level: Level, depth: number): Level[] {
  const chain: Level[] = [];
  for (let at: Level | null = level; at !== null && chain.length < depth; at = at.parent) chain.unshift(at);
  return chain;
}

function list([level, ...deeper]: readonly Level[], parent: number, leaf: Leaf): unknown {
  if (level === undefined) return leaf(parent);
  const found: unknown[] = [];
  for (let i = level.starts[parent] ?? 0; i < (level.starts[parent + 1] ?? 0); i++) found.push(list(deeper, i, leaf));
  return found;
}

/** Detections in the pixels of the root picture, wherever they sit in a value. */
function inRoot(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isImage(value)) return value;
  if (isDetections(value)) return toRoot(value);
  if (Array.isArray(value)) return value.some(isNestable) ? value.map(inRoot) : value;
  if (Object.getPrototypeOf(value) !== Object.prototype || !Object.values(value).some(isNestable)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inRoot(item)]));
}

function isNestable(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
