import { runKernel } from "../vision/kernels.ts";
import type { KernelService } from "./contract/services.ts";

/** Kernels on the thread that asks. */
export const directKernels: KernelService = { run: (name, ...given) => runKernel(name, given) };
