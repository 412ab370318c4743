import type { DynamicBlockDefinition, DynamicInputDefinition } from "../../definition/dynamic-block.ts";
import { batchesOf, looseInputs } from "./batch-inputs.ts";

/** An input as the code of a block sees it. */
export interface InputSignature {
  name: string;
  /** Kinds of data that may flow in; empty for one that takes literals alone. */
  kinds: readonly string[];
  literals: DynamicInputDefinition["value_types"];
  isOptional: boolean;
  /** Values may be missing. */
  isNullable: boolean;
  /** Lists around the value: of a deeper level, of a whole batch. */
  lists: 0 | 1 | 2;
  /** It takes batches and single values, so that the outermost list may be absent. */
  isMixed: boolean;
}

/** What goes in and out of `run`, from the manifest of a block. */
export interface BlockSignature {
  type: string;
  inputs: readonly InputSignature[];
  outputs: readonly { name: string; kinds: readonly string[] }[];
  /** A call gets a whole batch, and returns a list with one result for each element. */
  isBatch: boolean;
  /** One result is a list of outputs. */
  isList: boolean;
}

export function blockSignature({ manifest }: DynamicBlockDefinition): BlockSignature {
  const batches = batchesOf(manifest);
  const listed = batches === null ? [] : [...batches.connected, ...looseInputs(manifest, batches)];
  return {
    type: manifest.block_type,
    inputs: Object.entries(manifest.inputs).map(([name, input]) => {
      const isData = input.selector_types.some((type) => type !== "input_parameter");
      const lists = Number(input.dimensionality_offset === 1) + Number(listed.includes(name));
      return {
        name,
        kinds: kindsOf(input),
        literals: input.value_types,
        isOptional: input.is_optional && !input.has_default_value,
        isNullable: manifest.accepts_empty_values && isData,
        lists: lists as InputSignature["lists"],
        isMixed: batches !== null && manifest.parameters_with_scalars_and_batches.includes(name),
      };
    }),
    outputs: Object.entries(manifest.outputs).map(([name, { kind }]) => ({
      name,
      kinds: kind.length === 0 ? ["*"] : kind,
    })),
    isBatch: batches !== null,
    isList: manifest.output_dimensionality_offset === 1,
  };
}

/** Selectors of pictures that name no kind bring pictures. */
function kindsOf({ selector_types: types, selector_data_kind: kinds }: DynamicInputDefinition): string[] {
  return [...new Set(types.flatMap((type) => kinds[type] ?? (type.includes("image") ? ["image"] : ["*"])))];
}
