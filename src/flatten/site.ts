import type { Issue } from "../base/issue.ts";
import type { Definition, StepDefinition } from "../definition/document.ts";

/** A workflow that is named instead of written; without a version the newest is meant. */
export interface WorkflowReference {
  workspace: string;
  id: string;
  version: string | null;
}

/** The document of a reference, or null when it is not known here. */
export type ResolveWorkflow = (reference: WorkflowReference) => unknown;

/** What all nested workflows of a document share. */
export interface Flattening {
  resolve: ResolveWorkflow;
  issues: Issue[];
  warnings: Issue[];
  /** Nested workflows met so far. */
  count: number;
}

/** One of the nested workflows, or the root. */
export interface Level {
  definition: Definition;
  /** JSON pointer to the definition in the root document; what is referred to counts as written in its place. */
  path: string;
  /** 0 for the root. */
  depth: number;
  /** References on the way here. */
  chain: readonly string[];
}

/** An inner workflow step and its place. */
export interface Site {
  step: StepDefinition;
  path: string;
  parent: Level;
  work: Flattening;
}

export interface Fault {
  code: string;
  /** Error class of the reference implementation. */
  class: string;
  what: string;
  /** JSON pointer from the step. */
  at?: string;
  hint?: string;
}

export const ENTRY = { code: "INNER_WORKFLOW_ENTRY", class: "InnerWorkflowInvalidStepEntryError" } as const;
export const STRUCTURE = { code: "INNER_WORKFLOW_STRUCTURE", class: "InnerWorkflowInliningStructureError" } as const;

/** Adds a fault of a nested workflow to the list; null for the caller to return. */
export function report({ step, path, work }: Site, { what, at = "", ...rest }: Fault): null {
  work.issues.push({ ...rest, path: `${path}${at}`, message: `step "${step.name}": ${what}` });
  return null;
}
