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
  const rows: Record<string, unknown>[] = Array.from({ length: follows ? size : 1 }, () => ({}));
  for (const output of plan.outputs) {
    rows.forEach((row, i) => {
      row[output.name] = rowValue(output, plan, values, i);
    });
  }
  return rows;
}

function rowValue(output: PlanOutput, plan: Plan, values: Values, row: number): unknown {
  const read = (slot: number) => {
    const value = nested(plan, values, slot, row);
    return output.coordinates === "parent" ? inRoot(value) : value;
  };
  if (output.source.type === "slot") return read(output.source.slot);
  return Object.fromEntries(output.source.slots.map(({ name, slot }) => [name, read(slot)]));
}

function slotsOf(output: PlanOutput): number[] {
  return output.source.type === "slot" ? [output.source.slot] : output.source.slots.map(({ slot }) => slot);
}

function isRooted(plan: Plan, slot: number): boolean {
  return plan.levels[plan.slots[slot]?.level ?? 0]?.lineage[0]?.startsWith("<") ?? false;
}

function nested(plan: Plan, values: Values, slot: number, row: number): unknown {
  const column = values.column(slot);
  const level = values.levelOfSlot(slot);
  const depth = plan.levels[plan.slots[slot]?.level ?? 0]?.lineage.length ?? 0;
  if (depth === 0) return column[0] ?? null;
  const chain = chainOf(level, depth);
  if (!isRooted(plan, slot)) return list(chain, 0, 0, column);
  return depth === 1 ? (column[row] ?? null) : list(chain, 1, row, column);
}

function chainOf(level: Level, depth: number): Level[] {
  const chain: Level[] = [];
  for (let at: Level | null = level; at !== null && chain.length < depth; at = at.parent) chain.unshift(at);
  return chain;
}

function list(chain: readonly Level[], depth: number, parent: number, column: readonly unknown[]): unknown {
  const level = chain[depth];
  if (level === undefined) return column[parent] ?? null;
  const found: unknown[] = [];
  for (let i = level.starts[parent] ?? 0; i < (level.starts[parent + 1] ?? 0); i++) {
    found.push(list(chain, depth + 1, i, column));
  }
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
