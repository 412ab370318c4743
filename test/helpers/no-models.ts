import type { ModelService } from "../../src/blocks/services.ts";

/** For blocks that ask no model. */
export const NO_MODELS: ModelService = { run: () => Promise.resolve([]) };
