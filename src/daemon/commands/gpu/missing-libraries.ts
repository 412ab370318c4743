import { spawnSync } from "node:child_process";

/** A library that another one needs and the loader does not find. */
export interface MissingLibrary {
  name: string;
  /** What has it. */
  advice: string;
}

/** By the start of a library's name; `$` is the number of its version. */
const SOURCES: readonly [start: string, advice: string][] = [
  ["libcuda.so", "NVIDIA's driver; on a Jetson the container is run with --runtime nvidia"],
  ["libcudart.so", "CUDA $: the PyPI package nvidia-cuda-runtime, or apt cuda-cudart"],
  ["libcublasLt.so", "CUDA $: the PyPI package nvidia-cublas, or apt libcublas"],
  ["libcublas.so", "CUDA $: the PyPI package nvidia-cublas, or apt libcublas"],
  ["libcurand.so", "the PyPI package nvidia-curand, or apt libcurand"],
  ["libcufft.so", "the PyPI package nvidia-cufft, or apt libcufft"],
  ["libcudnn", "cuDNN $: the PyPI package nvidia-cudnn-cu13 (cu12 for CUDA 12), or apt cudnn"],
  ["libnvinfer", "TensorRT $: apt libnvinfer$, from NVIDIA's repository; JetPack has it"],
  ["libnvonnxparser", "TensorRT $: apt libnvonnxparsers$, from NVIDIA's repository; JetPack has it"],
];

/** What the loader does not find for a library, as `ldd` says; null where there is no `ldd`. */
export function missingFor(path: string): MissingLibrary[] | null {
  const { stdout, error } = spawnSync("ldd", [path], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (error !== undefined) return null;
  return Array.from(stdout.matchAll(/^\s*(\S+) => not found$/gm), ([, name = ""]) => ({
    name,
    advice: adviceFor(name),
  }));
}

/** Which package has a library. */
export function adviceFor(name: string): string {
  const [, advice] = SOURCES.find(([start]) => name.startsWith(start)) ?? [];
  const version = /\.so\.(\d+)/.exec(name)?.[1] ?? "";
  return advice?.replaceAll("$", version) ?? "a package of the system";
}
