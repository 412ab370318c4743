import type { CodeBatches } from "../../blocks/contract/code.ts";
import type { DynamicInputDefinition, DynamicManifest } from "../../definition/dynamic-block.ts";

type Manifest = Omit<DynamicManifest, "outputs">;

/** Which inputs of a block are lists whatever is connected to them; null for a block that takes one element at a time. */
export function batchesOf(manifest: Manifest): CodeBatches | null {
  const {
    batch_oriented_parameters: always,
    parameters_with_scalars_and_batches: mixed,
    get_parameters_enforcing_auto_batch_casting: enforced,
  } = manifest;
  if (!manifest.accepts_batch_input && always.length === 0 && mixed.length === 0) return null;
  const connected = Object.entries(manifest.inputs).filter(([name, input]) => {
    return !mixed.includes(name) && kindOf(input) === "batch";
  });
  return { always, connected: [...new Set([...always, ...connected.map(([name]) => name)])], enforced };
}

/** Inputs of a block for batches that are lists where a batch is connected to them. */
export function looseInputs(manifest: Manifest, { always, connected }: CodeBatches): string[] {
  const { parameters_with_scalars_and_batches: mixed } = manifest;
  // Where no input is named, any that data can flow into is meant.
  const isMeant = (input: DynamicInputDefinition) =>
    kindOf(input) === "either" || (kindOf(input) === "any" && always.length === 0 && manifest.accepts_batch_input);
  const meant = Object.entries(manifest.inputs).filter(([, input]) => isMeant(input));
  const names = [...mixed, ...meant.map(([name]) => name)];
  return [...new Set(names)].filter((name) => mixed.includes(name) || !connected.includes(name));
}

/** What the selectors of an input give: elements of a batch, single values, both, or what the lists of the block say. */
function kindOf({ selector_types: types }: DynamicInputDefinition): "batch" | "single" | "either" | "any" {
  if (types.includes("generic")) return "any";
  const isSingle = types.includes("input_parameter");
  if (!types.some((type) => type !== "input_parameter")) return "single";
  return isSingle ? "either" : "batch";
}
