import { type Image, isImage } from "../../kinds/image.ts";
import type { ModelService } from "../contract/services.ts";

/** The vector of an image or a text by a model with a tower for each; null for what is neither. */
export async function embed(data: unknown, model: string, models: ModelService): Promise<Float32Array | null> {
  if (isImage(data)) return (await models.run("embed", model, [data as Image], {}))[0]?.reply.vector ?? null;
  if (typeof data === "string") return (await models.run("embed_text", model, [data], {}))[0]?.reply.vector ?? null;
  return null;
}

/** A step whose data is a text for certain asks its model for texts, too. */
export function asksForTexts(prefix: string) {
  return ({ data, version }: { data?: unknown; version?: string }) =>
    typeof data === "string" && version !== undefined
      ? [{ task: "embed_text" as const, id: `${prefix}${version}` }]
      : [];
}
