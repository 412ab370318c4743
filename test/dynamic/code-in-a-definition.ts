type Entry = Record<string, unknown>;

export interface CodeBlockOptions {
  inputs?: Record<string, Entry>;
  outputs?: Record<string, Entry>;
  manifest?: Entry;
  code?: Entry;
}

/** An input that takes anything, also as a literal. */
export const anything = { type: "DynamicInputDefinition", selector_types: ["generic"], value_types: ["any"] };

/** A block written in a definition; its input is `value` and its output `out` unless told otherwise. */
export function codeBlock(
  type: string,
  source: string,
  { inputs, outputs, manifest, code }: CodeBlockOptions = {},
): Entry {
  return {
    type: "DynamicBlockDefinition",
    manifest: {
      type: "ManifestDescription",
      block_type: type,
      inputs: inputs ?? { value: anything },
      outputs: outputs ?? { out: { type: "DynamicOutputDefinition" } },
      ...manifest,
    },
    code: { type: "JavaScriptCode", run_function_code: source, ...code },
  };
}
