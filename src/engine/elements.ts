import type { PlanBinding, PlanGate, PlanStep } from "../compiler/plan.ts";
import { ancestor, type Level } from "./levels.ts";
import type { Values } from "./values.ts";

/** A step's inputs for one element, or null when a gate is closed or a value is missing there. */
export type ReadElement = (i: number, level: Level, values: Values) => Record<string, unknown> | null;

/** How a step reads its elements: decided once, so that the frame path only copies values. */
export function elementReader(step: PlanStep, acceptsEmpty: boolean): ReadElement {
  const whole = step.bindings.filter((binding) => binding.key === null);
  const keyed = step.bindings.filter((binding) => binding.key !== null);
  const parts = [...new Set(keyed.map((binding) => binding.property))].map((property) => {
    return [property, keyed.filter((binding) => binding.property === property)] as const;
  });
  return (i, level, values) => {
    if (!isOpen(step, i, level, values)) return null;
    const inputs: Record<string, unknown> = { ...step.literals };
    for (const binding of whole) {
      const value = read(binding, step, i, values, acceptsEmpty);
      if (isMissing(value, binding, step, acceptsEmpty)) return null;
      inputs[binding.property] = value;
    }
    for (const [property, bindings] of parts) {
      const container = copy(inputs[property]);
      for (const binding of bindings) {
        const value = read(binding, step, i, values, acceptsEmpty);
        if (isMissing(value, binding, step, acceptsEmpty)) return null;
        container[binding.key as string] = value;
      }
      inputs[property] = container;
    }
    return inputs;
  };
}

/** Every gate at the step's own level or above lets the element through; finer gates filter children instead. */
function isOpen(step: PlanStep, i: number, level: Level, values: Values): boolean {
  for (const gate of step.gates) {
    const gateLevel = values.level(gate.level);
    if (isBelow(gateLevel, level)) continue;
    if (!values.isChosen(gate, ancestor(i, level, gateLevel))) return false;
  }
  return true;
}

function read(binding: PlanBinding, step: PlanStep, i: number, values: Values, acceptsEmpty: boolean): unknown {
  const column = values.column(binding.slot);
  if (binding.reach === "element") return column[i];
  if (binding.reach === "scalar") return column[0];
  return children(binding, step, i, values, acceptsEmpty);
}

/** The values one level deeper, without those that are gated or missing; null when none is left. */
function children(binding: PlanBinding, step: PlanStep, i: number, values: Values, acceptsEmpty: boolean): unknown {
  const column = values.column(binding.slot);
  const level = values.levelOfSlot(binding.slot);
  const finer = step.gates.filter((gate) => values.level(gate.level) === level);
  const found: unknown[] = [];
  for (let child = level.starts[i] ?? 0; child < (level.starts[i + 1] ?? 0); child++) {
    const value = passes(finer, child, values) ? column[child] : null;
    if (value !== null && value !== undefined) found.push(value);
    else if (acceptsEmpty) found.push(null);
  }
  return found.length === 0 ? null : found;
}

function passes(gates: readonly PlanGate[], child: number, values: Values): boolean {
  return gates.every((gate) => values.isChosen(gate, child));
}

/** A missing batch value drops the element; a missing single value drops a step that runs once. */
function isMissing(value: unknown, binding: PlanBinding, step: PlanStep, acceptsEmpty: boolean): boolean {
  if (acceptsEmpty || (value !== null && value !== undefined)) return false;
  return binding.reach !== "scalar" || !step.simd;
}

function isBelow(level: Level, upper: Level): boolean {
  return level !== upper && level.parent === upper;
}

function copy(container: unknown): Record<string, unknown> {
  return (Array.isArray(container) ? [...container] : { ...(container as object) }) as Record<string, unknown>;
}
