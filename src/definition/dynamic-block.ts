import { z } from "zod";
import { lazy } from "../base/lazy.ts";

// Blocks written in the definition itself.

const offset = lazy(() => z.literal([-1, 0, 1]));

const SelectorType = lazy(() =>
  z.enum(["input_image", "step_output_image", "input_parameter", "step_output", "generic"]),
);
const ValueType = lazy(() => z.enum(["any", "integer", "float", "boolean", "dict", "list", "string"]));

export const DynamicInput = lazy(() =>
  z.object({
    type: z.literal("DynamicInputDefinition"),
    has_default_value: z.boolean().default(false),
    default_value: z.unknown().default(null),
    is_optional: z.boolean().default(false),
    is_dimensionality_reference: z.boolean().default(false),
    dimensionality_offset: offset().default(0),
    selector_types: z.array(SelectorType()).default([]),
    selector_data_kind: z.partialRecord(SelectorType(), z.array(z.string())).default({}),
    value_types: z.array(ValueType()).default([]),
  }),
);

const DynamicOutput = lazy(() =>
  z.object({
    type: z.literal("DynamicOutputDefinition"),
    kind: z.array(z.string()).default([]),
  }),
);

export const Manifest = lazy(() =>
  z.object({
    type: z.literal("ManifestDescription"),
    block_type: z.string().min(1),
    description: z.string().nullable().default(null),
    inputs: z.record(z.string(), DynamicInput()),
    outputs: z.record(z.string(), DynamicOutput()).default({}),
    output_dimensionality_offset: offset().default(0),
    accepts_batch_input: z.boolean().default(false),
    accepts_empty_values: z.boolean().default(false),
    batch_oriented_parameters: z.array(z.string()).default([]),
    parameters_with_scalars_and_batches: z.array(z.string()).default([]),
    get_parameters_enforcing_auto_batch_casting: z.array(z.string()).default([]),
    // Written by editors for themselves.
    ui_manifest: z.unknown().optional(),
    tensor_compatibility: z.enum(["legacy_compatibility", "tensor_native"]).default("legacy_compatibility"),
  }),
);

const Persist = lazy(() =>
  z.strictObject({
    interval_s: z.number().min(0.1).max(86_400).default(10),
    max_bytes: z
      .int()
      .min(1)
      .max(64 * 2 ** 20)
      .default(2 ** 20),
  }),
);

// State scope and persistence are not the reference's.
export const Code = lazy(() =>
  z.object({
    type: z.enum(["PythonCode", "JavaScriptCode", "TypeScriptCode"]),
    run_function_code: z.string(),
    // Where the code comes from, when it lies in a file of its own; not the reference's either.
    run_function_file: z.string().min(1).optional(),
    run_function_name: z.string().default("run"),
    init_function_code: z.string().nullable().default(null),
    init_function_name: z.string().default("init"),
    imports: z.array(z.string()).default([]),
    state_scope: z.enum(["step", "source", "block"]).default("step"),
    persist: z.union([z.boolean(), Persist()]).default(false),
  }),
);

export const OnError = lazy(() => z.enum(["fail", "empty", "last"]).default("fail"));

export const DynamicBlockDefinition = lazy(() =>
  z.object({
    type: z.literal("DynamicBlockDefinition"),
    manifest: Manifest(),
    code: Code(),
    // Not the reference's.
    on_error: OnError(),
  }),
);

export type DynamicManifest = z.output<ReturnType<typeof Manifest>>;
export type DynamicBlockDefinition = z.output<ReturnType<typeof DynamicBlockDefinition>>;
export type DynamicInputDefinition = z.output<ReturnType<typeof DynamicInput>>;
export type CodeDefinition = z.output<ReturnType<typeof Code>>;
