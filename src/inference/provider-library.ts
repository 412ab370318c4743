import { existsSync } from "node:fs";
import { join } from "node:path";
import { runtimeFiles } from "./gpu/runtime-files.ts";

/** Execution providers of ONNX Runtime that are ever tried. */
export type ProviderName = "tensorrt" | "cuda" | "cpu";

/** Detects that the library of a provider is not installed; the runtime's own message names neither file nor place. */
export function missingLibrary(provider: ProviderName): string | null {
  if (provider === "cpu") return null;
  const name = `libonnxruntime_providers_${provider}.so`;
  const { folder } = runtimeFiles();
  return existsSync(folder) && !existsSync(join(folder, name))
    ? `${name} is not installed with onnxruntime-node`
    : null;
}
