import type { Issue } from "../../base/issue.ts";
import type { BlockManifest } from "./block.ts";

/** Source text of a block written in a definition, with what the thread that runs it must know. Plain data. */
export interface BlockCode {
  /** What `source` is written in; TypeScript has become JavaScript, character for character in its place. */
  language: "javascript" | "python";
  /** The operator's choice: in the thread of the workflow, or in a process of its own. */
  mode: "local" | "isolated";
  /** Command of the interpreter for Python. */
  python: string;
  blockType: string;
  /** Where `source` comes from, as the definition names it. */
  file?: string;
  source: string;
  initSource: string | null;
  /** Both parts as the user wrote them, where that is not the same: with types. */
  written?: { source: string; initSource: string | null };
  runName: string;
  initName: string;
  /** Names of modules for JavaScript, import lines for Python. */
  imports: readonly string[];
  /** Identity of the code as the user wrote it: state does not outlive a change of it. */
  hash: string;
  /** Who shares variables: one step, one step on one camera, or all steps of the block in a workflow. */
  stateScope: StateScope;
  /** State is kept on disk; null for code that does not ask for it. */
  persist: PersistSettings | null;
  limits: CodeLimits;
  outputs: readonly string[];
  outputOffset: -1 | 0 | 1;
  /** `run` is called once for a whole batch; null for code that is called for one element after the other. */
  batches: CodeBatches | null;
  acceptsEmpty: boolean;
  onError: OnError;
}

/** Inputs of code for whole batches that are lists even where one value is given; all others are lists where a batch is connected to them. */
export interface CodeBatches {
  always: readonly string[];
  /** With something connected to them; what stands in the step stays as it is. */
  connected: readonly string[];
  /** The same, beside inputs that are batches. */
  enforced: readonly string[];
}

/** What a step answers where its code failed: nothing, so that the failure counts; empty outputs; or its last good ones. */
export type OnError = "fail" | "empty" | "last";

export type StateScope = "step" | "source" | "block";

export interface PersistSettings {
  intervalMs: number;
  /** Most bytes of the state as JSON; a larger one is not written. */
  maxBytes: number;
}

/** Times and memory hold for code in a process of its own; the bounds of what it prints hold everywhere. */
export interface CodeLimits {
  callMs: number;
  initMs: number;
  memoryMb: number;
  /** Most characters that one call may print. */
  outputPerCall: number;
  outputPerMinute: number;
}

export const CODE_LIMITS: CodeLimits = {
  callMs: 250,
  initMs: 5000,
  memoryMb: 64,
  outputPerCall: 16_384,
  outputPerMinute: 1_048_576,
};

/** The blocks a document brings itself. */
export interface DynamicBlocks {
  manifests: readonly BlockManifest[];
  /** By block type. */
  code: ReadonlyMap<string, BlockCode>;
  /** What is in order and most likely not meant. */
  warnings?: readonly Issue[];
  /** Of the types whose code makes workflows: how these are bounded, and what they give. */
  expansions?: ReadonlyMap<string, Expansion>;
}

/** How a step that makes workflows while it runs is bounded, and what it gives. Plain data. */
export interface Expansion {
  outputs: readonly ExpansionOutput[];
  settings: ExpansionSettings;
  /** Models to start with the workflow. */
  preload: readonly string[];
  /** How blocks of code run that generated workflows use. */
  code: Pick<BlockCode, "mode" | "python"> & Pick<CodeLimits, "callMs">;
}

export interface ExpansionOutput {
  name: string;
  kinds: readonly string[];
  /** 1: a list for each element. */
  offset: 0 | 1;
  /** Outputs of the same name have lists whose entries correspond. */
  nesting: string | null;
  optional: boolean;
}

export interface ExpansionSettings {
  /** Block types that generated workflows may use; null for all. */
  expandsWith: readonly string[] | null;
  /** The step's own type may stand in what it generates. */
  recursive: boolean;
  limits: ExpansionLimits;
  onCold: "wait" | "skip" | "last";
  failure: "fail_fast" | "run_to_completion";
  emitSubPipeline: "on_change" | "always" | "never";
}

export interface ExpansionLimits {
  /** Steps of one generated workflow. */
  steps: number;
  /** Workflows inside workflows, of whatever form. */
  depth: number;
  /** Generated workflows of one frame, nested ones included, and their steps. */
  expansions: number;
  frameSteps: number;
  literalBytes: number;
  /** Compiled workflows that are kept. */
  plans: number;
  expandMs: number;
  compileMs: number;
  runMs: number;
}
