import type { BlockCode, Expansion, OnError } from "../blocks/contract/code.ts";
import type { PortModel } from "../blocks/contract/fields.ts";

// The result of compilation: plain data that survives structured clone and is all that the engine ever sees.

/** A nesting of batches. Level 0 holds scalars (one value); a level's elements each belong to one element of its parent. */
export interface PlanLevel {
  parent: number | null;
  /** Identifiers of the batches from the outside in; empty for level 0. */
  lineage: readonly string[];
  /** The outermost batch is that of the workflow's inputs; others begin inside. */
  isFromInputs: boolean;
}

/** A column of values: a workflow input or one output of a step. */
export interface PlanSlot {
  level: number;
  kinds: readonly string[];
}

/** An input of a definition. */
export interface PlanInput {
  /** Name in the definition. */
  name: string;
  /** A batch input takes one value for each element; a parameter takes one value. */
  batch: boolean;
  /** Kinds that it takes. */
  kinds: readonly string[];
  /** Levels of lists that a value has; 0 for a parameter. */
  dimensionality: number;
  /** What a parameter has that is not given. */
  defaultValue: unknown;
  /** Its column of values. */
  slot: number;
}

/** Where a property's value comes from while running. */
export interface PlanBinding {
  property: string;
  /** Element of a list or key of a map that the value fills; null for the whole property. */
  key: string | number | null;
  slot: number;
  /**
   * `scalar`: one value for all; `element`: the element's own; `children`: the list of values one level deeper;
   * `repeated`: one value as often as there are children.
   */
  reach: "scalar" | "element" | "children" | "repeated";
  /** A parameter of the workflow, whose null is a value; any other null is a missing value. */
  isParameter: boolean;
  /** Kinds that the value is held to while running, as nothing was known of it before; empty for all others. */
  heldTo: readonly string[];
}

/** A flow-control step must have chosen this step. */
export interface PlanGate {
  /** Index of the flow-control step in `Plan.steps`. */
  step: number;
  level: number;
  target: string;
  /** It chooses whole elements of the step, or the children in their lists. */
  reach: "element" | "children";
}

export interface PlanStep {
  name: string;
  type: string;
  /** Level whose elements the block is called for. */
  level: number;
  /** Level whose elements the block gets in lists: below `level`, or 0 for a list of one; null when there are none. */
  children: number | null;
  /** Level of the outputs. */
  outputLevel: number;
  /** Some input or gate is batch-oriented; otherwise the step runs once with plain values. */
  simd: boolean;
  literals: Readonly<Record<string, unknown>>;
  bindings: readonly PlanBinding[];
  gates: readonly PlanGate[];
  outputs: readonly PlanStepOutput[];
  /** Elements must reach the step in frame order. */
  stateful: boolean;
  /** The step calls models, which run on threads of their own. */
  needsModels: boolean;
  /** Models that its properties name. */
  models: readonly PlanModel[];
  /** Properties that name classes of these models. */
  classProperties: readonly string[];
  /** The step only feeds pictures: it may be skipped while there is no viewer. */
  pictureOnly: boolean;
  /** Outputs of the workflow that need such a step; empty for all others. */
  pictures: readonly string[];
  /** Why the step cannot run here; null in a plan that is to run. */
  unsupported: string | null;
  /** Definition of the block when it is written in the document itself. */
  code: BlockCode | null;
  /** The fallback where it failed. */
  onError: OnError;
  /** Workflows that run inside the step; null for a step without. */
  subworkflow: Subworkflow | null;
}

export interface PlanStepOutput {
  name: string;
  slot: number;
  kinds: readonly string[];
  /** Levels below the step's output level that the values are nested in, from the outside in. */
  below: readonly number[];
}

/** Workflows that run inside a step: compiled with the definition, or while the step runs. */
export type Subworkflow = ForEachSubworkflow | SwitchSubworkflow | DynamicSubworkflow;

/** One workflow for every item of some inputs. */
export interface ForEachSubworkflow {
  type: "for_each";
  plan: Plan;
  /** Inputs of the workflow that hold one item each. */
  over: readonly BoundInput[];
  /** Inputs of the workflow that all items share. */
  shared: readonly BoundInput[];
  /** Items are detections and entries of lists, or the elements of a batch one level below the step. */
  iterate: "items" | "elements";
}

/** The workflow of the first case that holds for a value. */
export interface SwitchSubworkflow {
  type: "switch";
  cases: readonly { when: SwitchTest; plan: Plan }[];
  shared: readonly BoundInput[];
}

/** An input of a workflow inside a step, and the property of the step that brings its value. */
export interface BoundInput {
  name: string;
  property: string;
}

/** Null holds always; of an object every comparison must hold. */
export type SwitchTest = Readonly<Record<string, unknown>> | null;

/** A workflow that the step's code makes while it runs. */
export interface DynamicSubworkflow extends Expansion {
  type: "dynamic";
  /** What `$inputs` of a generated workflow may name. */
  inputs: readonly ExpansionInput[];
  /** Blocks and dynamic workflows of the document, as they are written. */
  definitions: readonly object[];
}

export interface ExpansionInput {
  name: string;
  kinds: readonly string[];
  /** 0: one value for all elements; 1: the element's own; 2: a list of each element. */
  depth: 0 | 1 | 2;
}

/** One field of the result: a slot, or all outputs of a step under their names. */
export interface PlanOutput {
  name: string;
  source: { type: "slot"; slot: number } | { type: "all"; slots: readonly { name: string; slot: number }[] };
  coordinates: "own" | "parent";
  picture: boolean;
}

/** What an image input's pixels are used for; the decoder delivers no more than this. */
export interface PixelNeeds {
  input: string;
  /** Crops, drawing, code or results need the full picture. */
  full: boolean;
  /** Models that read the full picture. */
  models: readonly PlanModel[];
}

/** A model of the plan with its task (null where only code decides): its id, or the parameter that holds it. */
export type PlanModel = Pick<PortModel, "prefix"> & { task: PortModel["task"] | null } & (
    | { id: string }
    | { parameter: string }
  );

/** A compiled definition, as plain data. */
export interface Plan {
  /** Levels of nesting of batches, from the outside in. */
  levels: readonly PlanLevel[];
  /** Columns of values that steps read and write. */
  slots: readonly PlanSlot[];
  /** Inputs of the definition. */
  inputs: readonly PlanInput[];
  /** In order of execution. */
  steps: readonly PlanStep[];
  /** Outputs of the definition. */
  outputs: readonly PlanOutput[];
  /** What a decoder has to deliver for each image input. */
  pixels: readonly PixelNeeds[];
  /** All models. */
  models: readonly PlanModel[];
}

/** The workflows inside a step that were compiled with the definition. */
export function plansOf(subworkflow: Subworkflow): readonly Plan[] {
  if (subworkflow.type === "dynamic") return [];
  return subworkflow.type === "for_each" ? [subworkflow.plan] : subworkflow.cases.map(({ plan }) => plan);
}

/** Types of the steps of a plan and of the workflows inside of them, code of the document among them, and whether a step generates more. */
export function typesIn(plan: Plan): { types: ReadonlySet<string>; generates: boolean } {
  const types = new Set<string>();
  let generates = false;
  const visit = ({ steps }: Plan) => {
    for (const { type, subworkflow } of steps) {
      types.add(type);
      if (subworkflow === null) continue;
      generates ||= subworkflow.type === "dynamic";
      for (const inner of plansOf(subworkflow)) visit(inner);
    }
  };
  visit(plan);
  return { types, generates };
}
