import { existsSync } from "node:fs";
import { join } from "node:path";
import { shimMark } from "../../../inference/gpu/ort-shim.ts";
import { markAt } from "../../../inference/gpu/runtime-files.ts";
import { readPlaced, runtimeHere } from "./install-gpu.ts";
import { type MissingLibrary, missingFor } from "./missing-libraries.ts";

export interface GpuStatus {
  release: string;
  folder: string;
  /** Whether options reach providers; `outdated`: by a library of another version of the program. */
  options: "passed on" | "outdated" | "not passed on";
  /** Where libraries of providers were taken from. */
  from: string | null;
  providers: ProviderStatus[];
}

interface ProviderStatus {
  provider: "cuda" | "tensorrt";
  isThere: boolean;
  /** What the loader does not find for it; null where it is absent or cannot be asked. */
  missing: MissingLibrary[] | null;
}

/** Looks at the libraries beside the binding. Nothing is loaded, so whether the GPU itself answers is for `doctor --config` to say. */
export async function gpuStatus(runtime: string | undefined): Promise<GpuStatus> {
  const { release, folder, entry } = runtimeHere(runtime);
  const mark = markAt(entry);
  const isCurrent = mark === (await shimMark(release));
  const providers = (["cuda", "tensorrt"] as const).map((provider): ProviderStatus => {
    const path = join(folder, `libonnxruntime_providers_${provider}.so`);
    const isThere = existsSync(path);
    return { provider, isThere, missing: isThere ? missingFor(path) : null };
  });
  const { from } = await readPlaced(folder);
  return {
    release,
    folder,
    options: mark === null ? "not passed on" : isCurrent ? "passed on" : "outdated",
    from,
    providers,
  };
}
