import { fileURLToPath } from "node:url";

// The daemon's own functions as they are shipped: worker threads of the built program start several times faster.

const built = (file: string) => fileURLToPath(new URL(`../../dist/${file}.js`, import.meta.url));

export const oneWorkflow: typeof import("../../src/daemon/one-workflow.ts") = await import(
  built("daemon/one-workflow")
);
export const workflows: typeof import("../../src/daemon/workflow.ts") = await import(built("daemon/workflow"));
export const modelStores: typeof import("../../src/daemon/models.ts") = await import(built("daemon/models"));
export const pictures: typeof import("../../src/daemon/read-pictures.ts") = await import(built("daemon/read-pictures"));
export const inputs: typeof import("../../src/daemon/runtime-inputs.ts") = await import(built("daemon/runtime-inputs"));
export const parameters: typeof import("../../src/daemon/parameter-faults.ts") = await import(
  built("daemon/parameter-faults")
);
export const videos: typeof import("../../src/daemon/process-video.ts") = await import(built("daemon/process-video"));
