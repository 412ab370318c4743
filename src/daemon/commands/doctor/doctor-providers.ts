import { passesOptions } from "../../../inference/gpu/runtime-files.ts";
import { missingLibrary } from "../../../inference/provider-library.ts";
import type { Config } from "../../config/schema/config-schema.ts";
import { Inference } from "../../config/schema/model-schema.ts";
import type { Finding } from "./doctor.ts";

/** Says which libraries of providers are there, and whether options reach them. */
export function examineProviders(config: Config | null): Finding[] {
  const libraries = (["tensorrt", "cuda", "cpu"] as const).map((provider): Finding => {
    const missing = missingLibrary(provider);
    if (missing === null) return { id: `provider_${provider}`, status: "ok", found: "its library is there" };
    const advice = "to run on an NVIDIA GPU: millrace gpu install --from FOLDER (docs/gpu.md)";
    return { id: `provider_${provider}`, status: "warning", found: missing, advice };
  });
  return [...libraries, examineOptions(config)];
}

function examineOptions(config: Config | null): Finding {
  const id = "gpu_options";
  if (passesOptions())
    return { id, status: "ok", found: "inference.tensorrt and inference.cuda reach their providers" };
  const found = "inference.tensorrt and inference.cuda have no effect: their options are not passed on";
  const usual = Inference.parse({});
  const isAsked = (["tensorrt", "cuda"] as const).some(
    (key) => config !== null && JSON.stringify(config.inference[key]) !== JSON.stringify(usual[key]),
  );
  return isAsked ? { id, status: "warning", found, advice: "millrace gpu install" } : { id, status: "ok", found };
}
