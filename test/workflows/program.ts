import { fileURLToPath } from "node:url";

// The daemon's own functions as they are shipped: worker threads of the built program start several times faster.

const built = (file: string) => fileURLToPath(new URL(`../../dist/${file}.js`, import.meta.url));

export const oneWorkflow: typeof import("../../src/daemon/commands/one-workflow.ts") = await import(
  built("daemon/commands/one-workflow")
);
export const workflows: typeof import("../../src/daemon/worker/workflow.ts") = await import(
  built("daemon/worker/workflow")
);
export const modelStores: typeof import("../../src/daemon/models/models.ts") = await import(
  built("daemon/models/models")
);
export const pictures: typeof import("../../src/daemon/commands/read-pictures.ts") = await import(
  built("daemon/commands/read-pictures")
);
export const inputs: typeof import("../../src/daemon/input/runtime-inputs.ts") = await import(
  built("daemon/input/runtime-inputs")
);
export const parameters: typeof import("../../src/daemon/input/parameter-faults.ts") = await import(
  built("daemon/input/parameter-faults")
);
export const videos: typeof import("../../src/daemon/commands/process-video.ts") = await import(
  built("daemon/commands/process-video")
);
