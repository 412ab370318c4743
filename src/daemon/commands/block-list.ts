import { z } from "zod";
import type { BlockManifest } from "../../blocks/contract/block.ts";
import { CORE } from "../../blocks/registry/core.ts";
import type { Installed } from "../../blocks/registry/installed.ts";
import { knownHere } from "../../expansion/open-library.ts";

/** One block type that is known, as `millrace blocks --json` prints it. */
export interface BlockEntry {
  /** Full type id. */
  type: string;
  /** Other type ids of the same block. */
  aliases: readonly string[];
  /** What it does. */
  summary: string;
  /** What the block is for; absent where the block does not say. */
  category?: string;
  /** Whether it runs here. */
  runs: boolean;
  /** Why it does not run here. */
  reason?: string;
  /** What serves its purpose here. */
  instead?: string;
  /** What the block declares, as JSON. */
  manifest: {
    properties: unknown;
    outputs: Readonly<Record<string, readonly string[]>>;
    /** Steps name outputs of their own in their properties. */
    dynamicOutputs: boolean;
    batches: readonly string[];
    outputOffset: number;
    acceptsEmpty: boolean;
    flow: boolean;
    stateful: boolean;
    example: Readonly<Record<string, unknown>>;
  };
}

/** Every known block type once, those of plugins among them: first those that run, then the others. */
export function listBlocks(installed: Installed = CORE): BlockEntry[] {
  const off = installed.switchedOff.map(({ block, reason }): BlockManifest => {
    return { ...block, unsupported: { reason: `it is switched off: ${reason}`, instead: null } };
  });
  const entries = [...new Set(knownHere(installed).values()), ...off].map(entryOf);
  return [...entries.filter(({ runs }) => runs), ...entries.filter(({ runs }) => !runs)];
}

function entryOf(block: BlockManifest): BlockEntry {
  const { type, aliases, summary, category, unsupported } = block;
  const words = { type, aliases, summary, ...(category === undefined ? {} : { category }) };
  return { ...words, runs: unsupported === null, ...whyNot(unsupported), manifest: manifestOf(block) };
}

function whyNot(unsupported: BlockManifest["unsupported"]): Pick<BlockEntry, "reason" | "instead"> {
  if (unsupported === null) return {};
  const { reason, instead } = unsupported;
  return { reason, ...(instead === null ? {} : { instead }) };
}

function manifestOf(block: BlockManifest): BlockEntry["manifest"] {
  const { outputs, batches, outputOffset, acceptsEmpty, flow, stateful, example } = block;
  const properties = z.toJSONSchema(block.schema, { io: "input", unrepresentable: "any" });
  const dynamicOutputs = block.dynamicOutputs !== null;
  return { properties, outputs, dynamicOutputs, batches, outputOffset, acceptsEmpty, flow, stateful, example };
}
