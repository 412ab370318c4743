import type { BlockManifest } from "../../blocks/contract/block.ts";
import type { BlockCode, Expansion, ExpansionOutput } from "../../blocks/contract/code.ts";
import type { DynamicDefinition } from "../../definition/document.ts";
import type { DynamicWorkflowDefinition } from "../../definition/dynamic-workflow.ts";

// The static part of steps whose code generates workflows at run time.

/** Name of the output with the report of a step's generated workflow. */
const RESULT = "result";

/** The block of such a step: its lists open batches, shared by those of one `nesting`. */
export function expansionManifest(manifest: BlockManifest, definition: DynamicWorkflowDefinition): BlockManifest {
  const outputs = outputsOf(definition);
  const nested = outputs.filter(({ offset }) => offset === 1);
  return {
    ...manifest,
    outputs: { ...manifest.outputs, [RESULT]: ["dictionary"] },
    nesting: Object.fromEntries(nested.map(({ name, nesting }) => [name, [nesting === null ? `.${name}` : nesting]])),
    // Whole batches are given to the code, but the step stays one of single elements.
    outputOffset: 0,
  };
}

export function expansionOf(definition: DynamicWorkflowDefinition, code: Expansion["code"]): Expansion {
  const { limits, expands_with: expandsWith, recursive } = definition;
  return {
    outputs: outputsOf(definition),
    code,
    preload: definition.preload.map(({ model_id: id }) => id),
    settings: {
      expandsWith,
      recursive,
      onCold: definition.on_cold,
      failure: definition.failure_policy,
      emitSubPipeline: definition.emit_sub_pipeline,
      limits: {
        steps: limits.max_steps,
        depth: limits.max_depth,
        expansions: limits.max_expansions,
        frameSteps: limits.max_frame_steps,
        literalBytes: limits.max_literal_bytes,
        plans: limits.max_plans,
        expandMs: limits.expand_ms,
        compileMs: limits.compile_ms,
        runMs: limits.run_ms,
      },
    },
  };
}

function outputsOf({ manifest }: DynamicWorkflowDefinition): ExpansionOutput[] {
  return Object.entries(manifest.outputs).map(([name, output]) => ({
    name,
    kinds: output.kind.length === 0 ? ["*"] : output.kind,
    offset: output.dimensionality_offset,
    nesting: output.nesting,
    optional: output.optional,
  }));
}

interface ExpansionFault {
  /** Of the definition in its document. */
  index: number;
  /** JSON pointer in the definition. */
  at: string;
  code: string;
  class: string;
  message: string;
  hint?: string;
}

/** Faults of the dynamic workflows of a document that other blocks cannot have. */
export function expansionFaults(definitions: readonly DynamicDefinition[], mode: BlockCode["mode"]): ExpansionFault[] {
  return definitions.flatMap((definition, index) => {
    if (definition.type !== "DynamicWorkflowDefinition") return [];
    const faults = [
      ...resultFaults(definition),
      ...nestingFaults(definition),
      ...trustFaults(definition, mode),
      ...cycleFaults(definition, definitions),
    ];
    return faults.map((fault) => ({ index, class: "DynamicBlockError", ...fault }));
  });
}

type Fault = Omit<ExpansionFault, "index" | "class">;

function resultFaults({ manifest }: DynamicWorkflowDefinition): Fault[] {
  if (!Object.hasOwn(manifest.outputs, RESULT)) return [];
  const message = `has an output "${RESULT}", which is the name of what every such step tells of its run`;
  return [{ at: `/manifest/outputs/${RESULT}`, code: "DYNAMIC_BLOCK", message }];
}

function nestingFaults({ manifest }: DynamicWorkflowDefinition): Fault[] {
  const wrong = Object.entries(manifest.outputs).filter(
    ([, { nesting, dimensionality_offset: offset }]) => nesting !== null && offset === 0,
  );
  return wrong.map(([name]) => {
    const message = `gives the output "${name}" a nesting, but no "dimensionality_offset": 1`;
    return { at: `/manifest/outputs/${name}/nesting`, code: "DYNAMIC_BLOCK", message };
  });
}

/** Code that is not trusted must not choose among all blocks, some of which act on the world. */
function trustFaults(
  { expands_with: expandsWith, execution }: DynamicWorkflowDefinition,
  mode: BlockCode["mode"],
): Fault[] {
  if (expandsWith !== null || (mode === "local" && execution.mode === "local")) return [];
  const message = 'runs isolated, so it has to list the block types it may use in "expands_with"';
  return [{ at: "/expands_with", code: "DYN012", message }];
}

/** A workflow that may make itself again, through others or at once, has to say so. */
function cycleFaults(definition: DynamicWorkflowDefinition, all: readonly DynamicDefinition[]): Fault[] {
  if (definition.recursive) return [];
  const chain = chainTo(definition.manifest.block_type, definition, all, []);
  if (chain === null) return [];
  const message = `may make itself again: ${chain.join(" -> ")}`;
  const hint = '"recursive": true allows it, as deep as "limits.max_depth" goes';
  return [{ at: "/expands_with", code: "DYN013", message, hint }];
}

function chainTo(
  wanted: string,
  from: DynamicWorkflowDefinition,
  all: readonly DynamicDefinition[],
  path: readonly string[],
): string[] | null {
  const type = from.manifest.block_type;
  const chain = [...path, type];
  for (const next of from.expands_with ?? []) {
    if (next === wanted) return [...chain, next];
    const definition = all.find(({ manifest }) => manifest.block_type === next);
    if (definition?.type !== "DynamicWorkflowDefinition" || chain.includes(next)) continue;
    const found = chainTo(wanted, definition, all, chain);
    if (found !== null) return found;
  }
  return null;
}
