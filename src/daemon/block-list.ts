import { z } from "zod";
import { BLOCKS } from "../blocks/catalogue.ts";

/** One entry of the catalogue, as `millrace blocks --json` prints it. */
export interface BlockEntry {
  type: string;
  aliases: readonly string[];
  summary: string;
  runs: boolean;
  reason?: string;
  manifest: {
    properties: unknown;
    outputs: Readonly<Record<string, readonly string[]>>;
    batches: readonly string[];
    outputOffset: number;
    acceptsEmpty: boolean;
    flow: boolean;
    stateful: boolean;
    example: Readonly<Record<string, unknown>>;
  };
}

export function listBlocks(): BlockEntry[] {
  return BLOCKS.map((block) => {
    const { type, aliases, summary, outputs, batches, outputOffset, acceptsEmpty, flow, stateful, example } = block;
    const properties = z.toJSONSchema(block.schema, { io: "input", unrepresentable: "any" });
    const manifest = { properties, outputs, batches, outputOffset, acceptsEmpty, flow, stateful, example };
    return { type, aliases, summary, runs: true, manifest };
  });
}
