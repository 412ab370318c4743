import type { BlockCode } from "../blocks/contract/code.ts";
import type { Definition } from "../definition/document.ts";
import { hasForm } from "../kinds/kind-fault.ts";
import { kindsOf } from "./kinds.ts";
import type { Controllers } from "./lineage.ts";
import { inputLineage, isFromInputs, type Lineage, lineageOf, type StepLineage, type StepLineages } from "./lineage.ts";
import type { OutputSource } from "./outputs.ts";
import { modelsOf, pictureOnlySteps, pixelNeeds } from "./pixels.ts";
import type {
  ExpansionInput,
  Plan,
  PlanBinding,
  PlanGate,
  PlanInput,
  PlanLevel,
  PlanOutput,
  PlanSlot,
  PlanStep,
  PlanStepOutput,
  Subworkflow,
} from "./plan.ts";
import type { Source, Sources } from "./references.ts";
import type { ParsedStep } from "./steps.ts";

/** Everything the passes found out about a definition without fault. */
export interface Checked {
  definition: Definition;
  /** In order of execution. */
  steps: readonly ParsedStep[];
  sources: Sources;
  controllers: Controllers;
  lineages: StepLineages;
  outputs: ReadonlyMap<Definition["outputs"][number], OutputSource>;
  /** Code of the blocks written in the document, by block type. */
  code: ReadonlyMap<string, BlockCode>;
}

/** Last pass: numbers levels and slots and writes the plan down. */
export function assemble(checked: Checked): Plan {
  const table = new Table();
  const inputs = checked.definition.inputs.map((input): PlanInput => {
    const lineage = inputLineage(input);
    const slot = table.slot(`$inputs.${input.name}`, lineage, input.kind);
    const defaultValue = "default_value" in input ? input.default_value : null;
    const batch = lineage.length > 0;
    return { name: input.name, batch, kinds: input.kind, dimensionality: lineage.length, defaultValue, slot };
  });
  const pictures = pictureOnlySteps(checked);
  const steps = checked.steps.map((step) => planStep(step, checked, table, pictures.get(step) ?? null));
  const outputs = checked.definition.outputs.map((output) => planOutput(output, checked, table));
  return { levels: table.levels, slots: table.slots, inputs, steps, outputs, ...pixelNeeds(checked) };
}

class Table {
  readonly levels: PlanLevel[] = [{ parent: null, lineage: [], isFromInputs: false }];
  readonly slots: PlanSlot[] = [];
  readonly #levelOf = new Map<string, number>([["", 0]]);
  readonly #slotOf = new Map<string, number>();

  level(lineage: Lineage): number {
    const key = lineage.join("\n");
    const known = this.#levelOf.get(key);
    if (known !== undefined) return known;
    const parent = this.level(lineage.slice(0, -1));
    this.levels.push({ parent, lineage, isFromInputs: isFromInputs(lineage) });
    this.#levelOf.set(key, this.levels.length - 1);
    return this.levels.length - 1;
  }

  slot(selector: string, lineage: Lineage, kinds: readonly string[]): number {
    this.slots.push({ level: this.level(lineage), kinds });
    this.#slotOf.set(selector, this.slots.length - 1);
    return this.slots.length - 1;
  }

  slotOf(source: Source): number {
    const selector =
      source.type === "input" ? `$inputs.${source.input.name}` : `$steps.${source.step.name}.${source.output}`;
    return this.#slotOf.get(selector) ?? 0;
  }
}

function planStep(step: ParsedStep, checked: Checked, table: Table, pictures: readonly string[] | null): PlanStep {
  const traced = checked.lineages.get(step) ?? NO_LINEAGE;
  const { block } = step;
  return {
    name: step.name,
    type: block.type,
    level: table.level(traced.execution),
    children: traced.children === null ? null : table.level(traced.children),
    outputLevel: table.level(traced.output),
    simd: traced.simd,
    literals: step.literals,
    bindings: step.connections.flatMap((connection): PlanBinding[] => {
      const source = checked.sources.get(connection);
      if (source === undefined) return [];
      const lineage = lineageOf(source, checked.lineages) ?? [];
      const { property, key } = connection;
      const isCast = block.outputOffset < 0 && [...block.batches, ...block.autoBatch].includes(property);
      const scalar = isCast && traced.children !== null ? "repeated" : "scalar";
      const reach = lineage.length === 0 ? scalar : depthOf(lineage, traced.execution);
      const isParameter = source.type === "input" && lineage.length === 0;
      const { kinds } = connection.port;
      const isUnknown = !kinds.includes("*") && kindsOf(source).includes("*");
      const heldTo = isUnknown && kinds.every(hasForm) ? kinds : [];
      return [{ property, key, slot: table.slotOf(source), reach, isParameter, heldTo }];
    }),
    gates: (checked.controllers.get(step) ?? []).map((gate): PlanGate => {
      const lineage = checked.lineages.get(gate)?.execution ?? [];
      const target = `$steps.${step.name}`;
      const index = checked.steps.indexOf(gate);
      return { step: index, level: table.level(lineage), target, reach: depthOf(lineage, traced.execution) };
    }),
    outputs: Object.entries(step.outputs).map(([name, kinds]): PlanStepOutput => {
      const lineage = traced.deeper.get(name) ?? traced.output;
      const slot = table.slot(`$steps.${step.name}.${name}`, lineage, kinds);
      const depths = lineage.slice(traced.output.length).map((_, i) => traced.output.length + i + 1);
      return { name, slot, kinds, below: depths.map((depth) => table.level(lineage.slice(0, depth))) };
    }),
    stateful: block.stateful,
    needsModels: block.needs.includes("models"),
    models: modelsOf(step),
    classProperties: Object.keys(block.ports).filter((property) => block.ports[property]?.classes === true),
    pictureOnly: pictures !== null,
    pictures: pictures ?? [],
    unsupported: block.unsupported?.reason ?? null,
    code: checked.code.get(block.type) ?? null,
    onError: checked.code.get(block.type)?.onError ?? "fail",
    subworkflow: step.subworkflow === null ? null : planSubworkflow(step.subworkflow, step, checked),
  };
}

const NO_LINEAGE: StepLineage = { execution: [], children: null, output: [], deeper: new Map(), simd: false };

/** What a generated workflow will find in the inputs of its step is known only now. */
function planSubworkflow(subworkflow: Subworkflow, step: ParsedStep, { sources, lineages }: Checked): Subworkflow {
  if (subworkflow.type !== "dynamic") return subworkflow;
  const execution = lineages.get(step)?.execution.length ?? 0;
  const connected = step.connections.map((connection): ExpansionInput => {
    const source = sources.get(connection);
    const lineage = (source && lineageOf(source, lineages)) ?? [];
    const kinds = source === undefined ? ["*"] : kindsOf(source);
    const depth = lineage.length === 0 ? 0 : lineage.length > execution ? 2 : 1;
    return { name: connection.property, kinds, depth };
  });
  const names = new Set(connected.map(({ name }) => name));
  const literals = Object.keys(step.literals).filter((name) => !names.has(name));
  return {
    ...subworkflow,
    inputs: [...connected, ...literals.map((name) => ({ name, kinds: ["*"], depth: 0 as const }))],
  };
}

function depthOf(lineage: Lineage, execution: Lineage): "element" | "children" {
  return lineage.length > execution.length ? "children" : "element";
}

function planOutput(output: Definition["outputs"][number], checked: Checked, table: Table): PlanOutput {
  const source = checked.outputs.get(output);
  const { name, coordinates_system: coordinates } = output;
  if (source?.type !== "all") {
    const slot = source === undefined ? 0 : table.slotOf(source);
    const picture = table.slots[slot]?.kinds.includes("image") ?? false;
    return { name, source: { type: "slot", slot }, coordinates, picture };
  }
  const slots = Object.keys(source.step.outputs).map((out) => {
    return { name: out, slot: table.slotOf({ type: "output", step: source.step, output: out }) };
  });
  return { name, source: { type: "all", slots }, coordinates, picture: false };
}
