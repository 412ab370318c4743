import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Execution providers of ONNX Runtime that are ever tried. */
export type ProviderName = "tensorrt" | "cuda" | "cpu";

/** Detects that the library of a provider is not installed; the runtime's own message names neither file nor place. */
export function missingLibrary(provider: ProviderName): string | null {
  if (provider === "cpu") return null;
  const name = `libonnxruntime_providers_${provider}.so`;
  const folder = join(createRequire(import.meta.url).resolve("onnxruntime-node"), "../../bin/napi-v6");
  const place = join(folder, process.platform, process.arch);
  return existsSync(place) && !existsSync(join(place, name)) ? `${name} is not installed with onnxruntime-node` : null;
}
