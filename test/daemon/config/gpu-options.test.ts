import { expect, test } from "vitest";
import { parseConfig } from "../../../src/daemon/config/config.ts";
import { gpuOptions } from "../../../src/daemon/config/gpu-options.ts";

function optionsOf(config: object) {
  const read = parseConfig(JSON.stringify({ cameras: {}, pipelines: {}, ...config }), {});
  if (read.config === null) throw new Error(JSON.stringify(read));
  return gpuOptions(read.config);
}

test("engines are kept below state_dir, and nowhere without it", () => {
  expect(optionsOf({ state_dir: "/state" }).tensorrt).toEqual({
    device_id: "0",
    trt_fp16_enable: "0",
    trt_builder_optimization_level: "3",
    trt_engine_cache_enable: "1",
    trt_engine_cache_path: "/state/engines",
    trt_timing_cache_enable: "1",
    trt_timing_cache_path: "/state/engines",
  });
  expect(optionsOf({}).tensorrt).toEqual({
    device_id: "0",
    trt_fp16_enable: "0",
    trt_builder_optimization_level: "3",
    trt_engine_cache_enable: "0",
    trt_timing_cache_enable: "0",
  });
});

test("what the config says is written as the runtime takes it", () => {
  const tensorrt = { device_id: 1, fp16: true, cache_dir: "/engines", workspace_mb: 512, builder_level: 1 };
  const cuda = { device_id: 2, memory_mb: 2048, convolution_search: "heuristic" };
  expect(optionsOf({ state_dir: "/state", inference: { tensorrt, cuda } })).toEqual({
    tensorrt: {
      device_id: "1",
      trt_fp16_enable: "1",
      trt_max_workspace_size: "536870912",
      trt_builder_optimization_level: "1",
      trt_engine_cache_enable: "1",
      trt_engine_cache_path: "/engines",
      trt_timing_cache_enable: "1",
      trt_timing_cache_path: "/engines",
    },
    cuda: { device_id: "2", gpu_mem_limit: "2147483648", cudnn_conv_algo_search: "HEURISTIC" },
  });
});
