import { z } from "zod";
import { lazy } from "../base/lazy.ts";
import { Code, DynamicInput, Manifest, OnError } from "./dynamic-block.ts";

// Steps whose code makes a workflow while it runs, written in the definition itself.

/** A number with its default and the most it may be set to. */
function limit(standard: number, most: number) {
  return z.int().min(1).max(most).default(standard);
}

const Limits = lazy(() =>
  z.strictObject({
    max_steps: limit(64, 1024),
    max_depth: limit(3, 8),
    max_expansions: limit(16, 256),
    max_frame_steps: limit(512, 4096),
    max_literal_bytes: limit(262_144, 4_194_304),
    max_plans: limit(32, 512),
    expand_ms: limit(250, 10_000),
    compile_ms: limit(10_000, 120_000),
    run_ms: limit(5000, 60_000),
  }),
);

const Output = lazy(() =>
  z.object({
    type: z.literal("DynamicOutputDefinition"),
    kind: z.array(z.string()).default([]),
    dimensionality_offset: z.literal([0, 1]).default(0),
    nesting: z.string().min(1).nullable().default(null),
    optional: z.boolean().default(false),
  }),
);

const WorkflowManifest = lazy(() =>
  z.object({
    ...Manifest().shape,
    inputs: z.record(z.string(), DynamicInput()),
    outputs: z.record(z.string(), Output()).default({}),
    output_dimensionality_offset: z.literal(0).default(0),
  }),
);

const Preload = lazy(() => z.looseObject({ type: z.string(), model_id: z.string() }));

export const DynamicWorkflowDefinition = lazy(() =>
  z.object({
    type: z.literal("DynamicWorkflowDefinition"),
    manifest: WorkflowManifest(),
    code: Code(),
    expands_with: z.array(z.string()).nullable().default(null),
    preload: z.array(Preload()).default([]),
    execution: z.object({ mode: z.enum(["local", "isolated"]).default("local") }).default({ mode: "local" }),
    limits: Limits().default(Limits().parse({})),
    recursive: z.boolean().default(false),
    on_error: OnError(),
    on_cold: z.enum(["wait", "skip", "last"]).default("wait"),
    failure_policy: z.enum(["fail_fast", "run_to_completion"]).default("fail_fast"),
    emit_sub_pipeline: z.enum(["on_change", "always", "never"]).default("on_change"),
  }),
);

export type DynamicWorkflowDefinition = z.output<ReturnType<typeof DynamicWorkflowDefinition>>;
