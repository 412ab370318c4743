import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ModelError, messageOf } from "../base/errors.ts";

/** Reads a model file; throws `ModelError` MODEL_UNREADABLE. */
export async function readModelFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ModelError("MODEL_UNREADABLE", `model "${path}": ${messageOf(error)}`, { path }, { cause: error });
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
