import { join } from "node:path";
import type { ProviderOptions } from "../../inference/gpu/provider-options.ts";
import type { Config } from "./schema/config-schema.ts";

type Settings = Pick<Config, "inference"> & { state_dir?: string | undefined };

/** What the config says of the providers of a GPU, in the runtime's names. */
export function gpuOptions({ inference, state_dir: stateDir }: Settings): ProviderOptions {
  const { tensorrt, cuda } = inference;
  const cache = tensorrt.cache_dir ?? (stateDir === undefined ? undefined : join(stateDir, "engines"));
  return {
    tensorrt: written({
      device_id: tensorrt.device_id,
      trt_fp16_enable: tensorrt.fp16,
      trt_max_workspace_size: bytesOf(tensorrt.workspace_mb),
      trt_builder_optimization_level: tensorrt.builder_level,
      trt_engine_cache_enable: cache !== undefined,
      trt_engine_cache_path: cache,
      trt_timing_cache_enable: cache !== undefined,
      trt_timing_cache_path: cache,
    }),
    cuda: written({
      device_id: cuda.device_id,
      gpu_mem_limit: bytesOf(cuda.memory_mb),
      cudnn_conv_algo_search: cuda.convolution_search.toUpperCase(),
    }),
  };
}

function bytesOf(megabytes: number | undefined): number | undefined {
  return megabytes === undefined ? undefined : megabytes * 2 ** 20;
}

/** The runtime takes 0 and 1 for no and yes; what is not set stays with its own default. */
function written(values: Record<string, string | number | boolean | undefined>): Record<string, string> {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, String(typeof value === "boolean" ? Number(value) : value)]),
  );
}
