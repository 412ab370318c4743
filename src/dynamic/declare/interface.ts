import { pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import { isKnownKind } from "../../definition/document.ts";
import type { DynamicManifest as BlockManifest } from "../../definition/dynamic-block.ts";
import { KIND_NAMES } from "../../kinds/kinds.ts";

export interface BlockFault {
  /** JSON pointer in the definition of the block. */
  at: string;
  what: string;
  /** Error class of the reference implementation. */
  errorClass: "DynamicBlockError" | "DynamicBlockCodeError" | "BlockInterfaceError";
  hint?: string;
  /** Lines of the code around the fault. */
  excerpt?: string;
  /** The block is in order as far as can be seen, but this machine lacks what runs it: ends "it cannot run here: ...". */
  unavailable?: string;
  /** It runs, but is most likely a mistake. */
  isWarning?: true;
}

type DynamicManifest = Omit<BlockManifest, "outputs"> & { outputs: Readonly<Record<string, { kind: string[] }>> };

const NO_KINDS: ReadonlySet<string> = new Set();

/** What cannot be meant in a block's declaration: inputs, kinds, dimensions, lists of batch inputs. */
export function interfaceFaults(manifest: DynamicManifest, kinds = NO_KINDS): BlockFault[] {
  return [
    ...tensorFaults(manifest),
    ...inputFaults(manifest, kinds),
    ...outputFaults(manifest, kinds),
    ...referenceFaults(manifest),
    ...offsetFaults(manifest),
    ...listFaults(manifest),
  ];
}

function tensorFaults({ tensor_compatibility: wanted }: DynamicManifest): BlockFault[] {
  if (wanted !== "tensor_native") return [];
  const what = "wants tensors of a GPU, but values reach code as pictures, numbers and lists in main memory";
  const hint = 'leave out "tensor_compatibility", and let the code take images and detections';
  return [{ at: "/manifest/tensor_compatibility", what, errorClass: "DynamicBlockError", hint }];
}

function inputFaults(manifest: DynamicManifest, known: ReadonlySet<string>): BlockFault[] {
  return Object.entries(manifest.inputs).flatMap(([name, input]) => {
    const at = `/manifest${pointer(["inputs", name])}`;
    const kinds = Object.values(input.selector_data_kind).flat();
    const faults = kinds
      .filter((kind) => !isKnownKind(kind) && !known.has(kind))
      .map((kind) => unknownKind(`${at}/selector_data_kind`, kind, known));
    if (input.selector_types.length > 0 || input.value_types.length > 0) return faults;
    const what = `has an input "${name}" with neither selector_types nor value_types`;
    return [{ at, what, errorClass: "DynamicBlockError" as const }, ...faults];
  });
}

function outputFaults(manifest: DynamicManifest, known: ReadonlySet<string>): BlockFault[] {
  return Object.entries(manifest.outputs).flatMap(([name, { kind }]) => {
    const unknown = kind.filter((one) => !isKnownKind(one) && !known.has(one));
    return unknown.map((one) => unknownKind(`/manifest${pointer(["outputs", name])}/kind`, one, known));
  });
}

function unknownKind(at: string, kind: string, known: ReadonlySet<string>): BlockFault {
  const hint = suggest(kind, [...KIND_NAMES, ...known]);
  return { at, what: `names an unknown kind "${kind}"`, errorClass: "DynamicBlockError", ...(hint ? { hint } : {}) };
}

function referenceFaults(manifest: DynamicManifest): BlockFault[] {
  const references = Object.values(manifest.inputs).filter((input) => input.is_dimensionality_reference);
  if (references.length <= 1) return [];
  const what = "has more than one dimensionality reference";
  return [{ at: "/manifest/inputs", what, errorClass: "DynamicBlockError" }];
}

/** Offsets are 0 or 1, some input has 0; where they differ, the outputs follow a reference and stay on its level. */
function offsetFaults({ inputs, output_dimensionality_offset: outputOffset }: DynamicManifest): BlockFault[] {
  const faults: BlockFault[] = [];
  const add = (at: string, what: string) => faults.push({ at, what, errorClass: "BlockInterfaceError" });
  const offsets = Object.values(inputs).map((input) => input.dimensionality_offset);
  for (const [name, input] of Object.entries(inputs)) {
    if (input.dimensionality_offset >= 0) continue;
    add(
      `/manifest${pointer(["inputs", name, "dimensionality_offset"])}`,
      `has an input "${name}" with a negative offset`,
    );
  }
  if (offsets.length > 0 && offsets.every((offset) => offset > 0)) {
    add("/manifest/inputs", "has no input of dimensionality offset 0");
  }
  if (new Set(offsets).size <= 1) return faults;
  if (!Object.values(inputs).some((input) => input.is_dimensionality_reference)) {
    add("/manifest/inputs", "has inputs of different dimensionality, so one must be the dimensionality reference");
  }
  if (outputOffset !== 0) {
    add(
      "/manifest/output_dimensionality_offset",
      "has inputs of different dimensionality, so its outputs take no offset",
    );
  }
  return faults;
}

const LISTS = [
  "batch_oriented_parameters",
  "parameters_with_scalars_and_batches",
  "get_parameters_enforcing_auto_batch_casting",
] as const;

function listFaults(manifest: DynamicManifest): BlockFault[] {
  return LISTS.flatMap((list) => {
    const unknown = manifest[list].filter((name) => !Object.hasOwn(manifest.inputs, name));
    return unknown.map((name): BlockFault => {
      return { at: `/manifest/${list}`, what: `names "${name}", which is no input`, errorClass: "BlockInterfaceError" };
    });
  });
}
