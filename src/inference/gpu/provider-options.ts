import { mkdirSync } from "node:fs";
import type { InferenceSession } from "onnxruntime-node";
import type { ProviderName } from "../provider-library.ts";
import { passesOptions } from "./runtime-files.ts";

/** Options of the providers of a GPU, by the names that the runtime gives them. */
export type ProviderOptions = Readonly<Partial<Record<"tensorrt" | "cuda", Readonly<Record<string, string>>>>>;

/** The part of a session's options that says where it runs. Options reach a provider only where the library that passes them on is installed. */
export function placeOf(provider: ProviderName, options: ProviderOptions = {}): InferenceSession.SessionOptions {
  if (provider === "cpu" || !passesOptions()) return { executionProviders: [provider] };
  const own = options[provider] ?? {};
  for (const key of ["trt_engine_cache_path", "trt_timing_cache_path"]) {
    // TensorRT makes no folder but the last.
    if (own[key] !== undefined) mkdirSync(own[key], { recursive: true });
  }
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  const entries = { provider, ...(lines.length === 0 ? {} : { options: lines.join("\n") }) };
  return { executionProviders: ["cpu"], extra: { millrace: entries } };
}
