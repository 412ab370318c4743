import type { Issue } from "../base/issue.ts";
import { CHILDREN } from "../blocks/contract/block.ts";
import type { InputDefinition } from "../definition/document.ts";
import type { Source, Sources } from "./references.ts";
import type { Connection, ParsedStep } from "./steps.ts";

/** Identifiers of the batches a value is nested in, from the outside in; `[]` for a scalar. */
export type Lineage = readonly string[];

/** No step can be called so. */
const ROOT_BATCH = "<workflow_input>";

/** Most levels a batch input may have: far more than any data, few enough to bound the work. */
export const DEEPEST_INPUT = 16;

/** The lineage that a step runs in, and those of its outputs. */
export interface StepLineage {
  execution: Lineage;
  /** One level deeper: elements that reach the block in lists; null when none do. */
  children: Lineage | null;
  output: Lineage;
  /** Of outputs that are nested deeper than that. */
  deeper: ReadonlyMap<string, Lineage>;
  /** Some input or gate is batch-oriented. */
  simd: boolean;
}

export type StepLineages = ReadonlyMap<ParsedStep, StepLineage>;

/** Flow-control steps that name a step, by the step. */
export type Controllers = ReadonlyMap<ParsedStep, readonly ParsedStep[]>;

/** Pass 5: dimensionality and lineage of every step, in order. Steps behind a faulty one are left out. */
export function traceLineage(
  ordered: readonly ParsedStep[],
  sources: Sources,
  controllers: Controllers,
  issues: Issue[],
): StepLineages {
  const lineages = new Map<ParsedStep, StepLineage>();
  for (const step of ordered) {
    const inputs = inputsOf(step, sources, lineages);
    const gates = (controllers.get(step) ?? []).map((gate) => lineages.get(gate)?.execution);
    if (inputs === null || gates.includes(undefined)) continue;
    const found = stepLineage({ step, inputs, gates: gates as Lineage[], report: reporter(step, issues) });
    if (found !== null) lineages.set(step, found);
  }
  return lineages;
}

export function lineageOf(source: Source, lineages: StepLineages): Lineage | undefined {
  if (source.type === "input") return inputLineage(source.input);
  const traced = lineages.get(source.step);
  return traced?.deeper.get(source.output) ?? traced?.output;
}

export function inputLineage(input: InputDefinition): Lineage {
  if (!("dimensionality" in input)) return [];
  const depth = Math.min(input.dimensionality, DEEPEST_INPUT) - 1;
  const deeper = Array.from({ length: depth }, (_, i) => `$inputs.${input.name}[${i + 1}]`);
  return [ROOT_BATCH, ...deeper];
}

/** Whether the outermost batch is that of the workflow's inputs. */
export function isFromInputs([outermost]: Lineage): boolean {
  return outermost === ROOT_BATCH;
}

function isPrefix(shorter: Lineage, longer: Lineage): boolean {
  return shorter.length <= longer.length && shorter.every((id, i) => id === longer[i]);
}

interface Input {
  connection: Connection;
  lineage: Lineage;
}

interface Work {
  step: ParsedStep;
  inputs: readonly Input[];
  gates: readonly Lineage[];
  report: (errorClass: string, what: string, path?: string) => null;
}

function inputsOf(step: ParsedStep, sources: Sources, lineages: StepLineages): Input[] | null {
  const inputs: Input[] = [];
  for (const connection of step.connections) {
    const source = sources.get(connection);
    const lineage = source && lineageOf(source, lineages);
    if (lineage === undefined) return null;
    inputs.push({ connection, lineage });
  }
  return inputs;
}

function stepLineage(work: Work): StepLineage | null {
  const batch = work.inputs.filter(({ lineage }) => lineage.length > 0);
  if (!acceptsBatches(work, batch) || !sameWithinProperty(work, batch)) return null;
  if (!dimensionsFit(work, batch) || !lineagesFit(work, batch)) return null;
  if (batch.length === 0) return scalarLineage(work);
  if (!gatesFit(work, batch)) return null;
  const { offsets, reference, outputOffset } = work.step.block;
  const longest = batch.reduce((a, b) => (b.lineage.length > a.lineage.length ? b : a)).lineage;
  // Without offsets all batches are of one length; with them, those of offset 0 may be single values, and the list stays a list.
  const own = Object.keys(offsets).length === 0 ? longest : longest.slice(0, dimensionOfOffset0(work, batch));
  const execution = outputOffset < 0 ? own.slice(0, -1) : own;
  const children = longest.length > execution.length ? longest : null;
  const named = batch.find(({ connection }) => connection.property === reference);
  const output = outputLineage(named?.lineage ?? own, work.step);
  return { execution, children, output, deeper: deeperLineages(output, children, work.step), simd: true };
}

/** Batches may enter only where the block says so, if it says so anywhere. */
function acceptsBatches({ step, report }: Work, batch: readonly Input[]): boolean {
  const { batches, batchesOrScalars, autoBatch } = step.block;
  const taking = [...batches, ...batchesOrScalars, ...autoBatch];
  if (taking.length === 0) return true;
  const wrong = batch.filter(({ connection }) => !taking.includes(connection.property));
  for (const { connection } of wrong) {
    const what = `"${connection.property}" takes one value for all elements, but ${connection.text} is a batch`;
    report("ExecutionGraphStructureError", what, connection.path);
  }
  return wrong.length === 0;
}

function sameWithinProperty({ report }: Work, batch: readonly Input[]): boolean {
  const first = new Map<string, Input>();
  for (const input of batch) {
    const { property, path, text } = input.connection;
    const other = first.get(property);
    if (other === undefined) first.set(property, input);
    else if (other.lineage.length !== input.lineage.length) {
      const what = `"${property}" mixes ${show(other)} with ${text} of dimensionality ${input.lineage.length}`;
      report("StepInputDimensionalityError", what, path);
      return false;
    }
  }
  return true;
}

function dimensionsFit(work: Work, batch: readonly Input[]): boolean {
  const { step, inputs, report } = work;
  const { offsets, outputOffset, batches, autoBatch } = step.block;
  const error = "StepInputDimensionalityError";
  const isCast = inputs.some(({ connection }) => [...batches, ...autoBatch].includes(connection.property));
  if (batch.length === 0 && outputOffset < 0 && !isCast) {
    report(error, "removes a level of batch, but its inputs are single values");
    return false;
  }
  if (Object.keys(offsets).length === 0) {
    const odd = batch.find(({ lineage }) => lineage.length !== batch[0]?.lineage.length);
    if (odd === undefined || batch[0] === undefined) return true;
    report(
      error,
      `takes inputs of one dimensionality, but gets ${show(batch[0])} and ${show(odd)}`,
      odd.connection.path,
    );
    return false;
  }
  return offsetsFit(work, batch);
}

function offsetsFit(work: Work, batch: readonly Input[]): boolean {
  const { step, inputs, report } = work;
  const { offsets } = step.block;
  const base = baseOf(work, batch);
  const zero = dimensionOfOffset0(work, batch);
  const wrong = inputs.filter(({ connection, lineage }) => {
    const offset = offsets[connection.property] ?? 0;
    return (lineage.length > 0 || offset > 0) && lineage.length !== zero + offset;
  });
  for (const input of wrong) {
    const expected = zero + (offsets[input.connection.property] ?? 0);
    const beside = base === undefined ? "" : ` beside ${show(base)}`;
    const what = `"${input.connection.property}" takes dimensionality ${expected}${beside}, but gets ${show(input)}`;
    report("StepInputDimensionalityError", what, input.connection.path);
  }
  return wrong.length === 0;
}

/** The input that the offsets are counted from: the reference, or the first batch when that is a single value. */
function baseOf({ step }: Work, batch: readonly Input[]): Input | undefined {
  return batch.find(({ connection }) => connection.property === step.block.reference) ?? batch[0];
}

function dimensionOfOffset0(work: Work, batch: readonly Input[]): number {
  const base = baseOf(work, batch);
  if (base === undefined) return 0;
  return Math.max(0, base.lineage.length - (work.step.block.offsets[base.connection.property] ?? 0));
}

/** At most two lengths, one lineage for each, the shorter being the longer without its last level. */
function lineagesFit({ report }: Work, batch: readonly Input[]): boolean {
  const [first, ...others] = batch.toSorted((a, b) => b.lineage.length - a.lineage.length);
  for (const other of others) {
    if (first === undefined || isPrefix(other.lineage, first.lineage)) continue;
    report("StepInputLineageError", unrelated(first, other), other.connection.path);
    return false;
  }
  return true;
}

function unrelated(a: Input, b: Input): string {
  return (
    `${a.connection.text} and ${b.connection.text} come from different batches ` +
    `(${a.lineage.join(" / ")} and ${b.lineage.join(" / ")}), so their elements do not correspond`
  );
}

/** Nothing batch-oriented comes in: the step runs once, or once for each element that its deepest gate lets through. */
function scalarLineage(work: Work): StepLineage | null {
  const { step, gates, report } = work;
  const deepest = gates.reduce<Lineage>((a, b) => (b.length > a.length ? b : a), []);
  const odd = gates.find((gate) => !isPrefix(gate, deepest));
  if (odd !== undefined) {
    return report(
      "ControlFlowDefinitionError",
      `is controlled by unrelated batches: ${odd.join(" / ")} and ${deepest.join(" / ")}`,
    );
  }
  const simd = deepest.length > 0;
  const output = outputLineage(deepest, step);
  const rest = { output, deeper: deeperLineages(output, null, step), simd };
  // A block that takes a level away from single values gets them as a list, one for each element its gates let through.
  if (step.block.outputOffset < 0) return { execution: output, children: deepest, ...rest };
  return { execution: deepest, children: null, ...rest };
}

function gatesFit({ gates, report }: Work, batch: readonly Input[]): boolean {
  const odd = gates.find((gate) => !batch.some(({ lineage }) => isPrefix(gate, lineage)));
  if (odd === undefined) return true;
  const data = batch.map(({ lineage }) => lineage.join(" / ")).join("; ");
  report(
    "ControlFlowDefinitionError",
    `is controlled for each of ${odd.join(" / ")}, which its data (${data}) does not belong to`,
  );
  return false;
}

function outputLineage(reference: Lineage, { block, name }: ParsedStep): Lineage {
  if (block.outputOffset < 0) return reference.slice(0, -1);
  return block.outputOffset > 0 ? [...reference, `$steps.${name}`] : reference;
}

/** Outputs of one name for a batch share it, so that their elements correspond; others do not. */
function deeperLineages(output: Lineage, children: Lineage | null, { block, name }: ParsedStep): Map<string, Lineage> {
  const idOf = (batch: string) => (batch === CHILDREN && children?.at(-1)) || `$steps.${name}/${batch}`;
  const entries = Object.entries(block.nesting ?? {});
  return new Map(entries.map(([port, batches]) => [port, [...output, ...batches.map(idOf)]]));
}

function show({ connection, lineage }: Input): string {
  return `${connection.text} of dimensionality ${lineage.length}`;
}

function reporter(step: ParsedStep, issues: Issue[]): Work["report"] {
  return (errorClass, what, path) => {
    issues.push({
      code: CODES[errorClass] ?? "COMPILE_STEP",
      class: errorClass,
      path: path ?? step.path,
      message: `step "${step.name}" (${step.block.type}): ${what}`,
    });
    return null;
  };
}

const CODES: Readonly<Record<string, string>> = {
  ExecutionGraphStructureError: "COMPILE_BATCH_AS_SCALAR",
  StepInputDimensionalityError: "COMPILE_DIMENSIONALITY",
  StepInputLineageError: "COMPILE_LINEAGE",
  ControlFlowDefinitionError: "COMPILE_CONTROL_FLOW",
};
