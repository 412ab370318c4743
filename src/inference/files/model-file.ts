import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { ModelError } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";

/** Reads a model file; throws `ModelError` MODEL_UNREADABLE. */
export async function readModelFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ModelError("MODEL_UNREADABLE", `model "${path}": ${fileFault(error)}`, { path }, { cause: error });
  }
}

/** Reads a file that was inspected; throws `ModelError` MODEL_CHANGED where it is another one now. */
export async function readUnchanged({ path, sha256 }: { path: string; sha256: string }): Promise<Buffer> {
  const bytes = await readModelFile(path);
  if (hashOf(bytes) === sha256) return bytes;
  throw new ModelError("MODEL_CHANGED", `model "${path}": the file changed since it was inspected`, { path, sha256 });
}

/** Checksum of a file without its whole in memory; null where it cannot be read. */
export async function fileHash(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  } catch {
    return null;
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
